/** Draws the icon's shapes into a PNG (8 bits, RGBA). */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

import type { Point, Shape } from '../../src/server/icon.ts';

/** Units of the shapes' square. */
const units = 64;

/** A PNG of `size` pixels a side. */
export function iconPng(shapes: readonly Shape[], size: number): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const pixel = colourAt(shapes, ((x + 0.5) * units) / size, ((y + 0.5) * units) / size, units / size);
      rows.set(pixel, y * (size * 4 + 1) + 1 + x * 4);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** The pixels of a PNG that `iconPng` made: its bytes differ between versions and platforms of zlib. */
export function pixelsOf(png: Buffer): Buffer {
  const from = png.indexOf('IDAT');
  return inflateSync(png.subarray(from + 4, from + 4 + png.readUInt32BE(from - 4)));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Red, green, blue and alpha of one pixel: each shape covers it by how far its edge is away, in units. */
function colourAt(shapes: readonly Shape[], x: number, y: number, pixel: number): number[] {
  let [r, g, b, a] = [0, 0, 0, 0];
  for (const shape of shapes) {
    const cover = Math.min(1, Math.max(0, 0.5 - distance(shape, x, y) / pixel));
    if (cover === 0) continue;
    const [fr = 0, fg = 0, fb = 0] = [1, 3, 5].map((at) => Number.parseInt(shape.fill.slice(at, at + 2), 16));
    const total = cover + a * (1 - cover);
    const mix = (over: number, under: number): number => (over * cover + under * a * (1 - cover)) / total;
    [r, g, b, a] = [mix(fr, r), mix(fg, g), mix(fb, b), total];
  }
  return [r, g, b, a * 255].map(Math.round);
}

/** From a point to the edge of a shape, in units; negative inside. */
function distance(shape: Shape, x: number, y: number): number {
  if (shape.kind === 'discs') return Math.min(...shape.at.map((at) => Math.hypot(x - at[0], y - at[1]) - shape.radius));
  if (shape.kind === 'lines') return Math.min(...shape.segments.map(([from, to]) => toSegment(from, to, x, y) - shape.width / 2));
  const half = units / 2;
  const dx = Math.abs(x - half) - half + shape.corner;
  const dy = Math.abs(y - half) - half + shape.corner;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - shape.corner;
}

function toSegment([fx, fy]: Point, [tx, ty]: Point, x: number, y: number): number {
  const along = ((x - fx) * (tx - fx) + (y - fy) * (ty - fy)) / ((tx - fx) ** 2 + (ty - fy) ** 2);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - fx - t * (tx - fx), y - fy - t * (ty - fy));
}
