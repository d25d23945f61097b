// What happens beside drawing: playing, following the current gate, opening the list of keys.
import { effect } from "@preact/signals-core";
import { move, type State } from "./state";

const PACE = 700; // ms a step

/** Start what follows the state; `root` holds the page. */
export function startEffects(s: State, root: ParentNode): void {
  effect(() => {
    if (!s.playing.value) return undefined;
    const timer = setInterval(() => {
      move(s, 1);
      if (s.step.value >= s.engine.steps.length) s.playing.value = false;
    }, PACE);
    return () => clearInterval(timer);
  });
  effect(() => {
    const dialog = root.querySelector("dialog");
    if (s.help.value) dialog?.showModal();
    else dialog?.close();
  });
  effect(() => {
    const { places, width } = s.arranged.value;
    const place = places[s.shownNode.value?.id ?? ""];
    if (place) requestAnimationFrame(() => follow(root, place[0] / width));
  });
}

/** Keep the gate in question in view where the circuit is wider than the window. */
function follow(root: ParentNode, share: number): void {
  const frame = root.querySelector(".frame");
  if (!frame || frame.scrollWidth <= frame.clientWidth) return;
  const left = share * frame.scrollWidth - frame.clientWidth / 2;
  frame.scrollTo({ left, behavior: calm() ? "auto" : "smooth" });
}

/** Tell whether the system asks for little motion. */
export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
