/** The icon of the product: a device in the middle, linked to three others. Drawn by hand; the PNG is made of the same shapes. */

export type Point = readonly [x: number, y: number];

/** On a square of 64 units. */
export type Shape =
  | { kind: 'square'; corner: number; fill: string }
  | { kind: 'lines'; segments: readonly (readonly [Point, Point])[]; width: number; fill: string }
  | { kind: 'discs'; at: readonly Point[]; radius: number; fill: string };

const [navy, white, green] = ['#12324f', '#ffffff', '#3ecf8e'] as const;
const middle: Point = [32, 34];
const outer: readonly Point[] = [
  [32, 12],
  [13, 47],
  [51, 47],
];
const tick: readonly [Point, Point, Point] = [
  [27, 34.5],
  [30.5, 38],
  [37, 30.5],
];

export const iconShapes: readonly Shape[] = [
  { kind: 'square', corner: 14, fill: navy },
  { kind: 'lines', segments: outer.map((to) => [middle, to] as const), width: 4, fill: white },
  { kind: 'discs', at: outer, radius: 6.5, fill: white },
  { kind: 'discs', at: [middle], radius: 11, fill: green },
  {
    kind: 'lines',
    segments: [
      [tick[0], tick[1]],
      [tick[1], tick[2]],
    ],
    width: 3.5,
    fill: navy,
  },
];

const elements = iconShapes.map(element).join('');

export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><title>IoT operations</title>${elements}</svg>`;

/** As clients show it beside the server's name. Without the title: the name stands beside it, and every answer carries it. */
export const serverIcons = [
  {
    src: `data:image/svg+xml;base64,${Buffer.from(iconSvg.replace(/<title>.*<\/title>/, '')).toString('base64')}`,
    mimeType: 'image/svg+xml',
    sizes: ['any'],
  },
];

function element(shape: Shape): string {
  if (shape.kind === 'square') return `<rect width="64" height="64" rx="${shape.corner}" fill="${shape.fill}"/>`;
  if (shape.kind === 'discs') {
    const discs = shape.at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${shape.radius}"/>`).join('');
    return `<g fill="${shape.fill}">${discs}</g>`;
  }
  const path = shape.segments.map(([from, to]) => `M${from.join(' ')}L${to.join(' ')}`).join('');
  return `<path d="${path}" stroke="${shape.fill}" stroke-width="${shape.width}" stroke-linecap="round"/>`;
}
