import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fault } from "../src/core/probe";

const scripts = { skip: process.platform === "win32" ? "needs a shell" : false };

/** Runs `use` on a program that is the given text. */
async function program(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "kubesift-probe-"));
  try {
    const file = path.join(folder, "kubesift");
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a program that knows lsp is fine", scripts, async () => {
  await program('#!/bin/sh\n[ "$1 $2" = "lsp --help" ]\n', async (file) => assert.equal(await fault(file), undefined));
});

test("a program from before there was a server says so itself", scripts, async () => {
  await program("#!/bin/sh\necho >&2\necho \"error: unrecognized subcommand '$1'\" >&2\nexit 2\n", async (file) => {
    assert.equal(await fault(file), "error: unrecognized subcommand 'lsp'. It may be too old: kubesift lsp is needed");
  });
  await program("#!/bin/sh\nexit 7\n", async (file) => assert.match((await fault(file)) ?? "", /^it ended with code 7\./));
});

test("what is no program at all", scripts, async () => {
  await program("\x7fELF for nobody", async (file) => assert.match((await fault(file)) ?? "", /kubesift/));
  assert.match((await fault("/nowhere/kubesift")) ?? "", /ENOENT/);
});
