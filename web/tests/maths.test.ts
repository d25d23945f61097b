import { expect, test } from "vitest";
import cases from "../cases/mathml.json";
import { mathml } from "../src/circuit/maths";
import { parse, type Tree } from "../src/circuit/records";

test("formulas are written as Python writes them", () => {
  for (const [tree, stored] of parse(JSON.stringify(cases)) as [Tree, string][]) {
    expect(mathml(tree), JSON.stringify(tree)).toBe(stored);
  }
});

test("numbers in place of names are never misread", () => {
  const two = () => ({ text: "<mn>2.00</mn>", level: 6 });
  const minus = () => ({ text: "<mrow class=\"forward\"><mo>−</mo><mn>2.00</mn></mrow>", level: 4 });
  expect(mathml(["multiply", "x", "y"], two)).toContain("<mo>·</mo>");
  expect(mathml(["multiply", "x", "y"], minus)).toContain("<mo>(</mo>");
  expect(mathml(["add", "x", "y"], minus)).toContain("<mo>(</mo>");
});
