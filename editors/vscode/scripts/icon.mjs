// Draws `icon.png`: a sieve with one hole that lights up. Everything is a shape with a signed distance,
// sampled four by four to a pixel.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

export const SIZE = 128;
const SAMPLES = 4;

const GROUND = [0x16, 0x26, 0x3f];
const RIM = [0xe8, 0xee, 0xf8];
const HOLE = [0x6f, 0xa4, 0xf5];
const FOUND = [0xff, 0xb3, 0x2e];
const CENTRE = { x: 56, y: 56 };

/** Shapes from back to front: how far a point is outside, and the colour inside. */
const SHAPES = [
  [(x, y) => box(x - 64, y - 64, 64, 28), GROUND],
  [(x, y) => stroke(x, y, 88, 88, 108, 108) - 7.5, RIM],
  [(x, y) => Math.abs(Math.hypot(x - CENTRE.x, y - CENTRE.y) - 41) - 4.5, RIM],
  ...holes().map(({ x: cx, y: cy, found }) => [(x, y) => Math.hypot(x - cx, y - cy) - (found ? 7.5 : 4.2), found ? FOUND : HOLE]),
];

/** The holes stand in a hexagonal grid, those that touch the rim are left out. */
function holes() {
  const step = 15.5;
  const all = [];
  for (let row = -2; row <= 2; row++) {
    for (let column = -3; column <= 3; column++) {
      const x = (column + (row % 2 === 0 ? 0 : 0.5)) * step;
      const y = row * step * Math.sqrt(0.75);
      if (Math.hypot(x, y) < 32) all.push({ x: CENTRE.x + x, y: CENTRE.y + y, found: row === 0 && column === 1 });
    }
  }
  return all;
}

/** A rounded square around the origin. */
function box(x, y, half, radius) {
  const [qx, qy] = [Math.abs(x) - half + radius, Math.abs(y) - half + radius];
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
}

/** The distance to a straight line from one point to another. */
function stroke(x, y, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Red, green, blue and alpha of every pixel, row by row. */
export function pixels() {
  const bytes = Buffer.alloc(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) bytes.set(pixel(x, y), (y * SIZE + x) * 4);
  }
  return bytes;
}

function pixel(px, py) {
  const sum = [0, 0, 0];
  let covered = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const x = px + ((i % SAMPLES) + 0.5) / SAMPLES;
    const y = py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES;
    const shape = SHAPES.findLast(([distance]) => distance(x, y) < 0);
    if (shape === undefined) continue;
    covered++;
    shape[1].forEach((value, channel) => (sum[channel] += value));
  }
  if (covered === 0) return [0, 0, 0, 0];
  return [...sum.map((value) => Math.round(value / covered)), Math.round((covered * 255) / SAMPLES ** 2)];
}

function png(rgba) {
  const rows = Buffer.alloc(SIZE * (SIZE * 4 + 1));
  for (let y = 0; y < SIZE; y++) rgba.copy(rows, y * (SIZE * 4 + 1) + 1, y * SIZE * 4, (y + 1) * SIZE * 4);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The sum that PNG asks for. */
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(dirname(dirname(fileURLToPath(import.meta.url))), "icon.png");
  writeFileSync(file, png(pixels()));
}
