/** The icon of the product: a device in the middle, linked to three others. Drawn by hand; the PNG is made of the same shapes. */

/** On a square of 64 units. */
export type Shape =
  | { kind: 'square'; corner: number; fill: string }
  | { kind: 'line'; from: readonly [number, number]; to: readonly [number, number]; width: number; fill: string }
  | { kind: 'disc'; at: readonly [number, number]; radius: number; fill: string };

const [navy, white, green] = ['#12324f', '#ffffff', '#3ecf8e'] as const;
const middle = [32, 34] as const;
const outer = [
  [32, 12],
  [13, 47],
  [51, 47],
] as const;

export const iconShapes: readonly Shape[] = [
  { kind: 'square', corner: 14, fill: navy },
  ...outer.map((to) => ({ kind: 'line', from: middle, to, width: 4, fill: white }) as const),
  ...outer.map((at) => ({ kind: 'disc', at, radius: 6.5, fill: white }) as const),
  { kind: 'disc', at: middle, radius: 11, fill: green },
  { kind: 'line', from: [27, 34.5], to: [30.5, 38], width: 3.5, fill: navy },
  { kind: 'line', from: [30.5, 38], to: [37, 30.5], width: 3.5, fill: navy },
];

export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><title>IoT operations</title>${iconShapes.map(element).join('')}</svg>`;

/** As clients show it beside the server's name. */
export const serverIcons = [
  { src: `data:image/svg+xml;base64,${Buffer.from(iconSvg).toString('base64')}`, mimeType: 'image/svg+xml', sizes: ['any'] },
];

function element(shape: Shape): string {
  if (shape.kind === 'square') return `<rect width="64" height="64" rx="${shape.corner}" fill="${shape.fill}"/>`;
  if (shape.kind === 'disc') return `<circle cx="${shape.at[0]}" cy="${shape.at[1]}" r="${shape.radius}" fill="${shape.fill}"/>`;
  const { from, to, width, fill } = shape;
  return `<path d="M${from.join(' ')}L${to.join(' ')}" stroke="${fill}" stroke-width="${width}" stroke-linecap="round"/>`;
}
