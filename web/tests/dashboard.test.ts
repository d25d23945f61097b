import { expect, test } from "vitest";
import { portions } from "../src/dashboard/api";
import { clock, short, ticksOf } from "../src/dashboard/figures";
import { columnsOf, place, stepAt } from "../src/dashboard/painted";
import type { MapData, Packed } from "../src/dashboard/records";
import { rowsOf } from "../src/dashboard/rows";
import { relative, shade, verdictOf } from "../src/dashboard/scale";
import { BLANK, Heat, MOST, Series } from "../src/dashboard/series";

const BAND = { low: -4.2, high: -2.2 };

function packed(array: Float64Array | Float32Array | Uint8Array, shape = [array.length]): Packed {
  const dtype = array instanceof Float64Array ? "<f8" : array instanceof Float32Array ? "<f4" : "|u1";
  const bytes = new Uint8Array(array.buffer);
  return { dtype, shape, data: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")) };
}

const wide = (...x: number[]): Packed => packed(Float64Array.from(x));

function heat(steps: number[], values: number[][], blank: number[][] | null = null): MapData {
  const names = values.map((_, i) => `layers.${i}.weight`);
  return {
    stat: "rms", names, steps: wide(...steps), values: packed(Float32Array.from(values.flat())),
    blank: blank && packed(Uint8Array.from(blank.flat())),
  };
}

test("figures have the digits that matter, and a true minus", () => {
  const seen = [4.2e-10, 0.0123, 18.4, 2.6e5, -0.5, 0, NaN, Infinity, 12345].map((x) => short(x));
  expect(seen).toEqual(["4.2e−10", "0.012", "18", "2.6e5", "−0.5", "0", "NaN", "∞", "12345"]);
  expect([short(null), clock(3.25), clock(75), clock(3725), clock(null)]).toEqual(["", "3.3 s", "1:15", "1:02:05", ""]);
  expect(ticksOf(1, 240, 4)).toEqual([100, 200]);
});

test("what comes twice is taken once, and NaN stays", () => {
  const series = new Series();
  series.add({ steps: wide(1, 2, 3), last: wide(5, NaN, 3) });
  expect(series.add({ steps: wide(2, 3), last: wide(7, 7) })).toBe(false);
  series.add({ steps: wide(3, 4), last: wide(9, 1), min: wide(9, 0), max: wide(9, 8) });
  expect([...series.steps.subarray(0, series.count)]).toEqual([1, 2, 3, 4]);
  expect([...series.last.subarray(0, 4)]).toEqual([5, NaN, 3, 1]);
  expect([series.min[3], series.max[3], series.min[2]]).toEqual([0, 8, 3]);
  expect([series.at(0), series.at(3), series.at(99), series.firstBad()]).toEqual([null, 3, 1, 2]);
});

test("a spike outlives the joining of columns", () => {
  const series = new Series(), count = MOST + 1;
  const last = Float64Array.from({ length: count }, (_, i) => (i === 777 ? 1e9 : 1));
  series.add({ steps: packed(Float64Array.from({ length: count }, (_, i) => i)), last: packed(last) });
  expect(series.count).toBe(Math.ceil(count / 2));
  expect(Math.max(...series.max.subarray(0, series.count))).toBe(1e9);
  expect(series.last[388]).toBe(1e9);
});

test("a map knows what was not measured from what is not finite", () => {
  const map = new Heat(["layers.0.weight", "layers.1.weight"]);
  map.add(heat([1, 5], [[1e-3, NaN], [2, 0]], [[0, 0], [1, 0]]));
  expect([map.get(0, 0), map.get(0, 1), map.get(1, 0), map.get(1, 1)]).toEqual([Math.fround(1e-3), NaN, BLANK, 0]);
  map.add(heat([5, 9], [[1, 2], [3, 4]]));
  expect([map.count, map.get(1, 2), map.column(4), map.column(0), map.get(0, -1)]).toEqual([3, 4, 0, -1, BLANK]);
});

test("a column of pixels shows all of its steps, or what was measured last", () => {
  const map = new Heat(["w"]);
  map.add({ ...heat([1, 2, 9], [[1, 2, 3]]), names: ["w"] });
  expect([...columnsOf(map, { first: 1, last: 10 }, 5)]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
  expect([...columnsOf(map, { first: 1, last: 10 }, 1)]).toEqual([0, 2]);
  expect(stepAt(place(7, { first: 1, last: 10 }, 500) + 1, { first: 1, last: 10 }, 500)).toBe(7);
});

test("the band is neutral, the ends are the deepest colours", () => {
  expect([-4.2, -3, -2.2].map((power) => shade(power, BAND))).toEqual([256, 256, 256]);
  expect([-11, -30, -Infinity, 4, 300].map((power) => shade(power, BAND))).toEqual([0, 0, 0, 512, 512]);
  expect([3e-9, 1e-5, 1e-3, 0.1, 1e3, NaN, BLANK, 0].map((x) => verdictOf(x, BAND))).toEqual([
    "vanishing", "small", "healthy", "large", "exploding", "not finite", "not measured", "vanishing",
  ]);
  const { low, high } = relative(Float32Array.from([1e-8, 1e-7, 1e-6, NaN, BLANK, 0]), BAND);
  expect([(low + high) / 2, high - low].map((x) => Math.round(10 * x) / 10)).toEqual([-7, 2]);
});

const START = {
  modules: ["", "blocks.0", "blocks.0.fc1", "blocks.0.act", "blocks.0.fc2", "blocks.1", "blocks.1.fc1", "blocks.1.act", "blocks.1.fc2", "out"]
    .map((path) => ({ path, class: "Module" })),
  parameters: ["blocks.0.fc1", "blocks.0.fc2", "blocks.1.fc1", "blocks.1.fc2", "out"].flatMap((path) => [
    { name: `${path}.weight`, shape: [4, 4] }, { name: `${path}.bias`, shape: [4] },
  ]),
  activations: { "blocks.0.act": "tanh", "blocks.1.act": "relu" },
};
const MAP = START.parameters.map(({ name }) => name);
const OUTPUTS = new Set(["blocks.0.act", "blocks.0.fc2", "blocks.1.act", "blocks.1.fc2", "out"]);

test("rows have their modules around them and know their outputs", () => {
  const { rows, brackets } = rowsOf(START, MAP, OUTPUTS, new Set(), false);
  expect(rows.map((row) => row.label)).toEqual(["blocks.0.fc1", "blocks.0.fc2", "blocks.1.fc1", "blocks.1.fc2", "out"]);
  expect(rows.map((row) => [row.activation, row.idle])).toEqual([
    ["blocks.0.act", "saturated"], ["blocks.0.fc2", "dead"], ["blocks.1.act", "dead"], ["blocks.1.fc2", "dead"], ["out", "dead"],
  ]);
  expect(brackets.map(({ path, first, last }) => [path, first, last])).toEqual([["blocks.0", 0, 1], ["blocks.1", 2, 3]]);
});

test("a closed module is one row of all that it holds", () => {
  const { rows, brackets } = rowsOf(START, MAP, OUTPUTS, new Set(["blocks.1"]), true);
  expect(rows.map((row) => row.members.length)).toEqual([1, 1, 1, 1, 4, 1, 1]);
  expect(rows[4]!.label).toBe("blocks.1");
  expect(brackets.find(({ path }) => path === "blocks.1")).toMatchObject({ first: 4, last: 4, closed: true });
});

test("names of a plain stack keep the word before their numbers", () => {
  const parameters = [0, 2, 4].map((i) => ({ name: `layers.${i}.weight`, shape: [2, 2] }));
  const modules = ["", "layers.0", "layers.1", "layers.2", "layers.3", "layers.4"].map((path) => ({ path, class: "Linear" }));
  const { rows, depth } = rowsOf({ modules, parameters }, parameters.map(({ name }) => name), new Set(), new Set(), false);
  expect(rows.map((row) => row.label)).toEqual(["layers.0", "layers.2", "layers.4"]);
  expect(depth).toBe(0);
});

test("no address is too long", () => {
  const names = Array.from({ length: 500 }, (_, i) => `layers.${i}.weight@grad`);
  const parts = portions(names, 600);
  expect(parts.flat()).toEqual(names);
  expect(Math.max(...parts.map((some) => some.map((n) => encodeURIComponent(n).length + 7).reduce((a, b) => a + b)))).toBeLessThanOrEqual(600);
});
