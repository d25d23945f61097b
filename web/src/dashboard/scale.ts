// The size of a gradient as a colour: neutral where it is healthy, blue below, orange above.

export const LOW = -4.2, HIGH = -2.2; // powers of ten between which a gradient is healthy
const DEEP = -11, STEEP = 4;
const SIDE = 256; // colours on each side of neutral

export interface Band {
  low: number;
  high: number;
}

const STOPS = {
  light: {
    below: ["#efede6", "#cdd6ec", "#8ea6de", "#4468bd", "#2c4a93", "#1b2b5c"],
    above: ["#efede6", "#f6d3b4", "#eda36b", "#d9691f", "#a83c06", "#6f2303"],
  },
  dark: {
    below: ["#262c32", "#27365c", "#2f4f9c", "#4873d6", "#7ba1f5", "#b3cbff"],
    above: ["#262c32", "#50331f", "#8d4c1c", "#cf6f22", "#ff9d5a", "#ffcba2"],
  },
} as const;
export type Theme = keyof typeof STOPS;

export const rgb = (hex: string): [number, number, number] => {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
};

const packed = ([r, g, b]: readonly number[]): number => (255 << 24) | (b! << 16) | (g! << 8) | r!;

function between(stops: readonly string[], share: number): number {
  const at = share * (stops.length - 1), i = Math.min(Math.floor(at), stops.length - 2);
  const a = rgb(stops[i]!), b = rgb(stops[i + 1]!);
  return packed(a.map((x, k) => Math.round(x + (b[k]! - x) * (at - i))));
}

/** All colours of a theme: from deepest below over neutral to highest above. */
export function colours(theme: Theme): Uint32Array {
  const made = new Uint32Array(2 * SIDE + 1);
  for (let i = 0; i <= SIDE; i++) {
    made[SIDE - i] = between(STOPS[theme].below, i / SIDE);
    made[SIDE + i] = between(STOPS[theme].above, i / SIDE);
  }
  return made;
}

/** Where a power of ten stands among the colours. */
export function shade(power: number, { low, high }: Band): number {
  if (power < low) return Math.round(SIDE * (1 - Math.min(1, (low - power) / (low - Math.min(DEEP, low - 1)))));
  if (power > high) return Math.round(SIDE * (1 + Math.min(1, (power - high) / (Math.max(STEEP, high + 1) - high))));
  return SIDE;
}

export const css = (colour: number): string =>
  `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;

/** A gradient this many powers of ten outside of the band is lost, or runs away. */
const FAR = 2;

export type Verdict = "healthy" | "small" | "large" | "vanishing" | "exploding" | "not finite" | "not measured";

export function verdictOf(value: number, { low, high }: Band): Verdict {
  if (value < 0) return "not measured";
  if (!Number.isFinite(value)) return "not finite";
  const power = Math.log10(value);
  if (power < low) return power < low - FAR ? "vanishing" : "small";
  if (power > high) return power > high + FAR ? "exploding" : "large";
  return "healthy";
}

/** The band that is centred on the middle of what was measured. */
export function relative(values: Float32Array, band: Band): Band {
  const found: number[] = [];
  const stride = Math.max(1, Math.floor(values.length / 50_000));
  for (let i = 0; i < values.length; i += stride) {
    const x = values[i]!;
    if (x > 0 && Number.isFinite(x)) found.push(x);
  }
  if (!found.length) return band;
  found.sort((a, b) => a - b);
  const half = (band.high - band.low) / 2, middle = Math.log10(found[found.length >> 1]!);
  return { low: middle - half, high: middle + half };
}
