// A chain of gates folded into one: formula by substitution, local gradient by multiplication.
import { evaluate, substitute, symbols } from "./evaluate";
import { indexOf, isNumber, type Local, type Scene, type SceneNode, type Tree } from "./records";
import type { View } from "./fold";
import type { Folded } from "./layout/change";

/** Tell whether each of the gates feeds only the next one, in the same box. */
export function isChain(scene: Scene, ids: readonly string[]): boolean {
  const { node, outOf } = indexOf(scene);
  const box = node.get(ids[0] ?? "")?.parent;
  return ids.every((id, i) => {
    const next = ids[i + 1];
    const out = outOf.get(id) ?? [];
    const gate = node.get(id);
    const known = gate?.kind === "op" && gate.formula !== null && gate.parent === box;
    return known && (next === undefined || (out.length === 1 && out[0]?.target === next));
  });
}

/** A view with folded chains, and how each is drawn. */
export interface Merged extends View {
  folded: Folded[];
}

/** Return the view with each chain folded into its last gate. */
export function mergeAll(view: View, chains: readonly (readonly string[])[]): Merged {
  let found: Merged = { ...view, folded: [] };
  for (const chain of chains) {
    if (!isChain(found.scene, chain)) continue;
    const last = chain.at(-1)!;
    const inside = new Set(chain);
    const standsFor = new Map(
      [...found.standsFor].map(([id, at]) => [id, inside.has(at) ? last : at]),
    );
    const inputs = inputsOf(found.scene, chain);
    const scene = merge(found.scene, chain, inputs);
    const { symbol } = indexOf(scene).node.get(last)!;
    found = { scene, standsFor, folded: [...found.folded, { chain, inputs, symbol }] };
  }
  return found;
}

/** The wires into a chain, from top to bottom: what a gate brings stands where it comes in. */
function inputsOf(scene: Scene, chain: readonly string[]): string[] {
  const { into } = indexOf(scene);
  let passing: string[] = [];
  chain.forEach((id, i) => {
    const before = passing;
    passing = (into.get(id) ?? []).flatMap((wire) =>
      i && wire.source === chain[i - 1] ? before : [wire.id],
    );
  });
  return passing;
}

function merge(scene: Scene, chain: readonly string[], inputs: readonly string[]): Scene {
  const index = indexOf(scene);
  const last = chain.at(-1)!;
  const before = new Set(chain.slice(0, -1));
  const gates = chain.map((id) => index.node.get(id)!);
  const formula = composed(gates);
  const known = nameOf(formula);
  const operand = new Map(inputs.map((wire, i) => [wire, i]));
  const label = gates.at(-1)!.label;
  const locals = products(scene, chain, operand).map((local) => ({
    ...local,
    expression: known ? KNOWN[known]!.local(label, local.to) : local.expression,
  }));
  const count = chain.length;
  const node: SceneNode = {
    ...index.node.get(last)!,
    op: known || "merged",
    symbol: known ? KNOWN[known]!.symbol : `${count} gates`,
    role: "",
    formula: known ? [known, symbolOf(formula)] : formula,
    says: `${count} gates as one: their local gradients are multiplied, and the gradient that comes out is the same.`,
  };
  return {
    ...scene,
    nodes: scene.nodes.filter((n) => !before.has(n.id)).map((n) => (n.id === last ? node : n)),
    wires: scene.wires
      .filter((wire) => !before.has(wire.source))
      .map((wire) => (operand.has(wire.id) ? { ...wire, target: last, operand: operand.get(wire.id)! } : wire)),
    locals: [...scene.locals.filter((l) => l.node !== last && !before.has(l.node)), ...locals],
  };
}

function composed(gates: readonly SceneNode[]): Tree {
  let tree: Tree = gates[0]!.formula!;
  gates.slice(1).forEach((gate, i) => {
    tree = substitute(gate.formula!, new Map([[gates[i]!.label, tree]]));
  });
  return tree;
}

/** For each operand of the chain, the product of the local gradients from its gate to the last. */
function products(scene: Scene, chain: readonly string[], number: Map<string, number>): Local[] {
  const index = indexOf(scene);
  const last = chain[chain.length - 1]!;
  const found: Local[] = [];
  let through: { tree: Tree | null; value: number | null } = { tree: null, value: 1 };
  const gates = [...chain].reverse();
  const upstream = index.outOf.get(last)?.[0]?.grad ?? null;
  for (const id of gates) {
    const here = through;
    for (const local of index.locals.get(id) ?? []) {
      const value = times(here.value, isNumber(local.value) ? local.value : null);
      const tree = product(here.tree, local.expression);
      const operand = number.get(local.wire);
      if (operand === undefined) through = { tree, value };
      else found.push({ ...local, node: last, operand, expression: tree, value, upstream });
    }
  }
  return found.sort((a, b) => a.operand - b.operand);
}

const times = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a * b;

function product(a: Tree | null, b: Tree | null): Tree | null {
  if (a === null || a === 1) return b;
  if (b === null || b === 1) return b === null ? null : a;
  return ["multiply", a, b];
}

const symbolOf = (tree: Tree): string => [...symbols(tree)][0] ?? "";

interface Known {
  symbol: string;
  at: (x: number) => number;
  local: (z: string, x: string) => Tree;
}

const KNOWN: Record<string, Known> = {
  sigmoid: {
    symbol: "σ",
    at: (x) => 1 / (1 + Math.exp(-x)),
    local: (z) => ["multiply", ["subtract", 1, z], z],
  },
  tanh: {
    symbol: "tanh",
    at: Math.tanh,
    local: (z) => ["subtract", 1, ["power", z, 2]],
  },
};

/** Recognise a function of one symbol by its values. */
function nameOf(tree: Tree): string {
  const [symbol, ...others] = symbols(tree);
  if (symbol === undefined || others.length) return "";
  const agrees = (known: Known): boolean =>
    [-2.3, -0.4, 0.7, 1.9].every((x) => Math.abs(evaluate(tree, () => x) - known.at(x)) < 1e-12);
  return Object.keys(KNOWN).find((name) => agrees(KNOWN[name]!)) ?? "";
}
