// What the page knows, and what follows from it.
import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { arrange } from "./layout/arrange";
import { foldedPlan, widened } from "./layout/change";
import { differences } from "./differences";
import { shown, ticks, type Tick } from "./fold";
import { keeper } from "./kept";
import { knownAfter, type Known } from "./known";
import type { Arranged, Layout } from "./layout/records";
import { isChain, mergeAll, type Merged } from "./merge";
import { gradText, valueText } from "./numbers";
import { pathsFrom, type Path } from "./paths";
import { recompute, whyReadOnly, type Computed } from "./recompute";
import { indexOf, isNumber, type CheckRow, type Scene, type SceneNode } from "./records";

export const MOST = 1500; // nodes in view

/** A derivation as the page shows it: a title, and lines of MathML or text. */
export interface Derivation {
  wrt: string;
  mathml: string;
}

/** A value that is being typed; `text` may be no number yet. */
export interface Editing {
  node: string;
  text: string;
  before: number | null;
}

export interface State {
  readonly engine: Scene;
  readonly ranBackward: boolean;
  readonly keep: ReturnType<typeof keeper>;
  readonly layout: Layout;
  readonly derivations: readonly Derivation[];
  readonly step: Signal<number>;
  readonly selected: Signal<string | null>;
  readonly focused: Signal<string | null>;
  readonly edits: Signal<ReadonlyMap<string, number>>;
  readonly editing: Signal<Editing | null>;
  readonly opened: Signal<ReadonlySet<string>>;
  readonly chain: Signal<readonly string[]>;
  readonly merges: Signal<readonly (readonly string[])[]>;
  readonly traced: Signal<string | null>;
  readonly lit: Signal<Path | null>;
  readonly cell: Signal<readonly number[] | null>; // the entry of an array that is pointed at
  readonly said: Signal<string>;
  readonly playing: Signal<boolean>;
  readonly help: Signal<boolean>;
  readonly theme: Signal<"light" | "dark" | "">;
  readonly now: ReadonlySignal<Computed>;
  readonly view: ReadonlySignal<Merged>;
  readonly arranged: ReadonlySignal<Arranged>;
  readonly ticks: ReadonlySignal<readonly Tick[]>;
  readonly known: ReadonlySignal<Known>;
  readonly shownNode: ReadonlySignal<SceneNode | undefined>;
  readonly paths: ReadonlySignal<{ paths: Path[]; more: boolean } | null>;
  readonly check: ReadonlySignal<CheckRow[] | null>;
}

export function createState(engine: Scene, layout: Layout, derivations: Derivation[]): State {
  const step = signal(engine.steps.length);
  const selected = signal<string | null>(null);
  const edits = signal<ReadonlyMap<string, number>>(new Map());
  const opened = signal<ReadonlySet<string>>(new Set(layout.opened));
  const merges = signal<readonly (readonly string[])[]>([]);
  const traced = signal<string | null>(null);
  const now = computed(() => recompute(engine, edits.value));
  const view = computed(() => mergeAll(shown(now.value.scene, opened.value), merges.value));
  const ticksNow = computed(() => ticks(engine, view.value.standsFor));
  return {
    engine,
    ranBackward: engine.steps.some((one) => one.direction === "backward"),
    keep: keeper(),
    layout,
    derivations,
    step,
    selected,
    focused: signal(null),
    edits,
    editing: signal(null),
    opened,
    chain: signal([]),
    merges,
    traced,
    lit: signal(null),
    cell: signal(null),
    said: signal(""),
    playing: signal(false),
    help: signal(false),
    theme: signal(""),
    now,
    view,
    arranged: computed(() => {
      const { scene, folded } = view.value;
      const { wire } = indexOf(scene);
      const texts = (id: string): string[] => {
        const found = wire.get(id);
        return found ? [valueText(found.value), gradText(found.grad)] : [];
      };
      return arrange(folded.reduce(foldedPlan, widened(layout, texts)), opened.value);
    }),
    ticks: ticksNow,
    known: computed(() => knownAfter(engine, step.value)),
    shownNode: computed(() => {
      const { node } = indexOf(view.value.scene);
      const wanted = selected.value ?? current(ticksNow.value, step.value)?.node;
      return node.get(wanted ?? "") ?? firstTelling(view.value.scene);
    }),
    paths: computed(() => (traced.value ? pathsFrom(view.value.scene, traced.value) : null)),
    check: computed(() =>
      edits.value.size ? differences(engine, edits.value, now.value.scene) : engine.check,
    ),
  };
}

/** Return the tick that the page stands at; none before the first step. */
export function current(ticks: readonly Tick[], step: number): Tick | undefined {
  return ticks.findLast((tick) => tick.at <= step);
}

