// Which decision is in view: of which snapshot, over which inputs, of which rows.
import { effect, signal, type Signal } from "@preact/signals-core";
import { readDecision, type Decided, type DecisionData } from "./decided";
import type { Recorded } from "./run";
import type { State } from "./state";

export interface Deciding {
  readonly shown: Signal<Decided | null>;
  readonly error: Signal<string>;
  readonly axes: Signal<[number, number]>;
  readonly point: Signal<number | null>;
  readonly unit: Signal<{ layer: string; unit: number } | null>;
  readonly cell: Signal<[number, number] | null>; // of the confusion matrix: is, said
  readonly end: () => void;
}

const LATER = 60; // ms without another wish before the server is asked

/** Follow the step that the page stands at: the newest snapshot up to it is what is shown. */
export function deciding(s: State, run: Recorded): Deciding {
  const made = {
    shown: signal<Decided | null>(null),
    error: signal(""),
    axes: signal<[number, number]>([0, 1]),
    point: signal<number | null>(null),
    unit: signal<{ layer: string; unit: number } | null>(null),
    cell: signal<[number, number] | null>(null),
  };
  const known = new Map<string, Decided>();
  let timer = 0, wanted = "";
  const end = effect(() => {
    const snapshots = run.snapshots.value, at = s.cursor.value, axes = made.axes.value;
    const live = run.state.value === "running";
    // Between two snapshots nothing is made up: the one before is shown.
    const step = at === null ? (live ? (snapshots.at(-1) ?? null) : null) : (snapshots.findLast((x) => x <= at) ?? null);
    const key = `${step}/${axes.join()}`;
    if (key === wanted) return;
    wanted = key;
    const there = known.get(key);
    clearTimeout(timer);
    if (there) made.shown.value = there;
    else timer = window.setTimeout(() => void ask(key, step, axes), LATER);
  });
  async function ask(key: string, step: number | null, axes: [number, number]): Promise<void> {
    try {
      const found = readDecision((await s.api.decision(run.id, step, axes)) as DecisionData);
      if (step !== null) known.set(key, found);
      if (key !== wanted) return;
      made.error.value = "";
      made.shown.value = found;
    } catch (error) {
      if (key === wanted) made.error.value = (error as Error).message;
    }
  }
  return { ...made, end: () => (clearTimeout(timer), end()) };
}
