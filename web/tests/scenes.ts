// Scenes that the tests look at: those that Python stored.
import cases from "../cases/evaluate.json";
import { readScene, type Scene } from "../src/circuit/records";

export function scene(name: string): Scene {
  return readScene(JSON.stringify(cases.find((c) => c.name === name)!.scene));
}

export const idOf = (from: Scene, label: string): string =>
  from.nodes.find((node) => node.label === label && node.kind !== "branch")!.id;
