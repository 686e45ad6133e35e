// The language server's life: found, started, stopped, started anew, asked. What it says of its state
// goes to the status item, what it sends to be seen goes to `Views`.
import { homedir } from "node:os";
import { accessSync, constants, statSync } from "node:fs";
import * as vscode from "vscode";
import { CloseAction, DidChangeConfigurationNotification, ExecuteCommandRequest, LanguageClient, State } from "vscode-languageclient/node";
import type { DocumentSelector, LanguageClientOptions, Middleware } from "vscode-languageclient/node";
import { fault as faultOf } from "./core/probe";
import { findProgram } from "./core/program";
import type { Machine } from "./core/program";
import { forServer, initializationOptions } from "./core/settings";
import { readStatus } from "./core/status";
import type { StatusItem } from "./status";

/** What happens here when the server itself offers one of its commands, in a lens or an action. */
export interface Views {
  explain(check: string): Promise<void>;
  graph(uri: string): Promise<void>;
  /** `range` is the protocol's. */
  reveal(uri: string, range: unknown): Promise<void>;
}

/** Files that the server may know: what VS Code calls JSON as well, since manifests may be written in it. */
const DOCUMENTS: DocumentSelector = [
  { language: "yaml", scheme: "file" },
  { language: "yaml", scheme: "untitled" },
  { language: "helm", scheme: "file" },
  { language: "json", scheme: "file" },
];

const NOT_RUNNING = "The kubesift server does not run.";

const INSTALL = vscode.Uri.parse("https://github.com/kubesift/kubesift#install");

export class Server {
  private client: LanguageClient | undefined;
  /** Starts and stops happen one after the other, however fast they are asked for. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly extensionFolder: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: StatusItem,
    private readonly views: Views,
  ) {}

  start(): Promise<void> {
    return this.next(() => this.launch());
  }

  stop(): Promise<void> {
    return this.next(() => this.end());
  }

  restart(): Promise<void> {
    return this.next(async () => {
      await this.end();
      await this.launch();
    });
  }

  /** The protocol's names of places and files, for as long as the server runs. */
  get converter(): LanguageClient["protocol2CodeConverter"] | undefined {
    return this.client?.protocol2CodeConverter;
  }

  /** The address of a document as the server knows it. */
  addressOf(uri: vscode.Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  /** Asks for one of the server's commands; an error is for the caller to show. */
  async execute<Answer>(command: string, ...args: unknown[]): Promise<Answer> {
    await this.turn;
    if (this.client === undefined || this.client.state !== State.Running) throw new Error(NOT_RUNNING);
    return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args as never[] })) as Answer;
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async launch(): Promise<void> {
    const search = findProgram(this.wish(), machine());
    if (search.program === undefined) return this.unfit(search.message);
    this.log.info(`Starting ${search.program} (${search.from}).`);
    this.status.show({ state: "starting" });
    const fault = await faultOf(search.program);
    if (fault !== undefined) return this.unfit(`${search.program} cannot be used: ${fault}.`);
    const client: LanguageClient = new LanguageClient("kubesift", "kubesift", { command: search.program, args: ["lsp"] }, {
      ...this.options(),
      errorHandler: {
        error: (error, message, count) => usual.error(error, message, count),
        // A server that ends while it is being stopped is no crash: the client must not start it again.
        closed: () => (this.client === client ? usual.closed() : { action: CloseAction.DoNotRestart, handled: true }),
      },
    });
    const usual = client.createDefaultErrorHandler();
    client.onNotification("kubesift/status", (notice: unknown) => {
      const status = readStatus(notice);
      if (status !== undefined) this.status.show(status);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) this.status.show({ state: "starting" });
      if (newState === State.Running) this.status.running();
      if (newState === State.Stopped || newState === State.StartFailed) this.status.show({ state: "stopped", message: NOT_RUNNING });
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client shows its own message, and tries again by itself when the process ended: then the state tells.
      const message = `${search.program} could not be started as a language server: ${said(error)}`;
      this.log.error(message);
      if (client.state !== State.Starting && client.state !== State.Running) this.status.show({ state: "stopped", message });
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) return;
    try {
      await client.dispose();
    } catch (error) {
      // A server that died or never came up cannot be asked to leave; there is nothing left to end.
      this.log.debug(`While the server was stopped: ${said(error)}`);
    }
  }

  private wish(): Parameters<typeof findProgram>[0] {
    const settings = vscode.workspace.getConfiguration("kubesift");
    return {
      path: settings.get("path", ""),
      executable: settings.get("executable") === "environment" ? "environment" : "bundled",
      extensionFolder: this.extensionFolder,
      workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    };
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      // Files on disk are not watched here: the server registers what it wants to hear of, and would hear it twice.
      synchronize: { configurationSection: "kubesift" },
      initializationOptions: () => initializationOptions(section()),
      initializationFailedHandler: () => false,
      outputChannel: this.log,
      diagnosticCollectionName: "kubesift",
      middleware: this.middleware(),
    };
  }

  private middleware(): Middleware {
    return {
      executeCommand: (command, args, next) => {
        if (command === "kubesift.explain" && typeof args[0] === "string") return this.views.explain(args[0]);
        if (command === "kubesift.showGraph" && typeof args[0] === "string") return this.views.graph(args[0]);
        if (command === "kubesift.reveal" && typeof args[0] === "string" && args[1]) return this.views.reveal(args[0], args[1]);
        return next(command, args);
      },
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          if (!Array.isArray(answers)) return answers;
          return answers.map((answer: unknown, index) => (params.items[index]?.section === "kubesift" ? forServer(answer) : answer));
        },
        didChangeConfiguration: async (sections, next) => {
          if (sections === undefined || this.client === undefined) return next(sections);
          await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: { kubesift: forServer(section()) } });
        },
      },
    };
  }

  /** Says that there is no server, and why. Nobody waits for the answer: a message left open must not keep the next start waiting. */
  private unfit(message: string): void {
    this.log.error(message);
    this.status.show({ state: "stopped", message });
    void offer(message, {
      "Open settings": () => vscode.commands.executeCommand("workbench.action.openSettings", "kubesift.path"),
      "How to install": () => vscode.env.openExternal(INSTALL),
    });
  }
}

/** An error in words. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function section(): unknown {
  return vscode.workspace.getConfiguration().get("kubesift");
}

async function offer(message: string, ways: Record<string, () => unknown>): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...Object.keys(ways));
  if (chosen !== undefined) await ways[chosen]?.();
}

function machine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    canRun: (file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    },
  };
}
