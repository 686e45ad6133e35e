// The scripts that package: what must be in a vsix, what they see in a wrong one, and the picture.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { crc32, deflateRawSync, inflateSync } from "node:zlib";
import { ROOT } from "./root";

interface Vsix {
  TARGETS: Record<string, string>;
  wanted(target: string | undefined): string[];
  faults(bytes: Buffer, target: string | undefined): string[];
  kindOf(bytes: Buffer): string | undefined;
  targetOf(platform: string, arch: string): string | undefined;
}

const script = (name: string): Promise<unknown> => import(pathToFileURL(path.join(ROOT, "scripts", name)).href);
const vsix = script("vsix.mjs") as Promise<Vsix>;

interface Entry {
  name: string;
  content: Buffer;
  mode: number;
}

/** A zip archive, deflated, as vsce writes it. */
function zip(entries: Entry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, mode } of entries) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(title.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(title.length, 28);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(at, 42);
    bodies.push(local, title, packed);
    directory.push(central, title);
    at += 30 + title.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

function elf(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

async function good(target: string | undefined): Promise<Entry[]> {
  const { wanted } = await vsix;
  const manifest = `<Identity Id="kubesift"${target === undefined ? "" : ` TargetPlatform="${target}"`}/>`;
  return wanted(target).map((name) => {
    if (name === "extension.vsixmanifest") return { name, content: Buffer.from(manifest), mode: 0o100644 };
    if (name.startsWith("extension/server/")) return { name, content: elf(0x3e), mode: 0o100755 };
    return { name, content: Buffer.from("x"), mode: 0o100644 };
  });
}

test("a vsix as it must be has no faults, with and without a program", async () => {
  const { faults } = await vsix;
  assert.deepEqual(faults(zip(await good(undefined)), undefined), []);
  assert.deepEqual(faults(zip(await good("linux-x64")), "linux-x64"), []);
});

test("what is missing and what is too much is named", async () => {
  const { faults } = await vsix;
  const entries = (await good(undefined)).filter(({ name }) => name !== "extension/icon.png");
  entries.push({ name: "extension/src/server.ts", content: Buffer.from("x"), mode: 0o100644 });
  assert.deepEqual(faults(zip(entries), undefined), ["extension/icon.png is missing", "extension/src/server.ts does not belong there"]);
});

test("a program in the universal vsix, or none in the other, is a fault", async () => {
  const { faults } = await vsix;
  const withProgram = await good("linux-x64");
  assert.ok(faults(zip(withProgram), undefined).includes("extension/server/kubesift does not belong there"));
  const without = withProgram.filter(({ name }) => !name.startsWith("extension/server/"));
  assert.deepEqual(faults(zip(without), "linux-x64"), ["extension/server/kubesift is missing"]);
});

test("a program that may not be executed, or is for another processor, is a fault", async () => {
  const { faults } = await vsix;
  const change = async (edit: (program: Entry) => void): Promise<string[]> => {
    const entries = await good("linux-x64");
    const program = entries.find(({ name }) => name.startsWith("extension/server/"));
    assert.ok(program);
    edit(program);
    return faults(zip(entries), "linux-x64");
  };
  assert.deepEqual(await change((program) => (program.mode = 0o100644)), ["extension/server/kubesift may not be executed"]);
  assert.deepEqual(await change((program) => (program.content = elf(0xb7))), ["extension/server/kubesift is elf-arm64, not elf-x64"]);
  assert.deepEqual(await change((program) => (program.content = Buffer.from("#!/bin/sh"))), ["extension/server/kubesift is no program, not elf-x64"]);
});

test("a manifest for another platform is a fault", async () => {
  const { faults } = await vsix;
  const entries = await good("linux-x64");
  const manifest = entries.find(({ name }) => name === "extension.vsixmanifest");
  assert.ok(manifest);
  manifest.content = Buffer.from(`<Identity TargetPlatform="linux-arm64"/>`);
  assert.deepEqual(faults(zip(entries), "linux-x64"), ["the manifest says linux-arm64, not linux-x64"]);
});

test("programs are known by their first bytes", async () => {
  const { kindOf, TARGETS } = await vsix;
  const macho = Buffer.alloc(64);
  macho.writeUInt32BE(0xcffaedfe, 0);
  macho.writeUInt32LE(0x0100000c, 4);
  const pe = Buffer.alloc(256);
  pe.write("MZ", 0, "latin1");
  pe.writeUInt32LE(0x80, 0x3c);
  pe.writeUInt16LE(0x8664, 0x84);
  assert.deepEqual([elf(0x3e), elf(0xb7), elf(0x03), macho, pe].map(kindOf), ["elf-x64", "elf-arm64", undefined, "macho-arm64", "pe-x64"]);
  const cut = Buffer.from(pe.subarray(0, 64));
  cut.writeUInt32LE(0xfffffff0, 0x3c);
  for (const odd of [Buffer.alloc(0), Buffer.from("MZ"), Buffer.alloc(64), cut]) assert.equal(kindOf(odd), undefined);
  assert.equal(kindOf(readFileSync(process.execPath)), TARGETS[`${process.platform}-${process.arch}`]);
});

test("a machine that we do not build for has no target", async () => {
  const { targetOf } = await vsix;
  assert.equal(targetOf("linux", "x64"), "linux-x64");
  assert.equal(targetOf("linux", "s390x"), undefined);
});

test("the icon is what its script draws: 128 by 128, every pixel", async () => {
  const { pixels, SIZE } = (await script("icon.mjs")) as { pixels(): Buffer; SIZE: number };
  const png = readFileSync(path.join(ROOT, "icon.png"));
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  assert.deepEqual([SIZE, png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128, 128]);
  const length = png.readUInt32BE(33);
  assert.equal(png.toString("latin1", 37, 41), "IDAT");
  assert.equal(crc32(png.subarray(37, 41 + length)), png.readUInt32BE(41 + length));
  const rows = inflateSync(png.subarray(41, 41 + length));
  const drawn = pixels();
  for (let y = 0; y < SIZE; y++) {
    const row = rows.subarray(y * (SIZE * 4 + 1), (y + 1) * (SIZE * 4 + 1));
    assert.equal(row[0], 0);
    assert.ok(row.subarray(1).equals(drawn.subarray(y * SIZE * 4, (y + 1) * SIZE * 4)), `row ${y}`);
  }
});
