import { expect, test } from "vitest";
import cases from "../cases/coordinates.json";
import { arrange } from "../src/circuit/layout/arrange";
import { foldedPlan, widened } from "../src/circuit/layout/change";
import type { Plan } from "../src/circuit/layout/records";

const TOLERANCE = 1e-9; // pixels

function differences(found: unknown, stored: unknown, path = ""): string[] {
  if (typeof found === "number" && typeof stored === "number") {
    return Math.abs(found - stored) <= TOLERANCE ? [] : [`${path}: ${found}, stored ${stored}`];
  }
  if (typeof found !== "object" || typeof stored !== "object" || !found || !stored) {
    return found === stored ? [] : [`${path}: ${found}, stored ${stored}`];
  }
  const [a, b] = [found, stored] as [Record<string, unknown>, Record<string, unknown>];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], `${path}.${key}`));
}

test.each(cases.map((c) => [c.name, c] as const))("%s stands where Python puts it", (_, c) => {
  const { width, height, places, paths, labels } = c.layout;
  const found = arrange(c.layout as unknown as Plan, c.opened ? new Set<string>(c.opened) : null);
  expect(differences(found, { width, height, places, paths, labels })).toEqual([]);
});

test("wires to a folded chain end at its gate, in their order", () => {
  const { layout } = cases.find((c) => c.name === "neuron")!;
  const folded = { chain: ["n7", "n8", "n9"], inputs: ["w4", "w5", "w7"], symbol: "3 gates" };
  const found = arrange(foldedPlan(layout as unknown as Plan, folded), null);
  expect(Object.keys(found.places)).not.toContain("n7");
  const ends = folded.inputs.map((wire) => found.paths[wire]!.at(-1)!);
  const [x, , width] = found.places.n9!;
  expect(Math.max(...ends.map((end) => end[0]))).toBeLessThanOrEqual(x - width / 2 + 20);
  expect(ends.map((end) => end[1])).toEqual(ends.map((end) => end[1]).sort((a, b) => a - b));
});

test("numbers that have become longer get more room", () => {
  const { layout } = cases.find((c) => c.name === "neuron")!;
  const plan = layout as unknown as Plan;
  const grown = widened(plan, () => ["−1.3e-14", "0.00"]);
  expect(arrange(grown, null).width).toBeGreaterThan(arrange(plan, null).width);
  expect(arrange(widened(plan, () => ["1"]), null)).toEqual(arrange(plan, null));
});
