// The circuit: boxes, wires, numbers, nodes; and the number field where a value is edited.
import { h, type JSX } from "preact";
import { Field } from "./field";
import type { Point } from "./layout/records";
import { Node } from "./node";
import { indexOf, type Scene, type Wire } from "./records";
import { current, type State } from "./state";
import { Lines, Numbers, type Look } from "./wire";

export function Circuit({ s }: { s: State }): JSX.Element {
  const scene = s.view.value.scene;
  const { width, height, places, paths, labels } = s.arranged.value;
  const looks = new Map(scene.wires.map((wire) => [wire.id, look(s, scene, wire)]));
  const boxes = scene.nodes.filter((node) => node.kind === "module" && node.whole);
  const others = scene.nodes.filter((node) => node.kind !== "module" || !node.whole);
  const known = (id: string) => {
    const { into, outOf } = indexOf(scene);
    const wire = outOf.get(id)?.[0] ?? into.get(id)?.[0];
    const found = wire && looks.get(wire.id);
    return { value: found?.value ?? false, grad: found?.grad ?? false };
  };
  const node = (n: (typeof scene.nodes)[number]): JSX.Element | null => {
    const place = places[n.id];
    return place ? <Node key={n.id} s={s} node={n} place={place} known={known(n.id)} /> : null;
  };
  const drawn = scene.wires.filter((wire) => paths[wire.id]?.length);
  return (
    <div class="frame" role="region" aria-label="Circuit" tabIndex={0}>
      <div class="sheet" style={{ "--width": width, "--height": height }}>
        <svg class="circuit" viewBox={`0 0 ${width} ${height}`} role="group"
          aria-label={`Circuit of ${scene.title}`}>
          {boxes.map(node)}
          <g aria-hidden="true">
            {drawn.map((wire) => (
              <Lines key={wire.id} path={paths[wire.id] as Point[]} look={looks.get(wire.id)!}
                gradient={carries(s, wire)} />
            ))}
          </g>
          {others.map(node)}
          {drawn.map((wire) =>
            labels[wire.id] ? (
              <Numbers key={wire.id} s={s} wire={wire} label={labels[wire.id]!} look={looks.get(wire.id)!} />
            ) : null,
          )}
        </svg>
        {s.editing.value && <Field s={s} />}
      </div>
    </div>
  );
}

/** A wire has a gradient lane where a gradient flows, or would if it were computed. */
function carries(s: State, wire: Wire): boolean {
  const original = indexOf(s.engine).wire.get(wire.id);
  const ran = s.engine.steps.some((step) => step.direction === "backward");
  return !ran || wire.count > 1 || original === undefined || original.grad !== null;
}

function look(s: State, scene: Scene, wire: Wire): Look {
  const { values, grads } = s.known.value;
  const tick = current(s.ticks.value, s.step.value);
  const { node } = indexOf(scene);
  const lit = s.lit.value;
  const traced = lit
    ? lit.wires.includes(wire.id)
    : (s.paths.value?.paths.some((path) => path.wires.includes(wire.id)) ?? false);
  return {
    value: values.has(wire.id),
    grad: grads.has(wire.id),
    active: tick ? touched(tick.direction, tick.node, wire, node.get(tick.node)?.kind) : "",
    traced,
    faded: s.paths.value !== null && !traced,
  };
}

/** Forward, a gate sends its value on; backward, it hands gradients to its operands. */
function touched(direction: string, at: string, wire: Wire, kind: string | undefined): Look["active"] {
  if (direction === "forward") return wire.source === at ? "forward" : "";
  return wire.target === at && kind !== "leaf" ? "backward" : "";
}
