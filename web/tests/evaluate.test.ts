import { expect, test } from "vitest";
import scenes from "../cases/evaluate.json";
import functions from "../cases/functions.json";
import { differences } from "../src/circuit/differences";
import { define, FUNCTIONS } from "../src/circuit/evaluate";
import { gradKey, recompute, valueKey, whyReadOnly } from "../src/circuit/recompute";
import { indexOf, isNumber, parse, readScene, type Scene } from "../src/circuit/records";

const TOLERANCE = 1e-12;

interface After {
  edit: Record<string, number>;
  wires: Record<string, [number, number | null]>;
}

const cases = scenes.map((c) => ({
  name: c.name,
  scene: readScene(JSON.stringify(c.scene)),
  after: parse(JSON.stringify(c.after)) as After[],
}));

for (const { formulas } of scenes) define(parse(JSON.stringify(formulas)) as Parameters<typeof define>[0]);

const near = (found: number, stored: number): boolean =>
  Object.is(found, stored) || found === stored ||
  Math.abs(found - stored) <= TOLERANCE * Math.max(1, Math.abs(stored));

function edits(scene: Scene, edit: Record<string, number>): Map<string, number> {
  const id = (label: string): string => scene.nodes.find((n) => n.label === label)!.id;
  return new Map(Object.entries(edit).map(([label, x]) => [id(label), x]));
}

test("every function of formulas has the values that Python has", () => {
  for (const [op, inputs, stored] of parse(JSON.stringify(functions)) as [string, number[], number][]) {
    const found = FUNCTIONS[op]!(...inputs);
    expect(near(found, stored), `${op}(${inputs}) = ${found}, stored ${stored}`).toBe(true);
  }
});

test.each(cases.flatMap(({ name, scene, after }) => after.map((a) => [name, scene, a] as const)))(
  "%s agrees with the engine after an edit",
  (_, scene, { edit, wires }) => {
    const found = recompute(scene, edits(scene, edit)).scene;
    for (const { id, value, grad } of found.wires) {
      const [storedValue, storedGrad] = wires[id]!;
      expect(isNumber(value) && near(value, storedValue), `${id}: ${value}, ${storedValue}`).toBe(true);
      if (storedGrad === null) expect(grad).toBeNull();
      else expect(isNumber(grad) && near(grad, storedGrad), `${id}: ${grad}, ${storedGrad}`).toBe(true);
    }
  },
);

test("without an edit every number is the engine's", () => {
  const { scene } = cases[0]!;
  expect(recompute(scene, new Map()).scene).toBe(scene);
});

test("only what depends on an edit is computed here", () => {
  const { scene } = cases.find((c) => c.name === "product")!;
  const { made } = recompute(scene, edits(scene, { x: 1 }));
  const id = (label: string): string => scene.nodes.find((n) => n.label === label)!.id;
  expect(made.has(valueKey(id("x")))).toBe(true);
  expect(made.has(valueKey(id("y")))).toBe(false);
  const wireOf = (label: string): string => indexOf(scene).outOf.get(id(label))![0]!.id;
  expect(made.has(gradKey(wireOf("z")))).toBe(true);
  expect(made.has(gradKey(wireOf("x")))).toBe(false);
});

test("a pinned gate keeps gradients from what is before it", () => {
  const { scene } = cases.find((c) => c.name === "product")!;
  const found = recompute(scene, edits(scene, { v1: 5 })).scene;
  const grads = Object.fromEntries(found.nodes.map((n) => [n.label, n.grad]));
  expect(grads.x).toBeNull();
  expect(grads.y).toBeNull();
  expect(grads.v1).toBe(-4);
  expect(grads.z).toBe(5);
});

test("the check is made anew, and blank where no gradient arrives", () => {
  const { scene } = cases.find((c) => c.name === "product")!;
  const edit = edits(scene, { v1: 5 });
  const rows = differences(scene, edit, recompute(scene, edit).scene)!;
  const of = (input: string) => rows.find((row) => row.input === input)!;
  expect(of("x").backprop).toBeNull();
  expect(of("x").verdict).toBe("");
  expect(of("z")).toMatchObject({ backprop: 5, verdict: "agrees", ok: true });
});

test("a kink is a kink after an edit", () => {
  const { scene } = cases.find((c) => c.name === "router")!;
  const edit = edits(scene, { z: -1 });
  const rows = differences(scene, edit, recompute(scene, edit).scene)!;
  expect(rows.find((row) => row.input === "z")!.verdict).toBe("kink");
});

test("scalars can be edited, what has not run cannot", () => {
  const { scene } = cases[0]!;
  expect(whyReadOnly(scene, scene.nodes[0]!.id)).toBeNull();
  const blank = { ...scene, nodes: scene.nodes.map((n) => ({ ...n, value: null })) };
  expect(whyReadOnly(blank, blank.nodes[0]!.id)).toContain("not been computed");
});
