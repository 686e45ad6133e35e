// Finds the program to start: the one that the settings name, the one that came with the extension,
// or the one on PATH. Sees the machine through `Machine` only, so that tests can stand in for it.
import * as path from "node:path";

/** What finding the program needs to know of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home folder. */
  readonly home: string;
  /** Whether the path is a file that may be run. */
  canRun(file: string): boolean;
}

/** What the settings and the place of the extension ask for. */
export interface Wish {
  /** `kubesift.path` as written; empty when not set. */
  readonly path: string;
  /** `kubesift.executable`. */
  readonly executable: "bundled" | "environment";
  /** The folder of the extension, which may hold `server/kubesift`. */
  readonly extensionFolder: string;
  /** The first folder of the workspace, when one is open. */
  readonly workspaceFolder: string | undefined;
}

/** The program, or where it was looked for and what to tell the person. */
export type Search =
  | { readonly program: string; readonly from: "setting" | "bundled" | "environment" }
  | { readonly program: undefined; readonly message: string };

/** A setting that names a program holds alone: a wrong one is told, never passed over for another. */
export function findProgram(wish: Wish, machine: Machine): Search {
  const wanted = expand(wish.path.trim(), wish.workspaceFolder, machine);
  if (wanted !== "") {
    const program = named(wanted, wish.workspaceFolder, machine);
    if (program !== undefined) return { program, from: "setting" };
    return { program: undefined, message: `The setting kubesift.path names ${wanted}, which is not a program that can be run.` };
  }
  const inside = bundled(wish.extensionFolder, machine);
  const outside = onPath("kubesift", machine);
  const order = wish.executable === "environment" ? [outside, inside] : [inside, outside];
  const program = order.find((one) => one !== undefined);
  if (program !== undefined) return { program, from: program === inside ? "bundled" : "environment" };
  return {
    program: undefined,
    message: "The program kubesift was not found: this build of the extension has none inside, and there is none on PATH.",
  };
}

function named(wanted: string, workspaceFolder: string | undefined, machine: Machine): string | undefined {
  const paths = pathsOf(machine);
  if (!/[\\/]/.test(wanted)) return onPath(wanted, machine);
  const file = paths.isAbsolute(wanted) || workspaceFolder === undefined ? wanted : paths.join(workspaceFolder, wanted);
  return spellings(file, machine).find((one) => machine.canRun(one));
}

function bundled(extensionFolder: string, machine: Machine): string | undefined {
  const name = machine.platform === "win32" ? "kubesift.exe" : "kubesift";
  const file = pathsOf(machine).join(extensionFolder, "server", name);
  return machine.canRun(file) ? file : undefined;
}

/** Entries of PATH that are not absolute are passed over: they would mean a file of the workspace. */
function onPath(name: string, machine: Machine): string | undefined {
  const paths = pathsOf(machine);
  const folders = (variable("PATH", machine) ?? "").split(paths.delimiter).filter((one) => paths.isAbsolute(one));
  return folders.flatMap((folder) => spellings(paths.join(folder, name), machine)).find((one) => machine.canRun(one));
}

/** On Windows a program may be named without its ending. Scripts (`.cmd`) cannot be started without a shell. */
function spellings(file: string, machine: Machine): string[] {
  if (machine.platform !== "win32" || /\.exe$/i.test(file)) return [file];
  return [`${file}.exe`];
}

/** Replaces `~` and the variables that VS Code's own settings know; one without a value becomes empty. */
function expand(text: string, workspaceFolder: string | undefined, machine: Machine): string {
  const home = /^~(?=$|[\\/])/;
  return text
    .replace(home, () => machine.home)
    .replace(/\$\{userHome\}/g, () => machine.home)
    .replace(/\$\{workspaceFolder\}/g, () => workspaceFolder ?? "")
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => variable(name, machine) ?? "");
}

/** Names of variables are without case on Windows, where PATH is mostly called Path. */
function variable(name: string, machine: Machine): string | undefined {
  if (machine.platform !== "win32") return machine.env[name];
  const key = Object.keys(machine.env).find((one) => one.toUpperCase() === name.toUpperCase());
  return key === undefined ? undefined : machine.env[key];
}

function pathsOf(machine: Machine): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}
