// The bundle itself, in an editor that is made up: it loads, offers what package.json says, and without a
// program it says what is wrong and what to do. What a server answers is not made up here.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import Module from "node:module";
import path from "node:path";
import { test } from "node:test";
import manifest from "../package.json";
import { ROOT } from "./root";

interface Editor {
  readonly vscode: unknown;
  readonly commands: Map<string, (...args: unknown[]) => Promise<unknown>>;
  readonly errors: unknown[][];
  readonly executed: unknown[][];
  readonly items: Record<string, unknown>[];
  /** What the person answers to the next error message. */
  answer: string | undefined;
}

/** Stands for everything that is not asked about: can be called, built, extended and looked into. */
function anything(): unknown {
  const self: unknown = new Proxy(function () {}, {
    get: (target, key) => {
      if (key === "prototype") return target.prototype;
      if (key === "then") return undefined;
      if (key === Symbol.hasInstance) return () => false;
      if (key === Symbol.toPrimitive) return () => "anything";
      return self;
    },
    apply: () => self,
    construct: () => self as object,
  });
  return self;
}

/** An object of the editor of which some members are known. */
function some(members: Record<string, unknown>): unknown {
  return new Proxy(members, { get: (known, key) => (key in known ? known[key as string] : anything()) });
}

/** What our sources take from the editor's module: the bundle copies its members by name, so they must be there to copy. */
function namesUsed(): string[] {
  const files = readdirSync(path.join(ROOT, "src")).filter((name) => name.endsWith(".ts"));
  return files.flatMap((name) => [...readFileSync(path.join(ROOT, "src", name), "utf8").matchAll(/\bvscode\.([A-Za-z]+)/g)].map(([, used = ""]) => used));
}

function editor(): Editor {
  const self: Editor = { vscode: undefined, commands: new Map(), errors: [], executed: [], items: [], answer: undefined };
  const vscode = some({
    ...Object.fromEntries(namesUsed().map((name) => [name, anything()])),
    version: "1.91.0",
    commands: some({
      registerCommand: (name: string, run: (...args: unknown[]) => Promise<unknown>) => self.commands.set(name, run),
      executeCommand: (...args: unknown[]) => self.executed.push(args),
    }),
    window: some({
      activeTextEditor: undefined,
      withProgress: (_: unknown, run: () => Promise<unknown>) => run(),
      createStatusBarItem: () => {
        const item = some({}) as Record<string, unknown>;
        self.items.push(item);
        return item;
      },
      showErrorMessage: async (...args: unknown[]) => {
        self.errors.push(args);
        const { answer } = self;
        self.answer = undefined;
        return answer;
      },
    }),
    workspace: some({ workspaceFolders: undefined, getConfiguration: () => ({ get: (_: string, otherwise: unknown) => otherwise }) }),
  });
  return Object.assign(self, { vscode });
}

/** The bundle with this editor in place of the module `vscode`, on a machine whose PATH is empty. */
async function activated(self: Editor): Promise<{ deactivate(): Promise<void> }> {
  const loader = Module as unknown as { _load(name: string, ...rest: unknown[]): unknown };
  const load = loader._load;
  const search = process.env["PATH"];
  const file = path.join(ROOT, "dist", "test", "extension.js");
  delete require.cache[file];
  loader._load = (name, ...rest) => (name === "vscode" ? self.vscode : load.call(loader, name, ...rest));
  process.env["PATH"] = "";
  try {
    const bundle = require(file) as { activate(context: unknown): Promise<void>; deactivate(): Promise<void> };
    await bundle.activate({ subscriptions: [], extensionPath: path.join(ROOT, "test"), asAbsolutePath: (name: string) => path.join(ROOT, name) });
    return bundle;
  } finally {
    loader._load = load;
    process.env["PATH"] = search;
  }
}

test("every command of package.json is there, and the one that lenses call", async () => {
  const self = editor();
  const bundle = await activated(self);
  const names = [...manifest.contributes.commands.map(({ command }) => command), "kubesift.showReferences"];
  assert.deepEqual([...self.commands.keys()].sort(), names.sort());
  await bundle.deactivate();
});

test("without a program one message says so, with ways out, and so does the status bar", async () => {
  const self = editor();
  self.answer = "Open settings";
  await activated(self);
  await new Promise(setImmediate);
  assert.equal(self.errors.length, 1);
  assert.match(String(self.errors[0]?.[0]), /^The program kubesift was not found/);
  assert.deepEqual(self.errors[0]?.slice(1), ["Open settings", "How to install"]);
  assert.deepEqual(self.executed, [["workbench.action.openSettings", "kubesift.path"]]);
  assert.equal(self.items.length, 1);
  assert.equal(self.items[0]?.["text"], "$(circle-slash) kubesift");
  assert.equal(self.items[0]?.["command"], "kubesift.restart");
});

test("a command that needs the server says in one sentence that there is none", async () => {
  const self = editor();
  await activated(self);
  self.errors.length = 0;
  await self.commands.get("kubesift.recheck")?.();
  await self.commands.get("kubesift.openExplanation")?.("host-network");
  await self.commands.get("kubesift.fixFile")?.();
  await self.commands.get("kubesift.writeBaseline")?.();
  assert.deepEqual(self.errors, [
    ["kubesift: The kubesift server does not run."],
    ["kubesift: The kubesift server does not run."],
    ["kubesift: Open a manifest or a kustomization first."],
    ["kubesift: The kubesift server does not run."],
  ]);
});

test("a lens of a server that is gone does nothing", async () => {
  const self = editor();
  await activated(self);
  self.errors.length = 0;
  await self.commands.get("kubesift.showReferences")?.("file:///a.yaml", { line: 0, character: 0 }, []);
  assert.deepEqual([self.errors, self.executed], [[], []]);
});
