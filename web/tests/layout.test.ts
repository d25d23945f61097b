import { expect, test } from "vitest";
import cases from "../cases/coordinates.json";
import { arrange } from "../src/circuit/layout/arrange";
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
