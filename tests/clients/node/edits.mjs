// Random things that a person does to a project: texts on disk, texts in the editor, and the
// messages that tell the server.

import fs from "node:fs";
import path from "node:path";
import { uriOf } from "./client.mjs";

/** Numbers from a seed (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  /** 0 to `end`, which is not among them. */
  below(end) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let word = this.state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return Math.floor(((word ^ (word >>> 14)) >>> 0) / 4294967296 * end);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  chance(percent) {
    return this.below(100) < percent;
  }
}

/** Words that mean something, and what they may become. */
const WORDS = [
  ["privileged: true", "privileged: false"],
  ["app: web", "app: shop"],
  ["app: cart", "app: card"],
  ["name: web", "name: webb"],
  ["name: cart", "name: card"],
  ["replicas: ", "replicas: 1"],
  ["kind: Deployment", "kind: DaemonSet"],
  ["kind: Service", "kind: Pod"],
  ["web-settings", "web-setting"],
  ["port: http", "port: https"],
  ["../../base", "../base"],
  ["namespace: shop", "namespace: default"],
  ["- ", "- - "],
  [": ", ":"],
  ["\n", "\r\n"],
  ["off", "critical"],
  ["apps/v1", "apps/v1beta1"],
];

/** Of the configuration only what is valid: a mistake in it stops the command. */
const SETTINGS = [
  ["image-latest-with-if-not-present: off", "privileged-container: off"],
  ["privileged-container: off", "image-latest-with-if-not-present: off"],
  ["image-latest-with-if-not-present: off", "readiness-probe-missing: critical"],
  ["readiness-probe-missing: critical", "image-latest-with-if-not-present: off"],
  ["profile: default", "profile: all"],
  ["profile: all", "profile: default"],
  ['kubernetesVersion: "1.31"', 'kubernetesVersion: "1.24"'],
  ['kubernetesVersion: "1.24"', 'kubernetesVersion: "1.31"'],
];

/** What is typed somewhere. */
const TYPED = [
  " ", "  ", "\n", "\r\n", "\t", ":", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "|", "&a ", "*a",
  "---\n", "é", "👋", "null", "hostNetwork: true\n", "# kubesift: ignore[privileged-container] a reason\n",
  "  # kubesift: ignore a reason", "# kubesift: ignore-file[resources] all of it\n", "x", "0",
];

/** New files, by what they are copied from; the last lies where no folder is yet. */
const NEW = ["k8s/new.yaml", "shop/base/new.yaml", "shop/overlays/prod/new.yaml", "notes/new.yaml", "new/new.yaml"];

const CREATED = 1;
const CHANGED = 2;
const DELETED = 3;
const CONFIG = ".kubesift.yaml";

