// Where code lenses lead. Of several targets the editor shows a list, as it shows references
// (`kubesift.showReferences`); a single one is opened (`kubesift.reveal`). Places come as the protocol has them.
import * as vscode from "vscode";
import type { Location, Position, Range } from "vscode-languageclient/node";
import type { Server } from "./server";

export async function showReferences(server: Server, uri: unknown, position: unknown, locations: unknown): Promise<void> {
  const convert = server.converter;
  if (convert === undefined || typeof uri !== "string" || !Array.isArray(locations)) return;
  await vscode.commands.executeCommand(
    "editor.action.showReferences",
    convert.asUri(uri),
    convert.asPosition(position as Position),
    (locations as Location[]).map((one) => convert.asLocation(one)),
  );
}

/** Opens a file with a range selected. */
export async function reveal(server: Server, uri: string, range: unknown): Promise<void> {
  const convert = server.converter;
  if (convert === undefined) return;
  await vscode.window.showTextDocument(convert.asUri(uri), { selection: convert.asRange(range as Range) });
}
