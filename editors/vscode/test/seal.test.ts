import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { policy, seal } from "../src/core/seal";
import { ROOT } from "./root";

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const page = (head: string, body = ""): string => `<!doctype html>\n<html lang="en">\n<head>${head}</head><body>${body}</body></html>`;

test("the policy is the first thing in the head, and the page's own stays", () => {
  const own = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
  const sealed = seal(page(own), "dark");
  assert.match(sealed, /<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'none';/);
  assert.ok(sealed.includes(own));
});

test("a script that stands in the page runs, known by its hash", () => {
  const text = "\nstart(\"$&\");\n";
  assert.ok(policy(page("", `<script>${text}</script>`)).includes(`script-src ${hash(text)};`));
});

test("each script has its hash, also modules and those with a spelt-out type", () => {
  const html = page("<script>a</script>", `<SCRIPT type="module">b</SCRIPT><script type='text/javascript'>c</script >`);
  assert.ok(policy(html).includes(`script-src ${hash("a")} ${hash("b")} ${hash("c")};`));
});

test("data is no script, and a script from elsewhere is not let in", () => {
  const html = page("", `<script type="application/json" id="data">{"a":1}</script><script src="https://example.com/x.js"></script>`);
  assert.ok(policy(html).includes("script-src 'none';"));
});

test("line ends are hashed as the browser's parser leaves them", () => {
  assert.ok(policy(page("<script>a\r\nb\rc</script>")).includes(hash("a\nb\nc")));
});

test("no address of the network, no eval, no inline handler is ever allowed", () => {
  const rules = policy(page("<script>x</script>")).split("; ");
  assert.equal(rules[0], "default-src 'none'");
  for (const rule of rules) {
    assert.doesNotMatch(rule, /https?:|\*|unsafe-eval|unsafe-hashes|strict-dynamic|blob:/);
    if (rule.startsWith("script-src")) assert.doesNotMatch(rule, /unsafe-inline/);
  }
});

test("the editor's theme is written on the page, and a second time over the first", () => {
  const dark = seal(page(""), "dark");
  assert.match(dark, /<html lang="en" data-theme="dark">/);
  assert.match(seal(dark, "light"), /<html lang="en" data-theme="light">/);
});

test("text that is no page becomes the body of one", () => {
  assert.match(seal("nothing here", "light"), /^<!doctype html><html data-theme="light"><head><meta http-equiv="Content-Security-Policy".*<body>nothing here<\/body>/);
});

test("the program's own page", { skip: process.env["KUBESIFT_BIN"] ? false : "KUBESIFT_BIN does not name a program" }, () => {
  const shop = path.resolve(ROOT, "..", "..", "testdata", "shop");
  const html = execFileSync(process.env["KUBESIFT_BIN"] as string, ["graph", shop, "--format", "html"], { encoding: "utf8", maxBuffer: 1 << 26 });
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => hash(text));
  assert.ok(scripts.length > 0, "the page has a script");
  const sealed = seal(html, "dark");
  for (const one of scripts) assert.ok(sealed.includes(one));
  assert.match(sealed, /<html[^>]* data-theme="dark">/);
  assert.doesNotMatch(html, /\son[a-z]+\s*=\s*["']|<script[^>]*\ssrc=|<link[^>]*href="(?!data:)/, "the page needs what the policy refuses");
});
