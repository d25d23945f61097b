// What a net decides over two inputs, as the server says it, and the lines between its classes.
import { unpack, type Packed } from "./records";

export interface DecisionData {
  step: number | null;
  axes: [string, string];
  inputs: string[];
  lows: [number, number];
  highs: [number, number];
  classes: string[];
  surface: Packed;
  points: Packed;
  rows: Packed;
  targets: Packed;
  found: Packed;
  norms: Packed;
  hardest: number[];
  confusion: number[][];
  units: Record<string, Packed>;
  weights?: Record<string, Packed>;
}

/** Numbers at the crossings of a grid, the second input from row to row. */
export interface Grid {
  across: number;
  down: number;
  values: Float32Array;
}

export interface Layer {
  path: string;
  units: Grid[];
}

export interface Weights {
  path: string;
  outputs: number;
  inputs: number;
  values: Float32Array;
}

export interface Decided {
  data: DecisionData;
  size: number; // of the surface
  outputs: Grid[]; // one for each class, or for each value
  points: Float32Array; // pairs
  rows: Float64Array;
  targets: Float64Array;
  found: Float64Array;
  norms: Float32Array;
  layers: Layer[];
  weights: Weights[];
}

export function readDecision(data: DecisionData): Decided {
  const [down = 1, across = 1, count = 1] = data.surface.shape, all = unpack(data.surface) as Float32Array;
  return {
    data,
    size: across,
    outputs: Array.from({ length: count }, (_, k) => ({
      across, down, values: Float32Array.from({ length: across * down }, (__, i) => all[i * count + k]!),
    })),
    points: unpack(data.points) as Float32Array,
    rows: unpack(data.rows) as Float64Array,
    targets: unpack(data.targets) as Float64Array,
    found: unpack(data.found) as Float64Array,
    norms: unpack(data.norms) as Float32Array,
    layers: Object.entries(data.units).map(([path, packed]) => {
      const [units = 0, high = 1, wide = 1] = packed.shape, values = unpack(packed) as Float32Array, size = high * wide;
      return { path, units: Array.from({ length: units }, (_, i) => ({ across: wide, down: high, values: values.subarray(i * size, (i + 1) * size) })) };
    }),
    weights: Object.entries(data.weights ?? {}).map(([path, packed]) => ({
      path, outputs: packed.shape[0]!, inputs: packed.shape[1]!, values: unpack(packed) as Float32Array,
    })),
  };
}

/** How far a class leads before the best of the others: 0 on the line around it. */
export function lead(outputs: readonly Grid[], k: number): Grid {
  const { across, down, values } = outputs[k]!;
  const made = Float32Array.from(values, (x, i) => {
    let best = -Infinity;
    outputs.forEach((other, j) => {
      if (j !== k) best = Math.max(best, other.values[i]!);
    });
    return x - best;
  });
  return { across, down, values: made };
}

export type Piece = [x0: number, y0: number, x1: number, y1: number];

/** Return the line where a grid is 0, in pieces, with coordinates counted in crossings. */
export function zeroLine({ across, down, values }: Grid): Piece[] {
  const made: Piece[] = [];
  const at = (x: number, y: number): number => values[y * across + x]!;
  for (let y = 0; y + 1 < down; y++) {
    for (let x = 0; x + 1 < across; x++) {
      const corners = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
      const ends = crossings(corners).map(([side, share]) => onSide(side, share, x, y));
      for (let i = 0; i + 1 < ends.length; i += 2) made.push([...ends[i]!, ...ends[i + 1]!]);
    }
  }
  return made;
}

/** Which sides of a cell the line crosses, and where; sides count from the first corner on. */
function crossings(corners: readonly number[]): [side: number, share: number][] {
  const found: [number, number][] = [];
  for (let side = 0; side < 4; side++) {
    const a = corners[side]!, b = corners[(side + 1) % 4]!;
    if (a > 0 !== b > 0) found.push([side, a / (a - b)]);
  }
  // Four crossings are two lines; the middle of the cell says which sides belong together.
  const middle = corners.reduce((sum, x) => sum + x, 0) / 4;
  if (found.length === 4 && middle > 0 === corners[0]! > 0) found.push(found.shift()!);
  return found;
}

function onSide(side: number, share: number, x: number, y: number): [number, number] {
  if (side === 0) return [x + share, y];
  if (side === 1) return [x + 1, y + share];
  return side === 2 ? [x + 1 - share, y + 1] : [x, y + 1 - share];
}
