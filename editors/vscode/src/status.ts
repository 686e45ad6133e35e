// The item in the status bar. What it says is decided in `core/status.ts`.
import * as vscode from "vscode";
import { barOf } from "./core/status";
import type { Shown } from "./core/status";

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("kubesift.status", vscode.StatusBarAlignment.Left, 10);
  private shown: Shown = { state: "starting" };

  constructor() {
    this.item.name = "kubesift";
    this.show(this.shown);
    this.item.show();
  }

  show(shown: Shown): void {
    this.shown = shown;
    const { text, tooltip, label, alarm } = barOf(shown);
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip, true);
    this.item.accessibilityInformation = { label, role: "button" };
    this.item.backgroundColor = alarm ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.command = commandOf(shown);
  }

  /** The server answers; its own word on what it found comes later, or came already. */
  running(): void {
    if (this.shown.state !== "starting") return;
    this.show({ state: "checking", counts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 }, files: 0, message: "Reading the workspace." });
  }

  dispose(): void {
    this.item.dispose();
  }
}

function commandOf(shown: Shown): string {
  if (shown.state === "stopped") return "kubesift.restart";
  if (shown.state === "error") return "kubesift.openLog";
  return "workbench.actions.view.problems";
}