export class Project {
  constructor(client, folder, random) {
    Object.assign(this, { client, folder, random });
    /** Texts on disk, and those that are open, with the ones before. */
    this.disk = new Map();
    this.opened = new Map();
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const full = path.join(entry.parentPath ?? entry.path, entry.name);
      this.disk.set(path.relative(folder, full), fs.readFileSync(full, "utf8"));
    }
  }

  uri(file) {
    return uriOf(path.join(this.folder, file));
  }

  /** The texts that count: those of the editor before those on disk. */
  texts() {
    const texts = new Map(this.disk);
    for (const [file, { text }] of this.opened) texts.set(file, text);
    return texts;
  }

  /** Does one thing; says what. */
  async step() {
    const { random } = this;
    const closed = [...this.disk.keys()].filter((file) => !this.opened.has(file)).sort();
    const open = [...this.opened.keys()].sort();
    const dice = random.below(100);
    if (open.length === 0 || (dice < 12 && closed.length > 0)) return this.open(random.of(closed));
    if (dice < 62) return this.edit(random.of(open));
    if (dice < 72) return this.undo(random.of(open));
    if (dice < 77) return this.create(random.of(NEW), random.of(closed.length > 0 ? closed : open));
    if (dice < 83) return this.close(random.of(open));
    if (dice < 89) return this.save(random.of(open));
    if (closed.length === 0) return this.save(random.of(open));
    if (dice < 93) return this.remove(random.of(closed));
    if (dice < 97) return this.move(random.of(closed), random.of(NEW).replace("new.yaml", `moved-${random.below(3)}.yaml`));
    return this.touch(random.of(closed));
  }

  async open(file) {
    const text = this.disk.get(file);
    this.opened.set(file, { text, before: [] });
    await this.client.open(this.uri(file), text);
    return `open ${file}`;
  }

  /** A file that is only in the editor; or all of a file anew, when it is open. */
  async create(file, like) {
    if (this.opened.has(file) || this.disk.has(file)) return `leave ${file}`;
    const text = (this.disk.get(like) ?? this.opened.get(like).text).replaceAll("name: web", "name: other");
    this.opened.set(file, { text, before: [] });
    await this.client.open(this.uri(file), text);
    return `open ${file}, which is not on disk, like ${like}`;
  }

  async edit(file) {
    const document = this.opened.get(file);
    const edits = [];
    const before = document.text;
    for (let count = this.random.chance(20) ? 2 : 1; count > 0; count -= 1) {
      const edit = this.change(file, document.text);
      edits.push(edit);
      document.text = document.text.slice(0, edit.start) + edit.text + document.text.slice(edit.end);
    }
    document.before.push(before);
    await this.client.edit(this.uri(file), edits);
    const said = edits.map(({ start, end, text }) => `${start}..${end} ${JSON.stringify(text.slice(0, 60))}`);
    return `edit ${file}: ${said.join(", ")}`;
  }

  /** One change of a text. */
  change(file, text) {
    const { random } = this;
    const nothing = { start: 0, end: 0, text: "" };
    if (file === CONFIG) return replace(text, random.of(SETTINGS), random) ?? nothing;
    const dice = random.below(100);
    if (dice < 40) {
      const [from, to] = random.of(WORDS);
      const pair = random.chance(50) ? [from, to] : [to, from];
      const found = replace(text, pair, random);
      if (found) return found;
    }
    const lines = text.split("\n");
    const line = random.below(lines.length);
    const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
    const end = Math.min(start + lines[line].length + 1, text.length);
    if (dice < 55) return { start, end, text: "" };
    if (dice < 65) return { start, end: start, text: text.slice(start, end) };
    if (dice < 72) {
      const texts = [...this.texts()].filter(([name]) => /\.ya?ml$/.test(name)).sort();
      return { start: text.length, end: text.length, text: `\n---\n${random.of(texts)[1]}` };
    }
    const at = whole(text, random.below(text.length + 1));
    if (dice < 85) return { start: at, end: at, text: random.of(TYPED) };
    return { start: at, end: Math.max(at, whole(text, at + random.below(20))), text: "" };
  }

  async undo(file) {
    const document = this.opened.get(file);
    const text = document.before.pop();
    if (text === undefined) return this.edit(file);
    await this.client.edit(this.uri(file), [{ start: 0, end: document.text.length, text }]);
    document.text = text;
    return `undo in ${file}`;
  }

  async close(file) {
    this.opened.delete(file);
    await this.client.close(this.uri(file));
    return `close ${file}, not saved`;
  }

  async save(file) {
    const { text } = this.opened.get(file);
    const kind = this.disk.has(file) ? CHANGED : CREATED;
    this.write(file, text);
    await this.client.notify("textDocument/didSave", { textDocument: { uri: this.uri(file) } });
    await this.tell([file, kind]);
    return `save ${file}`;
  }

  write(file, text) {
    const full = path.join(this.folder, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
    this.disk.set(file, text);
  }

  async remove(file) {
    if (file === CONFIG) return `leave ${file}`;
    fs.rmSync(path.join(this.folder, file));
    this.disk.delete(file);
    await this.tell([file, DELETED]);
    return `delete ${file}`;
  }

  async move(file, to) {
    if (file === CONFIG || this.disk.has(to) || this.opened.has(to)) return `leave ${file}`;
    const text = this.disk.get(file);
    fs.rmSync(path.join(this.folder, file));
    this.disk.delete(file);
    this.write(to, text);
    await this.tell([file, DELETED], [to, CREATED]);
    return `move ${file} to ${to}`;
  }

  /** Another program writes a file. */
  async touch(file) {
    const text = this.disk.get(file);
    const edit = this.change(file, text);
    this.write(file, text.slice(0, edit.start) + edit.text + text.slice(edit.end));
    await this.tell([file, CHANGED]);
    return `write ${file}: ${edit.start}..${edit.end} ${JSON.stringify(edit.text.slice(0, 60))}`;
  }

  tell(...changes) {
    return this.client.notify("workspace/didChangeWatchedFiles", {
      changes: changes.map(([file, type]) => ({ uri: this.uri(file), type })),
    });
  }
}

/** One of the places where some words stand becomes others; none when they stand nowhere. */
function replace(text, [from, to], random) {
  const places = [];
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) places.push(at);
  if (places.length === 0) return undefined;
  const start = whole(text, random.of(places));
  return { start, end: whole(text, start + from.length), text: to };
}

/** The offset itself, or the one before where it would part a letter or the end of a line. */
function whole(text, offset) {
  const at = Math.min(offset, text.length);
  const parts = (first, second) => text.slice(at - 1, at + 1).match(new RegExp(`^${first}${second}$`, "s"));
  const inside = parts("[\\ud800-\\udbff]", "[\\udc00-\\udfff]") || parts("\r", "\n");
  return inside ? at - 1 : at;
}
