// What changes when a value is edited: evaluated here, in float64, and marked as such.
import { computable, evaluate, symbols } from "./evaluate";
import { indexOf, isNumber, type Local, type Scene, type SceneNode, type Value, type Wire } from "./records";

export type Edits = ReadonlyMap<string, number>;

/** A scene after edits; `made` has the keys of the numbers that were computed here. */
export interface Computed {
  scene: Scene;
  made: ReadonlySet<string>;
}

export const valueKey = (node: string): string => `value ${node}`;
export const gradKey = (wire: string): string => `grad ${wire}`;
export const localKey = (local: Local): string => `local ${local.node} ${local.operand}`;

/** Return the scene with edited values and everything that follows from them. */
export function recompute(scene: Scene, edits: Edits): Computed {
  if (!edits.size) return { scene, made: new Set() };
  const made = new Set<string>();
  const values = forward(scene, edits, made);
  const { grads, locals } = backward(scene, edits, values, made);
  const wires = scene.wires.map((wire) => ({
    ...wire,
    value: values.get(wire.source) ?? null,
    grad: grads.get(wire.id) ?? null,
  }));
  const gradOf = gradients(wires);
  const nodes = scene.nodes.map((node) =>
    node.kind === "module"
      ? node
      : { ...node, value: values.get(node.id) ?? null, grad: gradOf(node) },
  );
  return { scene: { ...scene, nodes, wires, locals }, made };
}

/** Return the value of every node; what does not depend on an edit stays as the engine has it. */
export function forward(scene: Scene, edits: Edits, made = new Set<string>()): Map<string, Value> {
  const index = indexOf(scene);
  const values = new Map<string, Value>();
  for (const node of scene.nodes) {
    const edited = edits.get(node.id);
    const sources = (index.into.get(node.id) ?? []).map((wire) => wire.source);
    const changed = edited !== undefined || sources.some((id) => made.has(valueKey(id)));
    if (changed) made.add(valueKey(node.id));
    values.set(node.id, edited ?? (changed ? computed(scene, node, values) : node.value));
  }
  return values;
}

function computed(scene: Scene, node: SceneNode, values: ReadonlyMap<string, Value>): Value {
  if (node.value === null) return null; // has not run
  const wires = indexOf(scene).into.get(node.id) ?? [];
  if (node.kind !== "op") return values.get(wires[0]?.source ?? "") ?? null;
  return node.formula === null ? null : evaluate(node.formula, reader(scene, node, values));
}

/** Look symbols up among the operands of a gate and itself. */
function reader(scene: Scene, gate: SceneNode, values: ReadonlyMap<string, Value>) {
  const index = indexOf(scene);
  const known = new Map<string, Value>();
  for (const wire of index.into.get(gate.id) ?? []) {
    const source = index.node.get(wire.source);
    if (source) known.set(source.label, values.get(source.id) ?? null);
  }
  known.set(gate.label, values.get(gate.id) ?? null);
  return (symbol: string): number => {
    const found = known.get(symbol);
    return isNumber(found) ? found : NaN;
  };
}

function backward(
  scene: Scene,
  edits: Edits,
  values: ReadonlyMap<string, Value>,
  made: Set<string>,
): { grads: Map<string, Value>; locals: Local[] } {
  const index = indexOf(scene);
  const grads = new Map<string, Value>();
  const locals = new Map<string, Local>();
  for (const node of [...scene.nodes].reverse()) {
    const out = index.outOf.get(node.id) ?? [];
    if (node.kind === "out") {
      for (const wire of index.into.get(node.id) ?? []) grads.set(wire.id, wire.grad);
    } else if (node.kind === "branch") {
      for (const wire of index.into.get(node.id) ?? []) {
        const changed = out.some((w) => made.has(gradKey(w.id)));
        if (changed) made.add(gradKey(wire.id));
        grads.set(wire.id, changed ? total(out.map((w) => grads.get(w.id) ?? null)) : wire.grad);
      }
    } else if (node.kind === "op") {
      const wire = out[0];
      const upstream = wire ? (grads.get(wire.id) ?? null) : null;
      const moved = wire !== undefined && made.has(gradKey(wire.id));
      for (const local of index.locals.get(node.id) ?? []) {
        const found = share(scene, node, local, values, upstream, moved, edits.has(node.id), made);
        locals.set(localKey(local), found);
        grads.set(local.wire, found.downstream);
      }
    }
  }
  return { grads, locals: scene.locals.map((local) => locals.get(localKey(local)) ?? local) };
}

/** Local gradient times upstream gradient; a pinned gate hands nothing on. */
function share(
  scene: Scene,
  gate: SceneNode,
  local: Local,
  values: ReadonlyMap<string, Value>,
  upstream: Value,
  moved: boolean,
  pinned: boolean,
  made: Set<string>,
): Local {
  const changed = dependsOn(scene, gate, local, made);
  let { value, downstream } = local;
  if (changed) {
    made.add(localKey(local));
    value = local.expression === null || value === null
      ? null
      : evaluate(local.expression, reader(scene, gate, values));
  }
  if (changed || moved || pinned) {
    made.add(gradKey(local.wire));
    const flows = downstream !== null && !pinned && isNumber(value) && isNumber(upstream);
    downstream = flows ? (value as number) * (upstream as number) : null;
  }
  return { ...local, value, upstream, downstream };
}

/** Tell whether a local gradient depends on a value that was computed here. */
function dependsOn(scene: Scene, gate: SceneNode, local: Local, made: ReadonlySet<string>): boolean {
  const { into, node } = indexOf(scene);
  const operands = (into.get(gate.id) ?? []).map((wire) => node.get(wire.source)!);
  const moved = [gate, ...operands].filter(({ id }) => made.has(valueKey(id)));
  if (local.expression === null) return moved.length > 0;
  const needed = symbols(local.expression);
  return moved.some(({ label }) => needed.has(label));
}

function total(shares: Value[]): Value {
  const numbers = shares.filter(isNumber);
  return numbers.length ? numbers.reduce((sum, x) => sum + x) : null;
}

/** The gradient of a node stands on the wire out of it; for a branch, on the wire into it. */
function gradients(wires: readonly Wire[]): (node: SceneNode) => Value {
  const out = new Map(wires.map((wire) => [wire.source, wire.grad]));
  const into = new Map(wires.map((wire) => [wire.target, wire.grad]));
  return (node) =>
    (node.kind === "branch" || node.kind === "out" ? into : out).get(node.id) ?? null;
}

/** Say why a value cannot be edited here; null where it can. */
export function whyReadOnly(scene: Scene, id: string): string | null {
  const index = indexOf(scene);
  const start = index.node.get(id);
  if (!start || start.kind === "module" || start.kind === "out") return "This has no value of its own.";
  if (!isNumber(start.value)) {
    return start.value === null
      ? "It has not been computed."
      : "Arrays are read-only in a file: edit them in Python.";
  }
  const reached = new Set([id]);
  for (const node of scene.nodes) {
    const wires = index.into.get(node.id) ?? [];
    if (node.id === id || !wires.some((wire) => reached.has(wire.source))) continue;
    reached.add(node.id);
    const locals = index.locals.get(node.id) ?? [];
    const known =
      node.kind !== "op" ||
      (isNumber(node.value) &&
        computable(node.formula) &&
        locals.every((local) => local.downstream === null || computable(local.expression)));
    if (!known) {
      return isNumber(node.value)
        ? `Read-only: the formula of ${node.label} is not known here.`
        : `Read-only in a file: it reaches ${node.label}, which is an array.`;
    }
  }
  return null;
}
