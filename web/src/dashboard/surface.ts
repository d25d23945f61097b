// Surfaces and points of the decision view: classes differ by shape as well as by colour.
import type { Decided, Grid } from "./decided";
import { lead, zeroLine } from "./decided";
import { font, type Colours } from "./ink";
import type { Ink } from "./live";
import { rgb, type Theme } from "./scale";

const MORE: Record<Theme, string[]> = { // after class A and class B
  light: ["#00714f", "#a3195b", "#6b4fa0", "#0b7285", "#7a3b12", "#5a5f1a", "#444a55", "#c2410c"],
  dark: ["#3ecf9c", "#ff8fbf", "#c3a6ff", "#5cc8dc", "#e39a6b", "#c9d15a", "#b8bec9", "#ff9158"],
};
const STRONG: Record<Theme, number> = { light: 0.62, dark: 0.5 };

export const classColour = (k: number, theme: Theme, colours: Colours): string =>
  k === 0 ? colours["class-a"]! : k === 1 ? colours["class-b"]! : MORE[theme][(k - 2) % MORE[theme].length]!;

type Rgb = readonly [number, number, number];

const mixed = (a: Rgb, b: Rgb, share: number): Rgb =>
  [0, 1, 2].map((k) => a[k]! + (b[k]! - a[k]!) * share) as unknown as Rgb;

function imageOf(grid: Grid, colour: (i: number) => Rgb): OffscreenCanvas {
  const { across, down } = grid, data = new ImageData(across, down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const [r, g, b] = colour(y * across + x), at = 4 * ((down - 1 - y) * across + x); // upwards
      data.data.set([r, g, b, 255], at);
    }
  }
  const canvas = new OffscreenCanvas(across, down);
  canvas.getContext("2d")!.putImageData(data, 0, 0);
  return canvas;
}

/** The probabilities as colours: strong where the net is sure, pale at the line between classes. */
export function surfaceOf(of: Decided, theme: Theme, colours: Colours): OffscreenCanvas {
  const { outputs } = of, paper = rgb(colours["background"]!), grid = outputs[0]!;
  if (of.data.classes.length < 2) return signedOf(centred(grid), theme, colours);
  const hues = outputs.map((_, k) => rgb(classColour(k, theme, colours)));
  const single = outputs.length === 1;
  return imageOf(grid, (i) => {
    const p = outputs.map(({ values }) => values[i]!);
    const all = single ? [1 - p[0]!, p[0]!] : p;
    const best = all.indexOf(Math.max(...all)), even = 1 / all.length;
    const sure = Math.max(0, (all[best]! - even) / (1 - even));
    return mixed(paper, hues[best] ?? hues[0]!, STRONG[theme] * Math.sqrt(sure));
  });
}

/** A unit's own surface: below zero in the first colour, above it in the second. */
export function signedOf(grid: Grid, theme: Theme, colours: Colours): OffscreenCanvas {
  const paper = rgb(colours["background"]!), low = rgb(colours["class-a"]!), high = rgb(colours["class-b"]!);
  let most = 0;
  for (const x of grid.values) if (Number.isFinite(x)) most = Math.max(most, Math.abs(x));
  return imageOf(grid, (i) => {
    const x = (grid.values[i] ?? 0) / (most || 1);
    return mixed(paper, x < 0 ? low : high, STRONG[theme] * 1.25 * Math.min(1, Math.abs(x)));
  });
}

function centred(grid: Grid): Grid {
  let low = Infinity, high = -Infinity;
  for (const x of grid.values) [low, high] = [Math.min(low, x), Math.max(high, x)];
  return { ...grid, values: grid.values.map((x) => x - (low + high) / 2) };
}

export interface Frame {
  width: number;
  height: number;
}

/** Where a point of the inputs is in the frame. */
export function toFrame({ data }: Decided, x: number, y: number, { width, height }: Frame): [number, number] {
  const [low, bottom] = data.lows, [high, top] = data.highs;
  return [((x - low) / (high - low)) * width, height - ((y - bottom) / (top - bottom)) * height];
}

