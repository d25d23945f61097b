// The circuit: boxes, wires, numbers, nodes; and the number field where a value is edited.
import { h, type JSX } from "preact";
import { Field } from "./field";
import type { Tick } from "./fold";
import { Node, stateOf } from "./node";
import { indexOf, type Scene, type SceneNode, type Value, type Wire } from "./records";
import { current, type State } from "./state";
import { Lines, Numbers, type Look } from "./wire";

export function Circuit({ s }: { s: State }): JSX.Element {
  const scene = s.view.value.scene;
  const { width, height, places, paths, labels } = s.arranged.value;
  const looks = lookAll(s, scene);
  const editing = s.editing.value?.node;
  const boxes = scene.nodes.filter((node) => node.kind === "module" && node.whole);
  const others = scene.nodes.filter((node) => node.kind !== "module" || !node.whole);
  const known = (id: string) => {
    const { into, outOf } = indexOf(scene);
    const wire = outOf.get(id)?.[0] ?? into.get(id)?.[0];
    const found = wire && looks.get(wire.id);
    return { value: found?.value ?? false, grad: found?.grad ?? false };
  };
  const node = (n: SceneNode): JSX.Element | null => {
    const place = places[n.id];
    if (!place) return null;
    const { value, grad } = known(n.id);
    const state = stateOf(s, n);
    return s.keep(`node ${n.id}`, [n, place, value, grad, state], () => (
      <Node key={n.id} s={s} node={n} place={place} known={{ value, grad }} state={state} />
    ));
  };
  const drawn = scene.wires.filter((wire) => paths[wire.id]?.length);
  return (
    <div class="frame" role="region" aria-label="Circuit" tabIndex={0}>
      <div class="sheet" style={{ "--width": width, "--height": height }}>
        <svg class="circuit" viewBox={`0 0 ${width} ${height}`} role="group"
          aria-label={`Circuit of ${scene.title}`}>
          {boxes.map(node)}
          <g aria-hidden="true">
            {drawn.map((wire) => {
              const seen = looks.get(wire.id)!, path = paths[wire.id]!;
              const gradient = carries(s, wire);
              return s.keep(`wire ${wire.id}`, [path, gradient, ...Object.values(seen)], () => (
                <Lines key={wire.id} path={path} look={seen} gradient={gradient} />
              ));
            })}
          </g>
          {others.map(node)}
          {drawn.map((wire) => {
            const label = labels[wire.id];
            const seen = looks.get(wire.id)!;
            const of = [wire, label, s.now.value, editing === wire.source, ...Object.values(seen)];
            return label && s.keep(`number ${wire.id}`, of, () => (
              <Numbers key={wire.id} s={s} wire={wire} label={label} look={seen} />
            ));
          })}
        </svg>
        {s.editing.value && <Field s={s} />}
      </div>
    </div>
  );
}

/** A wire has a gradient lane where a gradient flows, or would if it were computed. */
function carries(s: State, wire: Wire): boolean {
  const original = indexOf(s.engine).wire.get(wire.id);
  return !s.ranBackward || wire.count > 1 || original === undefined || original.grad !== null;
}

function lookAll(s: State, scene: Scene): Map<string, Look> {
  const { values, grads } = s.known.value;
  const tick = current(s.ticks.value, s.step.value);
  const lit = s.lit.value;
  const paths = lit ? [lit] : (s.paths.value?.paths ?? []);
  const lights = new Set(paths.flatMap((path) => path.wires));
  return new Map(
    scene.wires.map((wire) => [
      wire.id,
      {
        value: values.has(wire.id) && there(wire, wire.value),
        grad: grads.has(wire.id) && there(wire, wire.grad),
        active: tick ? touched(tick, wire) : "",
        traced: lights.has(wire.id),
        faded: s.paths.value !== null && !lights.has(wire.id),
      },
    ]),
  );
}

/** One wire for several has no numbers of its own; what no longer arrives is blank. */
const there = (wire: Wire, value: Value): boolean => value !== null || wire.count > 1;

/** Forward, a gate sends its value on; backward, it hands gradients to its operands. */
function touched({ direction, node }: Tick, wire: Wire): Look["active"] {
  const here = direction === "forward" ? wire.source : wire.target;
  return here === node ? direction : "";
}
