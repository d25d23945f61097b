// Plans after a chain was folded into one gate, or a number has become longer.
import type { Item, Plan, Strand } from "./records";

const SYMBOL = 10, BESIDE = 20, GATE = 40; // width of a letter in a gate, and of what is around it
const LETTER = 0.6; // width of a monospaced letter of size 1

/** A chain of gates that is drawn as its last one; `inputs` in the order of the new operands. */
export interface Folded {
  chain: readonly string[];
  inputs: readonly string[];
  symbol: string;
}

/** Fold a chain into its last gate: wires to the gates before run on in their place. */
export function foldedPlan(plan: Plan, { chain, inputs, symbol }: Folded): Plan {
  const last = chain.at(-1)!;
  const before = new Set(chain.slice(0, -1));
  const inner = Object.keys(plan.strands).filter((wire) => before.has(plan.strands[wire]!.source));
  const carried = new Map<string, string[]>(); // the wires that pass where a gate or wire was
  let passing: string[] = [];
  for (const gate of chain) {
    const operands = Object.keys(plan.strands)
      .filter((wire) => plan.strands[wire]!.target === gate)
      .sort((a, b) => plan.strands[a]!.operand - plan.strands[b]!.operand);
    const own = operands.filter((wire) => !inner.includes(wire));
    passing = inputs.filter((wire) => passing.includes(wire) || own.includes(wire));
    const out = inner.find((wire) => plan.strands[wire]!.source === gate);
    if (before.has(gate)) carried.set(gate, passing);
    if (out) carried.set(out, passing);
  }
  const strands: Record<string, Strand> = {};
  for (const [wire, strand] of Object.entries(plan.strands)) {
    if (inner.includes(wire)) continue;
    const operand = inputs.indexOf(wire);
    strands[wire] = operand < 0 ? strand : { ...strand, target: last, operand };
  }
  const items: Record<string, Item> = {};
  for (const [name, item] of Object.entries(plan.items)) if (!before.has(name)) items[name] = item;
  const width = Math.max(GATE, 2 * Math.ceil((symbol.length * SYMBOL + BESIDE) / 2));
  items[last] = { ...items[last]!, width };
  const place = plan.items[last]!.parent;
  const layers = plan.containers[place]!.map((layer) => layer.flatMap((name) => carried.get(name) ?? name));
  return { items, strands, containers: { ...plan.containers, [place]: layers } };
}

/** Make room for numbers that have become longer; room is never taken away. */
export function widened(plan: Plan, texts: (wire: string) => readonly string[]): Plan {
  const strands: Record<string, Strand> = {};
  for (const [wire, strand] of Object.entries(plan.strands)) {
    const longest = Math.max(0, ...texts(wire).map((text) => text.length));
    const grown = (known: number, size: number): number =>
      known && Math.max(known, Math.ceil(longest * LETTER * size));
    strands[wire] = { ...strand, near: grown(strand.near, 14), far: grown(strand.far, 12) };
  }
  return { ...plan, strands };
}
