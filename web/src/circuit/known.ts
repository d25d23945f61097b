// Which numbers are known after so many steps: what is not computed is blank, never 0.
import { indexOf, type Scene } from "./records";

export interface Known {
  values: ReadonlySet<string>; // ids of wires
  grads: ReadonlySet<string>;
}

/** Return the wires that have a value, and those that have a gradient, after `step` steps. */
export function knownAfter(scene: Scene, step: number): Known {
  const values = new Set<string>();
  const grads = new Set<string>();
  for (const node of scene.nodes) {
    if (node.kind === "leaf") for (const id of carriers(scene, node.id)) values.add(id);
  }
  for (const done of scene.steps.slice(0, step)) {
    for (const id of done.wires) (done.direction === "forward" ? values : grads).add(id);
  }
  return { values, grads };
}

/** Return the wires that carry what a node has computed, those behind its branch included. */
function carriers(scene: Scene, node: string): string[] {
  const { outOf, node: known } = indexOf(scene);
  return (outOf.get(node) ?? []).flatMap((wire) => {
    const branches = known.get(wire.target)?.kind === "branch";
    return branches ? [wire.id, ...(outOf.get(wire.target) ?? []).map((w) => w.id)] : [wire.id];
  });
}