/** The first gate with a parameter, or the first gate. */
function firstTelling(scene: Scene): SceneNode | undefined {
  const { into, node } = indexOf(scene);
  const gates = scene.nodes.filter((n) => n.kind === "op");
  const takes = (gate: SceneNode): boolean =>
    (into.get(gate.id) ?? []).some((wire) => node.get(wire.source)?.use === "parameter");
  return gates.find(takes) ?? gates[0] ?? scene.nodes[0];
}

// Actions.

/** Move by so many steps of what is in view. */
export function move(s: State, by: number): void {
  const all = s.ticks.value;
  const here = all.findLastIndex((tick) => tick.at <= s.step.value);
  goTo(s, Math.min(Math.max(here + by, -1), all.length - 1));
}

/** Go to a tick by its number from 0; −1 is before the first. */
export function goTo(s: State, tick: number): void {
  s.step.value = s.ticks.value[tick]?.at ?? 0;
  s.selected.value = null;
  s.cell.value = null;
}

/** Open or close a box, unless more would come into view than can be drawn. */
export function toggleBox(s: State, id: string): void {
  const opened = new Set(s.opened.value);
  if (!opened.delete(id)) opened.add(id);
  const whole = indexOf(s.engine).node.get(id)?.whole;
  const count = opened.has(id) ? shown(s.engine, opened).scene.nodes.length : 0;
  if (!whole || count > MOST) {
    s.said.value = whole ? `That would show ${count} nodes at once.` : "What it holds is not in this file.";
    return;
  }
  s.chain.value = [];
  s.traced.value = null;
  s.opened.value = opened;
  s.selected.value = opened.has(id) ? null : id;
}

/** Open a field for the value of a node, or say why there is none. */
export function startEdit(s: State, id: string): void {
  const why = whyReadOnly(s.now.value.scene, id);
  const value = indexOf(s.now.value.scene).node.get(id)?.value;
  if (why || !isNumber(value)) {
    s.said.value = why ?? "";
    return;
  }
  s.said.value = "";
  s.editing.value = { node: id, text: String(value), before: s.edits.value.get(id) ?? null };
}

/** Take what is typed; what is no number is kept in the field and changes nothing. */
export function typed(s: State, text: string): void {
  const editing = s.editing.value;
  if (!editing) return;
  s.editing.value = { ...editing, text };
  const value = numberIn(text);
  if (value !== null) setValue(s, editing.node, value);
}

export function numberIn(text: string): number | null {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  const value = Number(plain);
  return plain && Number.isFinite(value) ? value : null;
}

function setValue(s: State, id: string, value: number | null): void {
  const edits = new Map(s.edits.value);
  const original = indexOf(s.engine).node.get(id);
  if (value === null || (original?.kind === "leaf" && original.value === value)) edits.delete(id);
  else edits.set(id, value);
  s.edits.value = edits;
}

export function stopEdit(s: State, keep: boolean): void {
  const editing = s.editing.value;
  if (!editing) return;
  if (!keep) setValue(s, editing.node, editing.before);
  s.editing.value = null;
}

/** Add a gate to the selected chain, or start anew where it is no neighbour. */
export function extendChain(s: State, id: string): void {
  const chain = s.chain.value;
  const scene = s.view.value.scene;
  const candidates = [[...chain, id], [id, ...chain]];
  if (chain.includes(id)) s.chain.value = chain.slice(0, chain.indexOf(id));
  else s.chain.value = candidates.find((c) => isChain(scene, c)) ?? (isChain(scene, [id]) ? [id] : []);
}

/** Fold the selected chain into one gate; a gate that was folded is unfolded. */
export function mergeOrSplit(s: State): void {
  const here = s.focused.value ?? s.shownNode.value?.id ?? "";
  const chain = s.chain.value;
  const folded = s.merges.value.find((m) => m[m.length - 1] === here);
  if (chain.length > 1) {
    s.merges.value = [...s.merges.value, chain];
    s.selected.value = chain[chain.length - 1]!;
    s.said.value = `${chain.length} gates are one now; M unfolds it.`;
  } else if (folded) {
    s.merges.value = s.merges.value.filter((m) => m !== folded);
    s.said.value = `${folded.length} gates again.`;
  } else {
    s.said.value = "Select a chain first: Shift and Right or Left, or Shift and a click.";
  }
  s.chain.value = [];
}

export function trace(s: State, id: string | null): void {
  s.traced.value = id;
  s.lit.value = null;
}

/** Take back all edits and pins. */
export function restore(s: State): void {
  s.edits.value = new Map();
  s.editing.value = null;
}
