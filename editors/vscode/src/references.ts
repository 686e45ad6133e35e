// `kubesift.showReferences`: a code lens with several targets calls it with the protocol's places, and
// the editor shows them as it shows references.
import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
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
