// What the page knows, and what follows from it.
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Api } from "./api";
import type { RunSummary, Start } from "./records";
import { Recorded } from "./run";
import { closedAtFirst, MANY, rowsOf, type Rows } from "./rows";
import { HIGH, LOW, relative, type Band, type Theme } from "./scale";

export type View = "run" | "compare" | "decision";
export const MOST_COMPARED = 8;

export interface State {
  readonly api: Api;
  readonly runs: Signal<RunSummary[]>;
  readonly controlled: Signal<string | null>;
  readonly answering: Signal<boolean>; // whether the server answers
  readonly refused: Signal<string>; // in the server's words
  readonly filter: Signal<string>;
  readonly shown: Signal<string | null>;
  readonly chosen: Signal<readonly string[]>; // for comparison
  readonly view: Signal<View>;
  readonly opened: Signal<ReadonlyMap<string, Recorded>>;
  readonly run: ReadonlySignal<Recorded | null>;
  readonly compared: ReadonlySignal<Recorded[]>;
  readonly cursor: Signal<number | null>; // a step; null follows the run
  readonly step: ReadonlySignal<number>;
  readonly mark: Signal<number | null>; // a step in the comparison
  readonly metric: Signal<string>; // that is compared beside the loss
  readonly row: Signal<number>; // that the keyboard stands at in the map
  readonly focused: Signal<boolean>; // whether it does
  readonly pointed: Signal<{ row: number; step: number } | null>;
  readonly band: Signal<Band>;
  readonly centred: Signal<boolean>;
  readonly scale: ReadonlySignal<Band>;
  readonly closed: Signal<ReadonlySet<string> | null>;
  readonly biases: Signal<boolean | null>;
  readonly rows: ReadonlySignal<Rows>;
  readonly table: Signal<boolean>; // numbers in place of pictures
  readonly logarithmic: Signal<boolean | null>; // null: where the losses ask for it
  readonly help: Signal<boolean>;
  readonly said: Signal<string>;
  readonly theme: Signal<Theme | "">;
  readonly dark: Signal<boolean>; // what the system asks for
  readonly look: ReadonlySignal<Theme>;
}

export function createState(api: Api): State {
  const shown = signal<string | null>(null);
  const chosen = signal<readonly string[]>([]);
  const opened = signal<ReadonlyMap<string, Recorded>>(new Map());
  const cursor = signal<number | null>(null);
  const band = signal<Band>({ low: LOW, high: HIGH });
  const centred = signal(false);
  const closed = signal<ReadonlySet<string> | null>(null);
  const biases = signal<boolean | null>(null);
  const theme = signal<Theme | "">("");
  const dark = signal(false);
  const run = computed(() => opened.value.get(shown.value ?? "") ?? null);
  return {
    api, shown, chosen, opened, cursor, band, centred, closed, biases, theme, dark, run,
    runs: signal<RunSummary[]>([]),
    controlled: signal<string | null>(null),
    answering: signal(true),
    refused: signal(""),
    filter: signal(""),
    view: signal<View>("run"),
    compared: computed(() => chosen.value.flatMap((id) => opened.value.get(id) ?? [])),
    step: computed(() => {
      run.value?.changed.value;
      return cursor.value ?? run.value?.lastStep ?? 0;
    }),
    mark: signal<number | null>(null),
    metric: signal(""),
    row: signal(0),
    focused: signal(false),
    pointed: signal<{ row: number; step: number } | null>(null),
    scale: computed(() => {
      run.value?.changed.value;
      const map = run.value?.maps.get("rms");
      if (!centred.value || !map) return band.value;
      return relative(map.values.subarray(0, map.count * map.names.length), band.value);
    }),
    rows: computed(arrangement(run, closed, biases)),
    table: signal(false),
    logarithmic: signal<boolean | null>(null),
    help: signal(false),
    said: signal(""),
    look: computed(() => theme.value || (dark.value ? "dark" : "light")),
  };
}

/** Return what arranges the rows: anew only where something else than a number has come. */
function arrangement(
  run: ReadonlySignal<Recorded | null>, closed: Signal<ReadonlySet<string> | null>, biases: Signal<boolean | null>,
): () => Rows {
  let of: unknown[] = [], made: Rows = { rows: [], brackets: [], depth: 0 };
  return () => {
    run.value?.changed.value;
    const start = run.value?.details.value?.start ?? EMPTY;
    const map = run.value?.maps.get("rms")?.names ?? NONE, outputs = run.value?.maps.get("std")?.names ?? NONE;
    const key = [start, map, outputs, closed.value, biases.value];
    if (key.every((x, i) => x === of[i])) return made;
    of = key;
    const shut = closed.value ?? closedAtFirst(start, map);
    return (made = rowsOf(start, map, new Set(outputs), shut, biases.value ?? map.length <= MANY));
  };
}

