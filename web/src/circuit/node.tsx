// Leaves, gates, branches, boxes and the output, each with its accessible name.
import { h, type JSX } from "preact";
import type { Place } from "./layout/records";
import { gradText, valueText } from "./numbers";
import { extendChain, startEdit, toggleBox, type State } from "./state";
import { Name, plainName } from "./text";
import type { SceneNode } from "./records";

/** What a screen reader says: the visible symbol first, then kind, name, value, gradient. */
export function spoken(node: SceneNode, value: string, grad: string): string {
  const seen = node.kind === "op" ? node.symbol : node.kind === "branch" ? "•" : plainName(node.label);
  const kind = {
    leaf: node.use || "leaf",
    op: node.op.replace(/_/g, " "),
    branch: "branch",
    out: "output",
    module: `${node.op || "box"} of ${node.gates} gates`,
  }[node.kind];
  const name = node.kind === "op" || node.kind === "branch" ? ` ${plainName(node.label)}` : "";
  return (
    `${seen} ${kind}${name}` + (value && `, value ${value}`) + (grad && `, gradient ${grad}`)
  );
}

/** Return the classes of a node that change while nothing is computed. */
export function stateOf(s: State, node: SceneNode): string {
  const classes = [
    s.shownNode.value?.id === node.id && "current",
    s.chain.value.includes(node.id) && "chained",
    s.traced.value === node.id && "traced",
    node.kind === "module" && node.whole && "open",
  ];
  return classes.filter(Boolean).join(" ");
}

export function Node({ s, node, place, known, state }: {
  s: State;
  node: SceneNode;
  place: Place;
  known: { value: boolean; grad: boolean };
  state: string;
}): JSX.Element {
  const click = (event: MouseEvent): void => {
    if (event.shiftKey && node.kind === "op") extendChain(s, node.id);
    else if (node.kind === "module") toggleBox(s, node.id);
    else s.selected.value = node.id;
  };
  return (
    <g
      id={`node-${node.id}`}
      class={`node ${node.kind} ${node.use} ${state}`}
      tabIndex={0}
      role="button"
      aria-label={spoken(node, known.value ? valueText(node.value) : "", known.grad ? gradText(node.grad) : "")}
      aria-pressed={node.kind === "module" ? undefined : state.includes("current")}
      aria-expanded={node.kind === "module" ? node.whole : undefined}
      onClick={click}
      onFocus={() => (s.focused.value = node.id)}
      onBlur={() => (s.focused.value = null)}
      onDblClick={() => node.kind !== "module" && startEdit(s, node.id)}
    >
      <Shape node={node} place={place} />
    </g>
  );
}

function Shape({ node, place: [x, y, width, height] }: { node: SceneNode; place: Place }): JSX.Element[] {
  const box = (radius: number, inset = 0): JSX.Element => (
    <rect class="shape" x={x - width / 2 + inset} y={y - height / 2 + inset} width={width - 2 * inset}
      height={height - 2 * inset} rx={radius} />
  );
  const ring = (
    <rect class="ring" x={x - width / 2 - 4} y={y - height / 2 - 4} width={width + 8}
      height={height + 8} rx={node.kind === "leaf" || node.kind === "module" ? 12 : height / 2 + 4} />
  );
  const name = (dy: number, className: string): JSX.Element => (
    <text class={className} x={x} y={y + dy} text-anchor="middle"><Name text={node.label} /></text>
  );
  switch (node.kind) {
    case "leaf":
      return [ring, box(8), name(5, "leafname")];
    case "out":
      return [ring, box(8), name(6, "outname")];
    case "branch":
      return [ring, box(height / 2), <circle class="dot" cx={x} cy={y} r={4.5} />];
    case "module": {
      const top = y - height / 2;
      const head = `${node.whole ? "▾" : "▸"} ${node.label}`;
      if (node.whole) {
        return [ring, box(12), <text class="boxname" x={x - width / 2 + 12} y={top + 18}>{head}</text>];
      }
      return [
        ring,
        box(12),
        <text class="boxname" x={x} y={y - 2} text-anchor="middle">{head}</text>,
        <text class="boxkind" x={x} y={y + 15} text-anchor="middle">
          {node.op ? `${node.op}, ` : ""}{node.gates} gates
        </text>,
      ];
    }
  }
  return [
    ring,
    box(height / 2),
    <text class="symbol" x={x} y={y + 6} text-anchor="middle">{node.symbol}</text>,
    name(-height / 2 - 7, "gatename"),
  ];
}
