import { expect, test } from "vitest";
import { cut, head, lane } from "../src/circuit/geometry";
import { indexAt, lights } from "../src/circuit/lit";
import { partsOf } from "../src/circuit/names";
import { current, numberIn } from "../src/circuit/state";
import { plainName, tight } from "../src/circuit/text";

test("the lanes of a level wire are straight and apart", () => {
  const path = [[0, 10], [100, 10]] as const;
  expect([lane(path, -2.5), lane(path, 2.5)]).toEqual(["M0 7.5H100", "M0 12.5H100"]);
});

test("a bend is a curve with level ends, moved sideways", () => {
  const path = [[0, 0], [50, 0], [90, 40], [120, 40]] as const;
  expect(lane(path, -2.5)).toMatch(/^M0 -2.5H5\d.*C.* 37.5H120$/);
});

test("lines end inside of arrowheads", () => {
  expect(cut([[0, 0], [50, 9], [90, 9]], 6, 4)).toEqual([[6, 0], [50, 9], [86, 9]]);
  expect(head(10, 5, 1)).toBe("M10 5l-7 -3.5v7z");
});

test("a product lights a row and a column", () => {
  const of = (position: number) => lights("matmul", false, position, [4, 3], [4, 5], [2, 1])!;
  expect([of(0)([2, 0]), of(0)([1, 0]), of(1)([0, 1]), of(1)([0, 2])]).toEqual([true, false, true, false]);
});

test("elementwise gates light what was broadcast, others nothing", () => {
  const bias = lights("add", true, 1, [3], [4, 3], [2, 1])!;
  expect([bias([1]), bias([0])]).toEqual([true, false]);
  const column = lights("add", true, 1, [4, 1], [4, 3], [2, 1])!;
  expect([column([2, 0]), column([1, 0])]).toEqual([true, false]);
  expect(lights("softmax", false, 0, [3], [3], [1])).toBeNull();
});

test("a sum lights what was added", () => {
  expect(lights("sum", false, 0, [2, 3], [], [])!([1, 2])).toBe(true);
  const rows = lights("sum", false, 0, [2, 3], [2], [1])!;
  expect([rows([1, 0]), rows([0, 0])]).toEqual([true, false]);
  expect(lights("sum", false, 0, [3, 3], [3], [1])).toBeNull();
});

test("entries are counted row by row", () => {
  expect(indexAt([2, 3], 4)).toEqual([1, 1]);
});

test("names are taken apart", () => {
  expect(partsOf("m_hat_12")).toEqual({ base: "m", accents: ["hat"], below: ["12"] });
  expect([plainName("w0"), plainName("alpha"), plainName("loss")]).toEqual(["w₀", "α", "loss"]);
});

test("only parentheses around what is tall may stretch", () => {
  const low = "<mo>(</mo><mi>x</mi><mo>)</mo>", tall = "<mo>(</mo><mfrac></mfrac><mo>)</mo>";
  expect(tight(low)).toContain('<mo stretchy="false">(');
  expect(tight(tall)).toBe(tall);
});

test("what is typed is a number or not yet one", () => {
  expect(["3.5", " −2", "1,5", "1e-3", "", "-", "x", "Infinity"].map(numberIn)).toEqual([
    3.5, -2, 1.5, 1e-3, null, null, null, null,
  ]);
});

test("the current step is the last that has run", () => {
  const ticks = [2, 3, 7].map((at) => ({ direction: "forward" as const, node: "n", at }));
  expect([0, 2, 6, 9].map((step) => current(ticks, step)?.at)).toEqual([undefined, 2, 3, 7]);
});
