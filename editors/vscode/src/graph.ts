// The graph of a build beside the editor: the server's page in a webview that can load nothing.
import * as vscode from "vscode";
import { seal } from "./core/seal";
import type { Theme } from "./core/seal";

export class GraphView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private page = "";
  private readonly themes = vscode.window.onDidChangeActiveColorTheme(() => this.draw());

  /** Shows the server's HTML as it is; the same panel is used again. */
  show(page: string, name: string): void {
    this.page = page;
    this.panel ??= this.open();
    this.panel.title = `Graph: ${name}`;
    this.draw();
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.themes.dispose();
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      "kubesift.graph",
      "Graph",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      // What is folded and selected lives in the page, so the page is kept while its tab is hidden.
      { enableScripts: true, enableFindWidget: true, localResourceRoots: [], retainContextWhenHidden: true },
    );
    panel.onDidDispose(() => (this.panel = undefined));
    return panel;
  }

  private draw(): void {
    if (this.panel !== undefined) this.panel.webview.html = seal(this.page, theme());
  }
}

function theme(): Theme {
  const { kind } = vscode.window.activeColorTheme;
  return kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast ? "dark" : "light";
}
