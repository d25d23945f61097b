// The places of what is in view.
import type { Arranged, Layout } from "./layout";
import type { Scene } from "./records";

export function arranged(layout: Layout, scene: Scene, opened: ReadonlySet<string>, engine: Scene): Arranged {
  void scene; void opened; void engine;
  return layout;
}
