// Every path from a leaf to the output, each with the product of its local gradients.
import { indexOf, isNumber, type Scene } from "./records";

export const MOST = 12;

export interface Path {
  nodes: string[];
  wires: string[];
  factors: number[];
  product: number | null;
}

/** Return up to `MOST` paths, and whether there are more. */
export function pathsFrom(scene: Scene, leaf: string): { paths: Path[]; more: boolean } {
  const index = indexOf(scene);
  const done: Path[] = [];
  const waiting: Path[] = [{ nodes: [leaf], wires: [], factors: [], product: 1 }];
  while (waiting.length && done.length <= MOST) {
    const path = waiting.pop()!;
    const at = path.nodes[path.nodes.length - 1]!;
    if (index.node.get(at)?.kind === "out") {
      done.push(path);
      continue;
    }
    for (const wire of [...(index.outOf.get(at) ?? [])].reverse()) {
      const local = index.locals.get(wire.target)?.find((l) => l.wire === wire.id);
      const isGate = index.node.get(wire.target)?.kind === "op";
      const factor = isGate ? (isNumber(local?.value) ? local.value : null) : undefined;
      waiting.push({
        nodes: [...path.nodes, wire.target],
        wires: [...path.wires, wire.id],
        factors: factor === undefined || factor === null ? path.factors : [...path.factors, factor],
        product: factor === undefined ? path.product : times(path.product, factor),
      });
    }
  }
  return { paths: done.slice(0, MOST), more: done.length > MOST };
}

const times = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a * b;

/** The sum over the paths; null where one of them has no product. */
export function total(paths: readonly Path[]): number | null {
  return paths.reduce<number | null>(
    (sum, path) => (sum === null || path.product === null ? null : sum + path.product),
    0,
  );
}
