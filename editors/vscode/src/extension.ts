// The extension's two ends: `activate` puts the parts together, `deactivate` stops the server.
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { Builds } from "./builds";
import type { Build } from "./builds";
import { saidOf } from "./core/baseline";
import type { Baseline } from "./core/baseline";
import { titlesOf } from "./core/checks";
import { Explanations } from "./explain";
import { GraphView } from "./graph";
import { reveal, showReferences } from "./references";
import { Server, said } from "./server";
import { StatusItem } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("kubesift", { log: true });
  const status = new StatusItem();
  const graph = new GraphView();
  const builds = new Builds();
  const titles = (): ReadonlyMap<string, string> => titlesOf(JSON.parse(readFileSync(context.asAbsolutePath("schema/kubesift.schema.json"), "utf8")));
  const explanations = new Explanations((check) => running.execute<string | null>("kubesift.explain", check), titles);
  const running: Server = new Server(context.extensionPath, log, status, {
    explain: (check) => explanations.show(check),
    graph: (uri) => showGraph(running, graph, uri),
    reveal: (uri, range) => reveal(running, uri, range),
  });
  server = running;
  context.subscriptions.push(log, status, graph, builds, explanations);

  // The server's own commands (kubesift.explain, …) are registered by the client while it runs, so what a
  // person calls has other names: it is there without a server too, and then says what is wrong.
  command(context, "kubesift.recheck", () => recheck(running));
  command(context, "kubesift.openGraph", (uri) => showGraph(running, graph, running.addressOf(target(uri))));
  command(context, "kubesift.openBuild", (uri) => showBuild(running, builds, running.addressOf(target(uri))));
  command(context, "kubesift.openExplanation", (check) => (typeof check === "string" ? explanations.show(check) : explanations.showAtCursor()));
  command(context, "kubesift.fixFile", (uri) => running.execute("kubesift.fixAll", running.addressOf(target(uri))));
  command(context, "kubesift.writeBaseline", () => writeBaseline(running));
  command(context, "kubesift.restart", () => running.restart());
  command(context, "kubesift.openLog", () => log.show());
  command(context, "kubesift.showReferences", (uri, position, locations) => showReferences(running, uri, position, locations));

  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const program = ["kubesift.path", "kubesift.executable"].some((key) => event.affectsConfiguration(key));
      if (program) void running.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void running.restart()),
  );
  await running.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Registers a command whose errors a person sees in one sentence. */
function command(context: vscode.ExtensionContext, name: string, run: (...args: unknown[]) => unknown): void {
  const told = async (...args: unknown[]): Promise<void> => {
    try {
      await run(...args);
    } catch (error) {
      void vscode.window.showErrorMessage(`kubesift: ${said(error)}`);
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand(name, told));
}

/** The file that a menu was opened on, else the one being edited. */
function target(given: unknown): vscode.Uri {
  if (given instanceof vscode.Uri) return given;
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) throw new Error("Open a manifest or a kustomization first.");
  return document.uri;
}

async function recheck(running: Server): Promise<void> {
  const progress = { location: vscode.ProgressLocation.Window, title: "kubesift: checking" };
  await vscode.window.withProgress(progress, () => running.execute<null>("kubesift.checkWorkspace"));
}

/** Lists the findings that are there in the baseline of the folder of the file being edited, else of the first one. */
async function writeBaseline(running: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const inside = document !== undefined && vscode.workspace.getWorkspaceFolder(document.uri) !== undefined;
  const baseline = await running.execute<Baseline>("kubesift.createBaseline", ...(inside ? [running.addressOf(document.uri)] : []));
  const uri = vscode.Uri.parse(baseline.uri);
  // The server's edit leaves the text unsaved, and what is not saved does not hold for the terminal.
  if (baseline.applied) await savedOnce(uri, baseline.text);
  void vscode.window.showInformationMessage(saidOf(baseline, vscode.workspace.asRelativePath(uri)));
}

/** Saves a document as soon as it has a text; the edit that gives it comes beside the answer. */
async function savedOnce(uri: vscode.Uri, text: string): Promise<void> {
  const held = (): vscode.TextDocument | undefined => vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  const isThere = (): boolean => held()?.getText() === text;
  if (!isThere()) {
    await new Promise<void>((resolve) => {
      const wait = vscode.Disposable.from(
        vscode.workspace.onDidChangeTextDocument(() => isThere() && done()),
        vscode.workspace.onDidOpenTextDocument(() => isThere() && done()),
      );
      const timer = setTimeout(() => done(), 5000);
      function done(): void {
        clearTimeout(timer);
        wait.dispose();
        resolve();
      }
      if (isThere()) done();
    });
  }
  await held()?.save();
}

async function showBuild(running: Server, view: Builds, uri: string): Promise<void> {
  const builds = await running.execute<Build[] | null>("kubesift.render", uri);
  if (builds === null || builds.length === 0) {
    void vscode.window.showInformationMessage(`No kustomization builds ${vscode.workspace.asRelativePath(vscode.Uri.parse(uri))}.`);
    return;
  }
  await view.show(builds);
}

async function showGraph(running: Server, view: GraphView, uri: string): Promise<void> {
  const page = await running.execute<string | null>("kubesift.showGraph", uri);
  const name = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
  if (page === null) {
    void vscode.window.showInformationMessage(`No build holds ${name}.`);
    return;
  }
  view.show(page, name);
}
