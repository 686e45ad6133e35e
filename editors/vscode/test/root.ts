// Where things lie, seen from the bundled tests in `dist/test`.
import path from "node:path";

/** The folder `editors/vscode`. */
export const ROOT = path.resolve(__dirname, "..", "..");
