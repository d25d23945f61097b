import { expect, test } from "vitest";
import cases from "../cases/numbers.json";
import { errorText, factor, fixed } from "../src/circuit/numbers";
import { parse } from "../src/circuit/records";

test("numbers are written as Python writes them", () => {
  for (const [x, decimals, stored] of parse(JSON.stringify(cases)) as [number, number, string][]) {
    expect(fixed(x, decimals), `${x}`).toBe(String(stored));
  }
});

test("negative factors stand in parentheses", () => {
  expect(factor(-0.531)).toBe("(−0.53)");
  expect(factor(0.531)).toBe("0.53");
});

test("relative errors have one digit", () => {
  expect([0, 1.2e-14, 3e-3].map(errorText)).toEqual(["0", "1e-14", "3e-3"]);
});
