// The keyboard: one table from keys to actions, and the list of them.
import { h, type JSX } from "preact";
import { command, controlled } from "./controls";
import { stepKeys } from "./network";
import { moveToSnapshot, show, type State } from "./state";

const KEYS: [keys: string, does: string][] = [
  ["← →", "one measured step back, one on"],
  ["Home End", "to the first step, to the last"],
  ["[ ]", "to the snapshot before, to the next"],
  ["↑ ↓", "in the map: from layer to layer"],
  ["Enter", "in the map: close or open the module of the layer"],
  ["T", "numbers in place of pictures"],
  ["R", "centre the colours on the run's own median"],
  ["L", "loss on a logarithmic axis"],
  ["J K", "to the next run, to the one before"],
  ["C", "compare the runs that are ticked"],
  ["X", "decision view"],
  ["Space", "pause the run, or let it go on"],
  ["D", "dark or light"],
  ["?", "this list"],
];

export function Help({ s }: { s: State }): JSX.Element {
  return (
    <dialog aria-labelledby="keys-title" onClose={() => (s.help.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => (s.help.value = false)}>Close</button>
    </dialog>
  );
}

function nextRun(s: State, by: number): void {
  const all = s.runs.value, here = all.findIndex(({ id }) => id === s.shown.value);
  const next = all[Math.max(0, Math.min(all.length - 1, here + by))];
  if (next) show(s, next.id);
}

/** Whether keys belong to what has the focus. */
const typing = (at: HTMLElement): boolean =>
  /^(SELECT|TEXTAREA)$/.test(at.tagName) || (at instanceof HTMLInputElement && at.type !== "checkbox");

export function listen(s: State): void {
  document.addEventListener("keydown", (event) => {
    const at = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || s.help.value || typing(at)) return;
    const run = s.run.value, button = /^(BUTTON|A|INPUT)$/.test(at.tagName);
    const keys: Record<string, (() => void) | null> = {
      ...stepKeys(s),
      "[": () => moveToSnapshot(s, false),
      "]": () => moveToSnapshot(s, true),
      t: () => (s.table.value = !s.table.value),
      r: () => (s.centred.value = !s.centred.value),
      l: () => (s.logarithmic.value = !s.logarithmic.value),
      j: () => nextRun(s, 1),
      k: () => nextRun(s, -1),
      c: () => (s.view.value = s.view.value === "compare" || s.chosen.value.length < 2 ? "run" : "compare"),
      x: () => (s.view.value = s.view.value === "decision" ? "run" : "decision"),
      " ": run && controlled(run) && !button ? () => void command(s, run, { do: run.control.value!.paused ? "go" : "pause" }) : null,
      d: () => (s.theme.value = s.look.value === "dark" ? "light" : "dark"),
      "?": () => (s.help.value = true),
    };
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
