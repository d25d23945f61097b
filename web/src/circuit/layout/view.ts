// What is in view of a plan when some boxes are open; and wires taken apart by container.
import { TOP, type Plan, type Strand } from "./records";

/** The part of a wire that lies directly in one container; null where it crosses the border. */
export interface Piece {
  wire: string;
  container: string;
  source: string | null;
  target: string | null;
}

/** Return the containers that are open, outermost first. */
export function openBoxes(plan: Plan, opened: ReadonlySet<string> | null): string[] {
  const found = new Set([TOP]);
  for (const [name, item] of Object.entries(plan.items)) {
    const wanted = opened === null || opened.has(name);
    if (name in plan.containers && wanted && found.has(item.parent)) found.add(name);
  }
  return [...found];
}

/** Return the wires in view: several with the same two ends, at a closed box, are one. */
export function strandsInView(plan: Plan, containers: readonly string[]): Record<string, Strand> {
  const open = new Set(containers);
  const standsFor: Record<string, string> = {};
  for (const [name, item] of Object.entries(plan.items)) {
    standsFor[name] = open.has(item.parent) ? name : standsFor[item.parent]!;
  }
  const first = new Map<string, string>();
  const found: Record<string, Strand> = {};
  for (const [name, strand] of Object.entries(plan.strands)) {
    const source = standsFor[strand.source]!, target = standsFor[strand.target]!;
    if (source === target) continue;
    const changed = source !== strand.source || target !== strand.target;
    const key = `${source} ${target} ${changed ? -1 : strand.operand}`;
    const known = first.get(key);
    if (known !== undefined) {
      found[known] = { ...found[known]!, near: 0, far: 0 };
      continue;
    }
    first.set(key, name);
    const branched = plan.items[source]!.kind === "branch";
    const [near, far] = branched ? [0, strand.far] : [strand.near, 0];
    found[name] = { ...strand, source, target, near, far };
  }
  return found;
}

/** Return the pieces of a wire from its source to its target. */
export function pieces(wire: string, { source, target }: Strand, plan: Plan): Piece[] {
  let outward = around(source, plan), inward = around(target, plan);
  let shared = 1; // the whole is around both
  while (outward.at(-1 - shared) === inward.at(-1 - shared)) shared++;
  outward = outward.slice(0, -shared);
  inward = inward.slice(0, -shared);
  const leaving = outward.slice(1).map((container, i): Piece => (
    { wire, container, source: outward[i]!, target: null }
  ));
  const entering = inward.slice(1).map((container, i): Piece => (
    { wire, container, source: null, target: inward[i]! }
  ));
  const last = outward.at(-1)!;
  const middle = { wire, container: plan.items[last]!.parent, source: last, target: inward.at(-1)! };
  return [...leaving, middle, ...entering.reverse()];
}

/** An item and the containers around it, innermost first. */
function around(item: string, plan: Plan): string[] {
  const found = [item];
  for (let at = item; at !== TOP; found.push(at)) at = plan.items[at]!.parent;
  return found;
}
