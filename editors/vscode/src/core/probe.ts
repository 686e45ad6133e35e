// Tries whether a program is one that can serve, before it is asked to: a file for another processor, or a
// kubesift from before there was a server, is told in one sentence and not by a broken pipe.
import { execFile } from "node:child_process";

/** Milliseconds after which a program that says nothing counts as none; it prints its help in a few. */
const PATIENCE = 10_000;

/** Undefined when `program lsp --help` succeeds, else why it does not, in words for a person. */
export function fault(program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE, windowsHide: true, maxBuffer: 1 << 20 };
    execFile(program, ["lsp", "--help"], options, (error, _, complaint) => {
      if (error === null) return resolve(undefined);
      if (error.killed === true) return resolve(`it did not answer within ${PATIENCE / 1000} seconds`);
      if (typeof error.code !== "number") return resolve(error.message);
      const first = complaint.split("\n").find((line) => line.trim() !== "")?.trim();
      resolve(`${first ?? `it ended with code ${error.code}`}. It may be too old: kubesift lsp is needed`);
    });
  });
}
