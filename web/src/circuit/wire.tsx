// One wire: the value forward on the upper lane, the gradient backward on the lower one.
import { h, Fragment, type JSX } from "preact";
import { APART, cut, head, lane } from "./geometry";
import type { Label, Point } from "./layout/records";
import { gradText, valueText } from "./numbers";
import { gradKey, valueKey } from "./recompute";
import { startEdit, type State } from "./state";
import { indexOf, type Wire as Record } from "./records";

const SIDE = APART / 2, TIP = 6;

export interface Look {
  value: boolean; // whether the value is known at this step
  grad: boolean;
  active: "" | "forward" | "backward"; // what the current step does to it
  traced: boolean;
  faded: boolean;
}

/** The two lines of a wire. */
export function Lines({ path, look, gradient }: {
  path: readonly Point[];
  look: Look;
  gradient: boolean;
}): JSX.Element {
  const [x0, y0] = path[0]!;
  const [x1, y1] = path[path.length - 1]!;
  const classes = (known: boolean, pass: string): string =>
    ["line", known ? pass : "unknown", look.active === pass && "active", look.traced && "traced"]
      .filter(Boolean)
      .join(" ");
  return (
    <g class={look.faded ? "wire faded" : "wire"}>
      <g class={classes(look.value, "forward")}>
        <path d={lane(cut(path, 0, TIP), -SIDE)} />
        <path class="head" d={head(x1, y1 - SIDE, 1)} />
      </g>
      {gradient && (
        <g class={classes(look.grad, "backward")}>
          <path d={lane(cut(path, TIP, 0), SIDE)} />
          <path class="head" d={head(x0, y0 + SIDE, -1)} />
        </g>
      )}
    </g>
  );
}

/** The numbers of a wire: value above, gradient under; a branch's shares stand near their targets. */
export function Numbers({ s, wire, label: [x, y, anchor], look }: {
  s: State;
  wire: Record;
  label: Label;
  look: Look;
}): JSX.Element {
  const source = indexOf(s.view.value.scene).node.get(wire.source)!;
  const { made } = s.now.value;
  const share = source.kind === "branch";
  const pinned = source.kind !== "leaf" && s.edits.value.has(source.id);
  const value = look.value && !share ? valueText(wire.value) : "";
  const grad = look.grad ? gradText(wire.grad) : "";
  const mark = (key: string, pass: string): string =>
    `number ${pass}${share ? " share" : ""}${made.has(key) ? " made" : ""}`;
  return (
    <g class={look.faded ? "faded" : ""} text-anchor={anchor} aria-hidden="true">
      {value && s.editing.value?.node !== source.id && (
        <text x={x} y={y - SIDE - 6} class={mark(valueKey(source.id), "forward editable")}
          onClick={() => startEdit(s, source.id)}>
          {pinned && <tspan class="pin">⚲ </tspan>}
          {value}
        </text>
      )}
      {grad && (
        <text x={x} y={y + SIDE + (share ? 13 : 15)} class={mark(gradKey(wire.id), "backward")}>
          {grad}
        </text>
      )}
    </g>
  );
}

void Fragment;
