// Pages of checks: a virtual Markdown document for each, shown as a preview.
import * as vscode from "vscode";
import { checkOf, checksAt, checksOnLine, choices, isCheckName } from "./core/checks";

const SCHEME = "kubesift-check";

/** Asks the server for the page of a check as Markdown; null when it has none. */
export type Ask = (check: string) => Promise<string | null>;

export class Explanations implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly pages = new Map<string, string>();
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.pages.get(uri.path) ?? "This page is no longer at hand: ask for the check again.",
  });

  /** `titles` gives the titles of all checks by name, when somebody has to pick one. */
  constructor(
    private readonly ask: Ask,
    private readonly titles: () => ReadonlyMap<string, string>,
  ) {}

  /** Shows the page of one check. */
  async show(check: string): Promise<void> {
    const page = isCheckName(check) ? await this.ask(check) : null;
    if (page === null) {
      void vscode.window.showWarningMessage(`kubesift has no check called ${check}.`);
      return;
    }
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${check}.md` });
    this.pages.set(uri.path, page);
    this.changed.fire(uri);
    try {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
    } catch {
      // The preview belongs to an extension that may be switched off; the text is as good.
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    }
  }

  /** Shows the check of the finding at the cursor; where there are several or none, the person picks. */
  async showAtCursor(): Promise<void> {
    const check = await this.atCursor();
    if (check !== undefined) await this.show(check);
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }

  private async atCursor(): Promise<string | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return this.pick(allDiagnostics());
    const diagnostics = vscode.languages.getDiagnostics(editor.document.uri);
    const { active } = editor.selection;
    const exact = checksAt(diagnostics, active);
    const names = exact.length > 0 ? exact : checksOnLine(diagnostics, active.line);
    if (names.length === 0) return this.pick(allDiagnostics());
    if (names.length === 1) return names[0];
    return this.pick(diagnostics.filter((one) => names.includes(checkOf(one) ?? "")), new Set(names));
  }

  private async pick(diagnostics: vscode.Diagnostic[], only?: ReadonlySet<string>): Promise<string | undefined> {
    const items = choices(diagnostics, this.titles())
      .filter(({ name }) => only === undefined || only.has(name))
      .map(({ name, found, title }) => ({ label: name, description: found > 0 ? `found ${found} ×` : "", detail: title }));
    const chosen = await vscode.window.showQuickPick(items, { title: "Explain a check", placeHolder: "Name of the check", matchOnDetail: true });
    return chosen?.label;
  }
}

function allDiagnostics(): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics);
}
