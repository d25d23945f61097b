// In what runs differ: their settings side by side, without what is the same in all.
import type { Details } from "./records";

export interface Differences {
  rows: { name: string; values: string[] }[];
  equal: number; // rows that are left out
}

const UNTOLD = new Set(["digest", "kind"]);
const FROM_START = ["loss", "optimizer", "batch", "epochs", "rows", "held_out", "order", "seed", "l1", "l2", "patience"] as const;

/** Write a setting as a text; what is not there is blank. */
function written(x: unknown): string {
  if (x === undefined || x === null) return "";
  if (Array.isArray(x)) return x.map(written).join(", ");
  return typeof x === "object" ? JSON.stringify(x) : String(x);
}

function told({ settings, start }: Details): Map<string, string> {
  const made = new Map<string, string>();
  for (const name of FROM_START) made.set(name, written((start as Record<string, unknown>)[name]));
  for (const [name, value] of Object.entries(settings)) if (!UNTOLD.has(name) && !made.get(name)) made.set(name, written(value));
  made.set("layers", layersOf(start));
  made.set("parameters", written(start.parameters?.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0)));
  return made;
}

const layersOf = ({ parameters = [], activations = {} }: Details["start"]): string =>
  [parameters.filter(({ shape }) => shape.length > 1).length, ...new Set(Object.values(activations))].join(", ");

export function differences(runs: readonly Details[]): Differences {
  const all = runs.map(told), names = [...new Set(all.flatMap((one) => [...one.keys()]))];
  const rows = names
    .map((name) => ({ name, values: all.map((one) => one.get(name) ?? "") }))
    .filter(({ values }) => values.some(Boolean));
  const unequal = rows.filter(({ values }) => new Set(values).size > 1);
  return { rows: unequal, equal: rows.length - unequal.length };
}