const EMPTY: Start = {}, NONE: readonly string[] = [];

/** Read the list of runs; the first of them, or the one that is trained here, is shown. */
export async function refresh(s: State): Promise<void> {
  try {
    const { runs, control } = await s.api.runs();
    batch(() => {
      s.answering.value = true;
      s.refused.value = "";
      if (JSON.stringify(runs) !== JSON.stringify(s.runs.value)) s.runs.value = runs;
      s.controlled.value = control;
      if (!s.shown.value || !runs.some((run) => run.id === s.shown.value)) show(s, telling(runs, control));
    });
    revive(s);
  } catch (error) {
    s.answering.value = false;
    s.refused.value = (error as { status?: number }).status === 403 ? (error as Error).message : "";
  }
}

function telling(runs: readonly RunSummary[], control: string | null): string | null {
  const live = runs.find((run) => run.id === control) ?? runs.find((run) => run.state === "running");
  const newest = [...runs].sort((a, b) => (b.started ?? 0) - (a.started ?? 0))[0];
  return (live ?? newest)?.id ?? null;
}

/** A run that had ended and runs again is read anew. */
function revive(s: State): void {
  const run = s.run.value;
  const now = s.runs.value.find((one) => one.id === run?.id);
  if (run?.link.value === "ended" && now?.state === "running" && run.state.value !== "running") open(s, run.id, true);
}

export function show(s: State, id: string | null): void {
  batch(() => {
    if (id === s.shown.value) return;
    s.run.value?.close();
    s.shown.value = id;
    s.cursor.value = null;
    s.row.value = 0;
    s.closed.value = null;
    s.biases.value = null;
    if (id) open(s, id, true);
  });
}

/** Read a run, unless it is there already and does not grow. */
function open(s: State, id: string, watch: boolean): void {
  const known = s.opened.value.get(id);
  if (known?.link.value === "ended" && known.state.value !== "running" && !watch) return;
  known?.close();
  const made = new Recorded(s.api, id);
  s.opened.value = new Map(s.opened.value).set(id, made);
  void made.read(watch);
}

/** Choose a run for comparison, or no longer. */
export function choose(s: State, id: string): void {
  const chosen = s.chosen.value;
  if (chosen.includes(id)) {
    s.chosen.value = chosen.filter((other) => other !== id);
    return;
  }
  if (chosen.length >= MOST_COMPARED) {
    s.said.value = `${MOST_COMPARED} runs can be compared; leave one out first.`;
    return;
  }
  if (!s.opened.value.has(id)) open(s, id, false);
  s.chosen.value = [...chosen, id];
}

/** Stand at a step; at the end of a run that goes on, follow it. */
export function goTo(s: State, step: number): void {
  const last = s.run.value?.lastStep ?? 0;
  const at = Math.max(0, Math.min(Math.round(step), last));
  s.cursor.value = at >= last ? null : at;
}

/** Move by so many columns of the map, or of the loss where nothing else was measured. */
export function move(s: State, by: number): void {
  const run = s.run.value;
  const over = run?.maps.get("rms") ?? run?.series.get("loss");
  if (!over?.count) return;
  const all = over.steps.subarray(0, over.count);
  let place = all.findLastIndex((step) => step <= s.step.value) + by;
  place = Math.max(0, Math.min(place, over.count - 1));
  if (by > 0 && place === over.count - 1) goTo(s, run!.lastStep);
  else goTo(s, all[place]!);
}

/** Go to the next snapshot, or to the one before. */
export function moveToSnapshot(s: State, forward: boolean): void {
  const all = s.run.value?.snapshots.value ?? [], here = s.step.value;
  const found = forward ? all.find((step) => step > here) : all.findLast((step) => step < here);
  if (found !== undefined) goTo(s, found);
}

export function toggleBox(s: State, path: string): void {
  const start = s.run.value?.details.value?.start ?? {};
  const closed = new Set(s.closed.value ?? closedAtFirst(start, s.run.value?.maps.get("rms")?.names ?? []));
  if (!closed.delete(path)) closed.add(path);
  s.closed.value = closed;
}

const EVERY = 3000; // ms between two looks at the list

/** Look at the list now and then; nothing is asked for while the page is not seen. */
export function keepUp(s: State): void {
  void refresh(s);
  setInterval(() => {
    if (!document.hidden) void refresh(s);
  }, EVERY);
  effect(() => {
    document.title = s.run.value?.details.value?.name ?? "chainrule";
  });
}
