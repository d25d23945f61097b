// The two lanes of a wire: straight runs joined by curves that end level, as in static drawings.
import type { Point } from "./layout/records";

export const APART = 5; // between the two lanes
const LENGTH = 7, HALF = 3.5; // of an arrowhead

/** Return the lane that runs `shift` under the centre line; curves move sideways as well. */
export function lane(path: readonly Point[], shift: number): string {
  const asides = sideways(path, shift);
  const points = path.map(([x, y], i): Point => [x + asides[i]!, y + shift]);
  let [x, y] = points[0]!;
  let drawn = `M${at(x, y)}`;
  for (const [x1, y1] of points.slice(1)) {
    const middle = (x + x1) / 2;
    drawn += y === y1 ? `H${short(x1)}` : `C${at(middle, y)} ${at(middle, y1)} ${at(x1, y1)}`;
    [x, y] = [x1, y1];
  }
  return drawn;
}

function sideways(path: readonly Point[], shift: number): number[] {
  const bends = path.slice(1).map((end, i) => bend(path[i]!, end, shift));
  const inner = bends.slice(1).map((after, i) => meeting(bends[i]!, after));
  return [0, ...inner, 0];
}

/** How far a curve moves to the right in its steepest place; null for a straight run. */
function bend([x0, y0]: Point, [x1, y1]: Point, shift: number): number | null {
  const across = x1 - x0, down = y1 - y0;
  return down ? (-shift * 2 * down) / Math.hypot(across, 2 * down) : null;
}

function meeting(before: number | null, after: number | null): number {
  const known = [before, after].filter((x) => x !== null);
  return known.length ? known.reduce((a, b) => a + b) / known.length : 0;
}

/** Return an arrowhead with its tip at a point, to the right (1) or to the left (−1). */
export function head(x: number, y: number, direction: 1 | -1): string {
  return `M${at(x, y)}l${-direction * LENGTH} ${-HALF}v${2 * HALF}z`;
}

/** Shorten a path, so that a line ends inside of its arrowhead. */
export function cut(path: readonly Point[], start: number, end: number): Point[] {
  const last = path.length - 1;
  return path.map(([x, y], i) => [i ? (i === last ? x - end : x) : x + start, y]);
}

const short = (x: number): string => String(Math.round(x * 100) / 100);
const at = (x: number, y: number): string => `${short(x)} ${short(y)}`;
