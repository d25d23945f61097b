import type { Scene } from "../records";

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
export type Layout = Plan & { opened: string[] };

export const TOP = ""; // the container that holds everything
export const SCHEMA = "chainrule.sizes/1";

interface Sizes {
  schema: string;
  opened: string[];
  items: [width: number, height: number, above: number, below: number][];
  strands: [near: number, far: number][];
  containers: Record<string, string[][]>;
}

/** Read the sizes that belong to a scene's nodes and wires, in their order. */
export function readLayout(text: string, scene: Scene): Layout {
  const { schema, opened, items, strands, containers } = JSON.parse(text) as Sizes;
  if (schema !== SCHEMA) throw new Error(`expected ${SCHEMA}, got ${schema}`);
  return {
    opened,
    containers,
    items: Object.fromEntries(
      scene.nodes.map(({ id, kind, parent }, i) => {
        const [width, height, above, below] = items[i]!;
        return [id, { kind, parent, width, height, above, below }];
      }),
    ),
    strands: Object.fromEntries(
      scene.wires.map(({ id, source, target, operand }, i) => {
        const [near, far] = strands[i]!;
        return [id, { source, target, operand, near, far }];
      }),
    ),
  };
}
