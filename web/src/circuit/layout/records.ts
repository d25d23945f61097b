// The layout document, and the places of what is in view.
export type Place = readonly [x: number, y: number, width: number, height: number];
export type Point = readonly [x: number, y: number];
export type Label = readonly [x: number, y: number, anchor: string];

export interface Item {
  kind: string;
  parent: string;
  width: number;
  height: number;
  above: number;
  below: number;
}

export interface Strand {
  source: string;
  target: string;
  operand: number;
  near: number;
  far: number;
}

/** Layers, order and sizes of all that a scene holds, whatever is open. */
export interface Plan {
  items: Record<string, Item>;
  strands: Record<string, Strand>;
  containers: Record<string, string[][]>;
}

/** Where everything in view stands. */
export interface Arranged {
  width: number;
  height: number;
  places: Record<string, Place>;
  paths: Record<string, readonly Point[]>;
  labels: Record<string, Label>;
}

/** The plan, and the boxes that are open at first. */
export type Layout = Plan & { schema: string; opened: string[] };

export const TOP = ""; // the container that holds everything

export const LAYOUT = "chainrule.layout/1";

export function readLayout(text: string): Layout {
  const data = JSON.parse(text) as Layout;
  if (data.schema !== LAYOUT) throw new Error(`expected ${LAYOUT}, got ${data.schema}`);
  return data;
}
