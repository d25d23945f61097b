// The number field on a wire: every keystroke recomputes, Escape restores.
import { h, type JSX } from "preact";
import { indexOf } from "./records";
import { numberIn, stopEdit, typed, type State } from "./state";
import { plainName } from "./text";

const NUDGE = 0.1;

export function Field({ s }: { s: State }): JSX.Element | null {
  const editing = s.editing.value;
  if (!editing) return null;
  const { node, outOf } = indexOf(s.view.value.scene);
  const wire = outOf.get(editing.node)?.[0];
  const label = wire && s.arranged.value.labels[wire.id];
  if (!label) return null;
  const wrong = numberIn(editing.text) === null;
  const { width, height } = s.arranged.value;
  const keys = (event: KeyboardEvent): void => {
    const root = (event.target as Node).getRootNode() as Document | ShadowRoot;
    const leave = (keep: boolean): void => {
      stopEdit(s, keep);
      root.getElementById(`node-${editing.node}`)?.focus();
    };
    const step = { ArrowUp: NUDGE, ArrowDown: -NUDGE }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const value = numberIn(editing.text);
      if (value !== null) typed(s, String(Number((value + step).toFixed(10))));
    } else if (event.key === "Enter") leave(true);
    else if (event.key === "Escape") leave(false);
    event.stopPropagation();
  };
  return (
    <input
      key={editing.node}
      ref={begin}
      class="field"
      inputMode="decimal"
      autocomplete="off"
      spellcheck={false}
      aria-label={`value of ${plainName(node.get(editing.node)!.label)}`}
      aria-invalid={wrong}
      value={editing.text}
      style={{ left: `${(100 * label[0]) / width}%`, top: `${(100 * (label[1] - 16)) / height}%` }}
      onInput={(event) => typed(s, event.currentTarget.value)}
      onKeyDown={keys}
      onBlur={() => stopEdit(s, true)}
    />
  );
}

const begun = new WeakSet<Element>();

/** Take the focus when the field appears, not whenever it is drawn. */
function begin(input: HTMLInputElement | null): void {
  if (!input || begun.has(input)) return;
  begun.add(input);
  input.focus();
  input.select();
}
