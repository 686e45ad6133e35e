import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram } from "../src/core/program";
import type { Machine, Wish } from "../src/core/program";

function linux(files: string[], env: Record<string, string> = { PATH: "/usr/local/bin:/usr/bin" }): Machine {
  return { platform: "linux", env, home: "/home/ada", canRun: (file) => files.includes(file) };
}

function windows(files: string[], env: Record<string, string>): Machine {
  return { platform: "win32", env, home: "C:\\Users\\ada", canRun: (file) => files.includes(file) };
}

const wish: Wish = { path: "", executable: "bundled", extensionFolder: "/ext", workspaceFolder: "/project" };

test("the bundled program comes before PATH", () => {
  const machine = linux(["/ext/server/kubesift", "/usr/bin/kubesift"]);
  assert.deepEqual(findProgram(wish, machine), { program: "/ext/server/kubesift", from: "bundled" });
});

test("executable: environment turns the order round, and falls back to what is inside", () => {
  const environment: Wish = { ...wish, executable: "environment" };
  const both = linux(["/ext/server/kubesift", "/usr/bin/kubesift"]);
  assert.deepEqual(findProgram(environment, both), { program: "/usr/bin/kubesift", from: "environment" });
  assert.deepEqual(findProgram(environment, linux(["/ext/server/kubesift"])), { program: "/ext/server/kubesift", from: "bundled" });
});

test("the first folder of PATH that has it wins", () => {
  const machine = linux(["/usr/bin/kubesift", "/usr/local/bin/kubesift"]);
  assert.deepEqual(findProgram(wish, machine), { program: "/usr/local/bin/kubesift", from: "environment" });
});

test("a folder of PATH that is relative is passed over, for it would be one of the workspace", () => {
  const machine = linux(["kubesift", "bin/kubesift", "./kubesift"], { PATH: ".:bin::" });
  assert.equal(findProgram(wish, machine).program, undefined);
});

test("without any, the message says both places", () => {
  const search = findProgram(wish, linux([]));
  assert.equal(search.program, undefined);
  assert.match("message" in search ? search.message : "", /none inside.*none on PATH/);
});

test("a machine without PATH is no error", () => {
  assert.equal(findProgram(wish, linux([], {})).program, undefined);
});

test("the setting wins over the program inside", () => {
  const machine = linux(["/opt/kubesift", "/ext/server/kubesift"]);
  assert.deepEqual(findProgram({ ...wish, path: " /opt/kubesift " }, machine), { program: "/opt/kubesift", from: "setting" });
});

test("a setting that leads nowhere is told and not passed over", () => {
  const search = findProgram({ ...wish, path: "/opt/gone" }, linux(["/ext/server/kubesift"]));
  assert.equal(search.program, undefined);
  assert.match("message" in search ? search.message : "", /kubesift\.path names \/opt\/gone/);
});

test("variables and the home folder in the setting are replaced", () => {
  const cases: [string, string][] = [
    ["~/bin/kubesift", "/home/ada/bin/kubesift"],
    ["${userHome}/bin/kubesift", "/home/ada/bin/kubesift"],
    ["${workspaceFolder}/target/release/kubesift", "/project/target/release/kubesift"],
    ["target/release/kubesift", "/project/target/release/kubesift"],
    ["${env:TOOLS}/kubesift", "/tools/kubesift"],
    ["${env:ABSENT}/kubesift", "/kubesift"],
    ["/data/~/kubesift", "/data/~/kubesift"],
  ];
  for (const [path, file] of cases) {
    const machine = linux([file], { PATH: "", TOOLS: "/tools" });
    assert.deepEqual(findProgram({ ...wish, path }, machine), { program: file, from: "setting" }, path);
  }
});

test("a dollar in a folder's name is no pattern of the replacement", () => {
  const machine = linux(["/w$&/kubesift"]);
  const search = findProgram({ ...wish, path: "${workspaceFolder}/kubesift", workspaceFolder: "/w$&" }, machine);
  assert.equal(search.program, "/w$&/kubesift");
});

test("a bare name in the setting is looked up on PATH, not in the workspace", () => {
  const machine = linux(["/usr/bin/kubesift-next", "/project/kubesift-next"]);
  assert.deepEqual(findProgram({ ...wish, path: "kubesift-next" }, machine), { program: "/usr/bin/kubesift-next", from: "setting" });
});

test("Windows: .exe is added, Path has any case, entries are parted by semicolons", () => {
  const file = "D:\\tools\\kubesift.exe";
  const machine = windows([file], { Path: "C:\\Windows;D:\\tools" });
  assert.deepEqual(findProgram(wish, machine), { program: file, from: "environment" });
  assert.deepEqual(findProgram({ ...wish, path: "D:\\tools\\kubesift" }, machine), { program: file, from: "setting" });
  assert.deepEqual(findProgram({ ...wish, path: "D:\\tools\\kubesift.EXE" }, windows(["D:\\tools\\kubesift.EXE"], {})), {
    program: "D:\\tools\\kubesift.EXE",
    from: "setting",
  });
});

test("Windows: the program inside the extension is kubesift.exe", () => {
  const inside = "C:\\ext\\server\\kubesift.exe";
  assert.deepEqual(findProgram({ ...wish, extensionFolder: "C:\\ext" }, windows([inside], {})), { program: inside, from: "bundled" });
});
