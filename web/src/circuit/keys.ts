// The keyboard: one table from keys to actions.
import { indexOf } from "./records";
import { extendChain, mergeOrSplit, move, restore, startEdit, stopEdit, toggleBox, trace, type State } from "./state";
import { play } from "./steps";

const HELD = 300; // ms after which letting go of T ends the trace

/** Listen for keys at `target`; `root` holds the page. */
export function listen(target: EventTarget, s: State, root: ParentNode): void {
  let since = 0;
  target.addEventListener("keydown", (event) => {
    const key = event as KeyboardEvent;
    if (key.ctrlKey || key.metaKey || key.altKey || s.help.value) return;
    const at = key.composedPath()[0] as HTMLElement;
    if (at.tagName === "INPUT") return;
    if (key.key.toLowerCase() === "t" && key.repeat) return;
    const action = actionOf(s, key, at, root);
    if (!action) return;
    key.preventDefault();
    key.stopPropagation();
    if (key.key.toLowerCase() === "t") since = performance.now();
    action();
  });
  target.addEventListener("keyup", (event) => {
    const key = (event as KeyboardEvent).key.toLowerCase();
    if (key === "t" && s.traced.value && performance.now() - since > HELD) trace(s, null);
  });
}

function actionOf(
  s: State, event: KeyboardEvent, at: HTMLElement, root: ParentNode,
): (() => void) | null {
  const here = s.focused.value;
  const button = /^(BUTTON|A)$/.test(at.tagName);
  const stepped = (by: number) => () => {
    s.playing.value = false;
    move(s, by);
  };
  if (event.shiftKey && /^Arrow(Left|Right)$/.test(event.key)) {
    return () => select(s, root, event.key === "ArrowRight");
  }
  switch (event.key.length === 1 ? event.key.toLowerCase() : event.key) {
    case "ArrowRight": return stepped(1);
    case "ArrowLeft": return stepped(-1);
    case "Home": return stepped(-1e6);
    case "End": return stepped(1e6);
    case " ": return button ? null : () => play(s);
    case "Enter": return button || here === null ? null : () => enter(s, here);
    case "e": return () => startEdit(s, here ?? s.shownNode.value?.id ?? "");
    case "t": return () => trace(s, s.traced.value ? null : leafOf(s, here));
    case "m": return () => mergeOrSplit(s);
    case "r": return () => restore(s);
    case "d": return () => (s.theme.value = isDark(s) ? "light" : "dark");
    case "?": return () => (s.help.value = true);
    case "Escape": return () => escape(s);
  }
  return null;
}

function isDark(s: State): boolean {
  return (s.theme.value || systemTheme()) === "dark";
}

const systemTheme = (): string =>
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

function enter(s: State, id: string): void {
  const kind = indexOf(s.view.value.scene).node.get(id)?.kind;
  if (kind === "module") toggleBox(s, id);
  else {
    s.selected.value = id;
    if (kind === "leaf") startEdit(s, id);
  }
}

/** The leaf that has the focus or is shown, or the first one that feeds the gate shown. */
function leafOf(s: State, here: string | null): string | null {
  const { node, into } = indexOf(s.view.value.scene);
  const id = here ?? s.shownNode.value?.id ?? "";
  if (node.get(id)?.kind === "leaf") return id;
  const wires = into.get(id) ?? [];
  return wires.map((w) => w.source).find((x) => node.get(x)?.kind === "leaf") ?? null;
}

/** Extend the chain to the next gate, or to the one before, and go there. */
function select(s: State, root: ParentNode, onward: boolean): void {
  const scene = s.view.value.scene;
  const { node, into, outOf } = indexOf(scene);
  const here = s.focused.value ?? s.shownNode.value?.id ?? "";
  if (node.get(here)?.kind !== "op") return;
  if (!s.chain.value.length) extendChain(s, here);
  const chain = s.chain.value;
  const end = (onward ? chain[chain.length - 1] : chain[0]) ?? here;
  const next = onward
    ? (outOf.get(end) ?? []).map((wire) => wire.target)
    : (into.get(end) ?? []).map((wire) => wire.source);
  const found = next.find((id) => node.get(id)?.kind === "op");
  if (found === undefined) return;
  extendChain(s, found);
  root.querySelector<SVGElement>(`#node-${CSS.escape(found)}`)?.focus();
}

function escape(s: State): void {
  stopEdit(s, false);
  s.chain.value = [];
  s.selected.value = null;
  s.said.value = "";
  trace(s, null);
}