export function drawBoundary(ink: Ink, of: Decided, { width, height }: Frame, colours: Colours): void {
  const { outputs, size } = of, count = of.data.classes.length;
  if (count < 2) return;
  const grids = outputs.length === 1
    ? [{ ...outputs[0]!, values: outputs[0]!.values.map((p) => p - 0.5) }]
    : outputs.slice(0, count === 2 ? 1 : count).map((_, k) => lead(outputs, k));
  const x = width / (size - 1), y = height / (size - 1);
  ink.strokeStyle = colours["ink"]!;
  ink.lineWidth = 1.75;
  ink.lineCap = "round";
  ink.beginPath();
  for (const grid of grids) {
    for (const [x0, y0, x1, y1] of zeroLine(grid)) {
      ink.moveTo(x0 * x, height - y0 * y);
      ink.lineTo(x1 * x, height - y1 * y);
    }
  }
  ink.stroke();
}

/** A shape for each class: square, circle, triangle, diamond, and so on with more corners. */
export function shape(ink: Ink, k: number, x: number, y: number, r: number): void {
  ink.beginPath();
  if (k % 6 === 1) ink.arc(x, y, r, 0, 7);
  else {
    const corners = [4, 0, 3, 4, 5, 6][k % 6]!, turn = [Math.PI / 4, 0, -Math.PI / 2, 0, -Math.PI / 2, 0][k % 6]!;
    const reach = corners === 4 ? r * 1.25 : r * 1.2;
    for (let i = 0; i < corners; i++) {
      const angle = turn + (2 * Math.PI * i) / corners;
      ink.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
    }
    ink.closePath();
  }
}

const SMALLEST = 2.6, LARGEST = 15;

/** Radii of the points: their areas are as the norms of their gradients. */
export function radii(norms: Float32Array): Float32Array {
  let most = 0;
  for (const x of norms) if (Number.isFinite(x)) most = Math.max(most, x);
  return norms.map((x) => Math.max(SMALLEST, LARGEST * Math.sqrt(Math.max(0, Number.isFinite(x) ? x : most) / (most || 1))));
}

export function drawPoints(
  ink: Ink, of: Decided, frame: Frame, shown: (i: number) => boolean, selected: number | null, theme: Theme, colours: Colours,
): void {
  const sizes = radii(of.norms), order = Array.from(sizes.keys()).filter(shown).sort((a, b) => sizes[b]! - sizes[a]!);
  const classes = of.data.classes.length > 1;
  for (const i of order) {
    const [x, y] = toFrame(of, of.points[2 * i]!, of.points[2 * i + 1]!, frame), k = classes ? of.targets[i]! : 1;
    shape(ink, k, x, y, sizes[i]!);
    ink.globalAlpha = 0.9;
    ink.fillStyle = classColour(k, theme, colours);
    ink.fill();
    ink.globalAlpha = 1;
    ink.strokeStyle = i === selected ? colours["local"]! : colours["card"]!;
    ink.lineWidth = i === selected ? 3 : 1.25;
    ink.stroke();
  }
  numbered(ink, of, frame, shown, colours);
}

function numbered(ink: Ink, of: Decided, frame: Frame, shown: (i: number) => boolean, colours: Colours): void {
  ink.font = font(colours, 11, "sans", 700);
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  of.data.hardest.forEach((i, rank) => {
    if (!shown(i)) return;
    const [x, y] = toFrame(of, of.points[2 * i]!, of.points[2 * i + 1]!, frame);
    ink.strokeStyle = colours["background"]!;
    ink.lineWidth = 3;
    ink.lineJoin = "round";
    ink.strokeText(String(rank + 1), x, y + 0.5);
    ink.fillStyle = colours["ink"]!;
    ink.fillText(String(rank + 1), x, y + 0.5);
  });
}

/** The point nearest to a place of the frame, within reach. */
export function nearest(of: Decided, x: number, y: number, frame: Frame, shown: (i: number) => boolean): number | null {
  let found: number | null = null, least = 18;
  for (let i = 0; i < of.norms.length; i++) {
    if (!shown(i)) continue;
    const [px, py] = toFrame(of, of.points[2 * i]!, of.points[2 * i + 1]!, frame), distance = Math.hypot(px - x, py - y);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}
