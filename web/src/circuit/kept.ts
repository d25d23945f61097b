// Drawings that are kept while what they show is the same: they are not compared anew.
import type { VNode } from "preact";

type Made = { of: readonly unknown[]; drawn: VNode };

/** Return a function that makes the drawing with this key, or gives the one of last time. */
export function keeper(): (key: string, of: readonly unknown[], make: () => VNode) => VNode {
  const made = new Map<string, Made>();
  return (key, of, make) => {
    const known = made.get(key);
    if (known?.of.every((x, i) => x === of[i])) return known.drawn;
    const drawn = make();
    made.set(key, { of, drawn });
    return drawn;
  };
}
