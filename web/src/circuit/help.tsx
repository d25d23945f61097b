// The keys, in a dialog.
import { h, type JSX } from "preact";
import type { State } from "./state";

const KEYS: [keys: string, does: string][] = [
  ["→ ←", "one step on, one step back"],
  ["Home End", "before the first step, after the last"],
  ["Space", "play and pause"],
  ["Tab", "from gate to gate in the order of execution"],
  ["Enter", "on a gate: explain it; on a leaf: edit its value; on a box: open or close it"],
  ["E", "edit the value; a gate is pinned to it"],
  ["↑ ↓", "in the field: 0.1 more or less; Escape restores"],
  ["T", "on a leaf: every path to the output (hold, or press once more)"],
  ["Shift → ←", "select a chain of gates"],
  ["M", "fold the chain into one gate, unfold it"],
  ["R", "take back all edits"],
  ["D", "dark or light"],
  ["?", "this list"],
];

export function Help({ s }: { s: State }): JSX.Element {
  return (
    <dialog aria-labelledby="keys-title" onClose={() => (s.help.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div>
            <dt>{keys.split(" ").map((key) => <kbd>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => (s.help.value = false)}>Close</button>
    </dialog>
  );
}
