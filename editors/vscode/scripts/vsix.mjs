// What a vsix holds: the list that must come out, and the list that did. No other code decides which
// files are shipped.
import { inflateRawSync } from "node:zlib";

/** Targets of VS Code that we build for, and the kind of program that each starts. */
export const TARGETS = {
  "linux-x64": "elf-x64",
  "linux-arm64": "elf-arm64",
  "alpine-x64": "elf-x64",
  "alpine-arm64": "elf-arm64",
  "darwin-x64": "macho-x64",
  "darwin-arm64": "macho-arm64",
  "win32-x64": "pe-x64",
  "win32-arm64": "pe-arm64",
};

/** The target of the machine that this runs on; undefined when there is none for it. */
export function targetOf(platform, arch) {
  const target = `${platform}-${arch}`;
  return target in TARGETS ? target : undefined;
}

/** The name of the program inside the extension. */
export function programName(target) {
  return target.startsWith("win32-") ? "kubesift.exe" : "kubesift";
}

/** Every file of a vsix, sorted; `target` is undefined for the universal one, which has no program inside. */
export function wanted(target) {
  const files = [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE-APACHE",
    "extension/LICENSE-MIT",
    "extension/LICENSE.md",
    "extension/dist/THIRD-PARTY.txt",
    "extension/dist/extension.js",
    "extension/icon.png",
    "extension/package.json",
    "extension/readme.md",
    "extension/schema/kubesift.schema.json",
  ];
  if (target !== undefined) files.push(`extension/server/${programName(target)}`);
  return files.sort();
}

/** What is wrong with a vsix, one sentence each; none when it is as it must be. */
export function faults(bytes, target) {
  const entries = entriesOf(bytes);
  const names = entries.map(({ name }) => name);
  const list = wanted(target);
  const found = [
    ...list.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names.filter((name) => !list.includes(name)).map((name) => `${name} does not belong there`),
  ];
  const program = entries.find(({ name }) => name.startsWith("extension/server/"));
  if (program !== undefined && target !== undefined) {
    if (!target.startsWith("win32-") && (program.mode & 0o111) === 0) found.push(`${program.name} may not be executed`);
    const kind = kindOf(program.content());
    if (kind !== TARGETS[target]) found.push(`${program.name} is ${kind ?? "no program"}, not ${TARGETS[target]}`);
  }
  const manifest = entries.find(({ name }) => name === "extension.vsixmanifest")?.content().toString("utf8") ?? "";
  const said = /TargetPlatform="([^"]*)"/.exec(manifest)?.[1];
  if (said !== target) found.push(`the manifest says ${said ?? "any platform"}, not ${target ?? "any platform"}`);
  return found;
}

/** The files of a zip archive by its central directory: name, Unix mode, and the bytes when asked for. */
export function entriesOf(bytes) {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  if (end < 0) throw new Error("not a zip archive");
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries = [];
  for (let i = 0; i < count; i++) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const [method, packed, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    if (!name.endsWith("/")) {
      entries.push({ name, mode: bytes.readUInt32LE(at + 38) >>> 16, content: () => contentOf(bytes, local, packed, method) });
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function contentOf(bytes, local, packed, method) {
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const content = bytes.subarray(start, start + packed);
  return method === 8 ? inflateRawSync(content) : content;
}

/** The format and processor of a program, by its first bytes; undefined when it is none that we ship. */
export function kindOf(bytes) {
  if (bytes.length < 64) return undefined;
  const magic = bytes.readUInt32BE(0);
  if (magic === 0x7f454c46) return { 0x3e: "elf-x64", 0xb7: "elf-arm64" }[bytes.readUInt16LE(18)];
  if (magic === 0xcffaedfe) return { 0x01000007: "macho-x64", 0x0100000c: "macho-arm64" }[bytes.readUInt32LE(4)];
  if (magic >>> 16 === 0x4d5a) {
    const header = bytes.readUInt32LE(0x3c);
    if (header + 6 > bytes.length) return undefined;
    return { 0x8664: "pe-x64", 0xaa64: "pe-arm64" }[bytes.readUInt16LE(header + 4)];
  }
  return undefined;
}
