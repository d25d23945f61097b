// Which part of a scene is in view: closed boxes stand for what they hold.
import type { Scene, SceneNode, Step, Wire } from "./records";

/** What is in view, and which node there stands for each node of the whole. */
export interface View {
  scene: Scene;
  standsFor: ReadonlyMap<string, string>;
}

/** Return the scene with the boxes in `opened` open and all others closed. */
export function shown(scene: Scene, opened: ReadonlySet<string>): View {
  const known = new Map(scene.nodes.map((node) => [node.id, node]));
  const isOpen = (id: string): boolean => opened.has(id) && known.get(id)!.whole;
  const standsFor = new Map(
    scene.nodes.map((node) => [node.id, outermostClosed(node, known, isOpen)]),
  );
  const nodes = scene.nodes
    .filter((node) => standsFor.get(node.id) === node.id)
    .map((node) => (node.kind === "module" && !isOpen(node.id) ? { ...node, whole: false } : node));
  if (nodes.length === scene.nodes.length) return { scene, standsFor };
  const seen = new Set(nodes.map((node) => node.id));
  return {
    scene: {
      ...scene,
      nodes,
      wires: lifted(scene.wires, standsFor),
      locals: scene.locals.filter((local) => seen.has(local.node)),
    },
    standsFor,
  };
}

function outermostClosed(
  node: SceneNode,
  known: ReadonlyMap<string, SceneNode>,
  isOpen: (id: string) => boolean,
): string {
  let found = node.id;
  for (let at = known.get(node.parent); at; at = known.get(at.parent)) {
    if (!isOpen(at.id)) found = at.id;
  }
  return found;
}

function lifted(wires: readonly Wire[], standsFor: ReadonlyMap<string, string>): Wire[] {
  const groups = new Map<string, Wire[]>();
  for (const wire of wires) {
    const source = standsFor.get(wire.source) ?? wire.source;
    const target = standsFor.get(wire.target) ?? wire.target;
    if (source === target) continue;
    const changed = source !== wire.source || target !== wire.target;
    const key = `${source} ${target} ${changed ? -1 : wire.operand}`;
    const group = groups.get(key) ?? [];
    group.push({ ...wire, source, target });
    groups.set(key, group);
  }
  return [...groups.values()].map(merged);
}

function merged(group: Wire[]): Wire {
  const [first] = group as [Wire];
  if (group.length === 1) return first;
  const count = group.reduce((sum, wire) => sum + wire.count, 0);
  return { ...first, value: null, grad: null, count };
}

/** A step of what is in view; `at` is how many steps of the whole have run after it. */
export interface Tick {
  direction: Step["direction"];
  node: string;
  at: number;
}

/** Return the steps in view: those of a box or a merged gate are one, when its last is done. */
export function ticks(scene: Scene, standsFor: ReadonlyMap<string, string>): Tick[] {
  const last = new Map<string, number>();
  const found = scene.steps.map((step, i) => {
    const node = standsFor.get(step.node) ?? step.node;
    last.set(`${step.direction} ${node}`, i);
    return { direction: step.direction, node, at: i + 1 };
  });
  return found.filter((tick, i) => last.get(`${tick.direction} ${tick.node}`) === i);
}
