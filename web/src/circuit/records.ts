// The records of a scene and of a layout, as the documents hold them. What is not computed is null.

export type Tree = number | string | readonly [string, ...Tree[]];

export interface Histogram {
  low: number;
  high: number;
  counts: number[];
}

export interface Summary {
  shape: number[];
  dtype: string;
  min: number | null;
  max: number | null;
  mean: number | null;
  norm: number | null;
  counts: Record<string, number>;
  histogram?: Histogram;
  data?: number[];
}

export type Value = number | Summary | null;

export interface SceneNode {
  id: string;
  kind: "leaf" | "op" | "branch" | "out" | "module";
  label: string;
  name: string;
  op: string;
  symbol: string;
  role: string;
  use: string;
  parent: string;
  shape: number[];
  dtype: string;
  source: { file: string; line: number; text: string; variable: string } | null;
  formula: Tree | null;
  says: string;
  value: Value;
  grad: Value;
  gates: number;
  whole: boolean;
}

export interface Wire {
  id: string;
  source: string;
  target: string;
  operand: number;
  value: Value;
  grad: Value;
  count: number;
}

export interface Local {
  node: string;
  operand: number;
  wire: string;
  to: string;
  expression: Tree | null;
  rule: Tree | null;
  shapes: Record<string, number[]>;
  value: Value;
  jacobian: number[][] | null;
  upstream: Value;
  downstream: Value;
}

export interface Step {
  direction: "forward" | "backward";
  node: string;
  wires: string[];
}

export interface CheckRow {
  input: string;
  value: number | null;
  backprop: number | null;
  difference: number | null;
  error: number | null;
  step: number;
  verdict: string;
  ok: boolean;
}

export interface Scene {
  title: string;
  formula: Tree | null;
  output: string;
  gates: number;
  nodes: SceneNode[];
  wires: Wire[];
  locals: Local[];
  steps: Step[];
  check: CheckRow[] | null;
}

export const SCENE = "chainrule.scene/1";

const NODE: Omit<SceneNode, "id" | "kind" | "label" | "name"> = {
  op: "",
  symbol: "",
  role: "",
  use: "",
  parent: "",
  shape: [],
  dtype: "",
  source: null,
  formula: null,
  says: "",
  value: null,
  grad: null,
  gates: 0,
  whole: true,
};
const WIRE = { value: null, grad: null, count: 1 };
const LOCAL = {
  expression: null,
  rule: null,
  shapes: {},
  value: null,
  jacobian: null,
  upstream: null,
  downstream: null,
};
const WORDS: Record<string, number> = { NaN, Infinity, "-Infinity": -Infinity };

/** Read JSON in which "NaN", "Infinity" and "-Infinity" stand for numbers. */
export function parse(text: string): unknown {
  return JSON.parse(text, (_, value) =>
    typeof value === "string" && value in WORDS ? WORDS[value] : value,
  );
}

/** Read the scene that Python wrote: what was left out is null, or its default. */
export function readScene(text: string): Scene {
  const data = parse(text) as Scene & { schema: string };
  if (data.schema !== SCENE) throw new Error(`expected ${SCENE}, got ${data.schema}`);
  return {
    title: data.title,
    formula: data.formula ?? null,
    output: data.output,
    gates: data.gates,
    nodes: data.nodes.map((node) => ({ ...NODE, ...node })),
    wires: data.wires.map((wire) => ({ ...WIRE, ...wire })),
    locals: data.locals.map((local) => ({ ...LOCAL, ...local })),
    steps: data.steps,
    check: data.check?.map((row) => ({ ...row, value: row.value ?? null })) ?? null,
  };
}

/** Write a scene as Python would: what is null is left out. */
export function sceneText(scene: Scene): string {
  return JSON.stringify({ schema: SCENE, ...scene }, (_, value) =>
    value === null
      ? undefined
      : typeof value === "number" && !Number.isFinite(value)
        ? String(value)
        : value,
  );
}

export const isNumber = (value: Value | undefined): value is number => typeof value === "number";

/** A scene with its nodes, wires and locals found by id. */
export interface Index {
  node: Map<string, SceneNode>;
  wire: Map<string, Wire>;
  into: Map<string, Wire[]>;
  outOf: Map<string, Wire[]>;
  locals: Map<string, Local[]>;
}

const indices = new WeakMap<Scene, Index>();

/** Return the index of a scene; it is made once. */
export function indexOf(scene: Scene): Index {
  const known = indices.get(scene);
  if (known) return known;
  const index: Index = {
    node: new Map(scene.nodes.map((node) => [node.id, node])),
    wire: new Map(scene.wires.map((wire) => [wire.id, wire])),
    into: new Map(),
    outOf: new Map(),
    locals: new Map(),
  };
  for (const wire of scene.wires) {
    append(index.into, wire.target, wire);
    append(index.outOf, wire.source, wire);
  }
  for (const wires of index.into.values()) wires.sort((a, b) => a.operand - b.operand);
  for (const local of scene.locals) append(index.locals, local.node, local);
  indices.set(scene, index);
  return index;
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const found = map.get(key);
  if (found) found.push(item);
  else map.set(key, [item]);
}
