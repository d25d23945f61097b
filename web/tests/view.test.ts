import { expect, test } from "vitest";
import { shown, ticks } from "../src/circuit/fold";
import { knownAfter } from "../src/circuit/known";
import { isChain, mergeAll } from "../src/circuit/merge";
import { pathsFrom, total } from "../src/circuit/paths";
import { indexOf, isNumber, readScene, sceneText, type Scene } from "../src/circuit/records";
import { idOf, scene } from "./scenes";

/** The neuron with the two products in a box. */
function boxed(): Scene {
  const whole = scene("neuron");
  const inside = new Set(["v1", "v2", "w0", "w1"].map((label) => idOf(whole, label)));
  const nodes = whole.nodes.map((node) => (inside.has(node.id) ? { ...node, parent: "m0" } : node));
  const box = { ...nodes[0]!, id: "m0", kind: "module" as const, label: "layer", parent: "", gates: 2 };
  return { ...whole, nodes: [box, ...nodes] };
}

const chain = (from: Scene, ...labels: string[]): string[] => labels.map((label) => idOf(from, label));

test("a scene is read and written without loss", () => {
  const whole = scene("staged");
  expect(readScene(sceneText(whole))).toEqual(whole);
  const odd = { ...whole, wires: whole.wires.map((wire) => ({ ...wire, value: NaN, grad: -Infinity })) };
  expect(readScene(sceneText(odd))).toEqual(odd);
});

test("after no step only the leaves have values, after all steps everything has", () => {
  const whole = scene("staged");
  const { values, grads } = knownAfter(whole, 0);
  const leaves = whole.wires.filter(({ source }) => /leaf|branch/.test(indexOf(whole).node.get(source)!.kind));
  expect([...values].sort()).toEqual(leaves.map((wire) => wire.id).sort());
  expect(grads.size).toBe(0);
  const all = knownAfter(whole, whole.steps.length);
  expect(all.values.size).toBe(whole.wires.length);
  expect(all.grads.size).toBe(whole.wires.length);
});

test("a closed box stands for what it holds", () => {
  const { scene: seen, standsFor } = shown(boxed(), new Set());
  expect(standsFor.get(idOf(boxed(), "v1"))).toBe("m0");
  expect(seen.nodes.map((node) => node.label)).not.toContain("v1");
  expect(seen.wires.filter((wire) => wire.target === "m0")).toHaveLength(2);
  const [out] = seen.wires.filter((wire) => wire.source === "m0");
  expect(out).toMatchObject({ target: idOf(boxed(), "v3"), count: 2, value: null });
});

test("an open box changes nothing", () => {
  const whole = boxed();
  expect(shown(whole, new Set(["m0"])).scene).toBe(whole);
});

test("the steps of a closed box are one, when its last is done", () => {
  const whole = boxed();
  const { standsFor } = shown(whole, new Set());
  const found = ticks(whole, standsFor);
  expect(found.filter((tick) => tick.node === "m0").map((tick) => tick.at)).toEqual([2, 17]);
  expect(found).toHaveLength(whole.steps.length - 2);
});

test("only gates that feed nothing but the next one are a chain", () => {
  const neuron = scene("neuron");
  expect(isChain(neuron, chain(neuron, "v5", "v6", "v7", "f"))).toBe(true);
  expect(isChain(neuron, chain(neuron, "v5", "v7"))).toBe(false);
  expect(isChain(neuron, chain(neuron, "w0", "v1"))).toBe(false);
});

test("a folded chain has the product of the local gradients, and hands back the same", () => {
  const neuron = scene("neuron");
  const view = mergeAll(shown(neuron, new Set()), [chain(neuron, "v4", "v5", "v6", "v7", "f")]);
  const { locals, node } = indexOf(view.scene);
  const gate = node.get(idOf(neuron, "f"))!;
  expect(gate.symbol).toBe("5 gates");
  for (const local of locals.get(gate.id)!) {
    expect((local.value as number) * (local.upstream as number)).toBeCloseTo(local.downstream as number, 15);
  }
  expect(locals.get(gate.id)!.map((local) => local.to)).toEqual(["v3", "w2"]);
});

test("the logistic function is recognised", () => {
  const neuron = scene("neuron");
  const view = mergeAll(shown(neuron, new Set()), [chain(neuron, "v5", "v6", "v7", "f")]);
  const gate = indexOf(view.scene).node.get(idOf(neuron, "f"))!;
  expect([gate.symbol, gate.formula]).toEqual(["σ", ["sigmoid", "v4"]]);
  expect(indexOf(view.scene).locals.get(gate.id)![0]!.expression).toEqual([
    "multiply", ["subtract", 1, "f"], "f",
  ]);
});

test("paths multiply and add up to the gradient", () => {
  const staged = scene("staged");
  for (const label of ["x", "y"]) {
    const { paths, more } = pathsFrom(staged, idOf(staged, label));
    const { grad } = indexOf(staged).node.get(idOf(staged, label))!;
    expect(more).toBe(false);
    expect(isNumber(grad) && Math.abs(total(paths)! - grad)).toBeLessThan(1e-14);
  }
});

test("no more than twelve paths are told, and that there are more", () => {
  const staged = scene("staged");
  const [x] = staged.nodes;
  const wires = staged.wires.filter((wire) => wire.source === "b0");
  const many = Array.from({ length: 13 }, (_, i) => ({ ...wires[0]!, id: `more${i}` }));
  const found = pathsFrom({ ...staged, wires: [...staged.wires, ...many] }, x!.id);
  expect([found.paths.length, found.more]).toEqual([12, true]);
  expect(total(found.paths)).toBeNull();
});
