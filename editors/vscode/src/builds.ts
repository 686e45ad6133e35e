// What kustomizations are built to: a virtual document for each, which nobody can edit and no server judges.
import * as vscode from "vscode";

const SCHEME = "kubesift-build";

/** A build as the server gives it. */
export interface Build {
  /** The folder of the kustomization. */
  readonly name: string;
  /** Its YAML. */
  readonly text: string;
}

export class Builds implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? "# This build is no longer at hand: ask for it again.\n",
  });

  /** Shows one of some builds beside the editor; the person picks where there are several. */
  async show(builds: readonly Build[]): Promise<void> {
    const build = builds.length > 1 ? await pick(builds) : builds[0];
    if (build === undefined) return;
    const name = build.name === "." ? "build" : build.name;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.yaml` });
    this.texts.set(uri.path, build.text);
    this.changed.fire(uri);
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), "yaml");
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }
}

async function pick(builds: readonly Build[]): Promise<Build | undefined> {
  const items = builds.map((build) => ({ label: build.name, build }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Show what is built", placeHolder: "Folder of the kustomization" });
  return chosen?.build;
}
