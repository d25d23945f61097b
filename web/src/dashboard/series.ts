// Numbers over steps in typed arrays: columns that hold minimum, maximum and last, so that spikes
// survive when neighbours are joined.
import { unpack, type MapData, type SeriesData } from "./records";

export const MOST = 20_000; // columns in memory

/** The place of the last step that is not after this one; −1 before the first. */
export function placeOf(steps: Float64Array, count: number, step: number): number {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function roomFor<T extends Float64Array | Float32Array | Uint8Array>(array: T, size: number): T {
  if (array.length >= size) return array;
  const grown = new (array.constructor as new (n: number) => T)(Math.max(size, 2 * array.length, 64));
  grown.set(array);
  return grown;
}

/** One figure over the steps. */
export class Series {
  count = 0;
  steps = new Float64Array(0);
  last = new Float64Array(0);
  min = new Float64Array(0);
  max = new Float64Array(0);

  /** Take what follows; columns that are known already are passed over. */
  add(data: SeriesData): boolean {
    const steps = unpack(data.steps), last = unpack(data.last);
    const min = data.min ? unpack(data.min) : last, max = data.max ? unpack(data.max) : last;
    const begin = this.count ? placeOf(steps as Float64Array, steps.length, this.steps[this.count - 1]!) + 1 : 0;
    const count = this.count + steps.length - begin;
    if (count === this.count) return false;
    for (const name of ["steps", "last", "min", "max"] as const) this[name] = roomFor(this[name], count);
    const news = { steps, last, min, max };
    for (const name of ["steps", "last", "min", "max"] as const) {
      this[name].set(news[name].subarray(begin), this.count);
    }
    this.count = count;
    if (count > MOST) this.halve();
    return true;
  }

  /** Forget what is known from a step on. */
  cut(first: number): void {
    this.count = placeOf(this.steps, this.count, first - 1) + 1;
  }

  at(step: number): number | null {
    const place = placeOf(this.steps, this.count, step);
    return place < 0 ? null : this.last[place]!;
  }

  /** The first step whose number is not finite, null where all are. */
  firstBad(): number | null {
    for (let i = 0; i < this.count; i++) if (!Number.isFinite(this.min[i]! + this.max[i]!)) return this.steps[i]!;
    return null;
  }

  private halve(): void {
    const { steps, last, min, max, count } = this;
    const half = Math.ceil(count / 2);
    for (let i = 0; i < half; i++) {
      const a = 2 * i, b = Math.min(a + 1, count - 1);
      steps[i] = steps[a]!;
      last[i] = last[b]!;
      min[i] = Math.min(min[a]!, min[b]!);
      max[i] = Math.max(max[a]!, max[b]!);
    }
    this.count = half;
  }
}

export const BLANK = -1; // not measured: no statistic of a map is negative

/** A statistic of all rows over the steps, column after column. */
export class Heat {
  count = 0;
  steps = new Float64Array(0);
  values = new Float32Array(0);
  readonly row: ReadonlyMap<string, number>;

  constructor(readonly names: readonly string[]) {
    this.row = new Map(names.map((name, i) => [name, i]));
  }

  add(data: MapData): boolean {
    const steps = unpack(data.steps), values = unpack(data.values);
    const blank = data.blank ? unpack(data.blank) : null;
    const rows = this.names.length, width = steps.length;
    const begin = this.count ? placeOf(steps as Float64Array, width, this.steps[this.count - 1]!) + 1 : 0;
    const count = this.count + width - begin;
    if (count === this.count) return false;
    this.steps = roomFor(this.steps, count);
    this.values = roomFor(this.values, count * rows);
    this.steps.set(steps.subarray(begin), this.count);
    const from = data.names.map((name) => this.row.get(name) ?? -1);
    this.values.fill(BLANK, this.count * rows, count * rows);
    from.forEach((row, k) => {
      if (row < 0) return;
      for (let i = begin; i < width; i++) {
        const at = (this.count + i - begin) * rows + row;
        this.values[at] = blank?.[k * width + i] ? BLANK : values[k * width + i]!;
      }
    });
    this.count = count;
    if (count > MOST) this.halve();
    return true;
  }

  /** Forget what is known from a step on. */
  cut(first: number): void {
    this.count = placeOf(this.steps, this.count, first - 1) + 1;
  }

  /** The column that was measured last at a step, −1 before the first. */
  column(step: number): number {
    return placeOf(this.steps, this.count, step);
  }

  get(row: number, column: number): number {
    return column < 0 || row < 0 ? BLANK : this.values[column * this.names.length + row]!;
  }

  private halve(): void {
    const rows = this.names.length, half = Math.ceil(this.count / 2);
    for (let i = 0; i < half; i++) {
      const a = 2 * i, b = Math.min(a + 1, this.count - 1);
      this.steps[i] = this.steps[a]!;
      for (let r = 0; r < rows; r++) {
        this.values[i * rows + r] = worse(this.values[a * rows + r]!, this.values[b * rows + r]!);
      }
    }
    this.count = half;
  }
}

/** The larger of two, blank where both are, not finite where one is. */
function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b);
}
