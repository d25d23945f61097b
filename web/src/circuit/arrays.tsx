// Arrays as grids: the operands, the output, and its gradient the same size under it.
import { h, type JSX } from "preact";
import { Heat } from "./heat";
import { indexAt, lights, type Lights } from "./lit";
import { name } from "./maths";
import { fixed, shapeText } from "./numbers";
import { indexOf, isNumber, type SceneNode, type Summary, type Value } from "./records";
import type { State } from "./state";
import { fraction } from "./terms";
import { Maths, plainName } from "./text";

const WIDEST = 12; // rows and columns up to which values are written

export function Arrays({ s, node }: { s: State; node: SceneNode }): JSX.Element | null {
  const scene = s.view.value.scene;
  const { into, node: nodes, locals, outOf } = indexOf(scene);
  const { values, grads } = s.known.value;
  const wire = outOf.get(node.id)?.[0] ?? into.get(node.id)?.[0];
  const operands = node.kind === "op" ? (into.get(node.id) ?? []) : [];
  if (![node.value, ...operands.map((w) => w.value)].some((v) => v !== null && !isNumber(v))) return null;
  const cell = s.cell.value;
  const output = node.shape;
  const gate = locals.get(node.id) ?? [];
  const elementwise = gate.some((local) => local.expression !== null);
  const valueKnown = wire !== undefined && values.has(wire.id);
  const gradKnown = wire !== undefined && grads.has(wire.id);
  return (
    <div class="grids">
      {operands.map((w) => {
        const source = nodes.get(w.source)!;
        const shape = isNumber(w.value) || !w.value ? [] : w.value.shape;
        const lit = cell && lights(node.op, elementwise, w.operand, shape, output, cell);
        return <Grid key={w.id} title={name(source.label)} label={plainName(source.label)}
          value={values.has(w.id) ? w.value : null} colour="forward" lit={lit} />;
      })}
      <div class="over">
      <Grid title={name(node.label)} label={plainName(node.label)} value={valueKnown ? node.value : null}
        colour="forward" lit={cell ? exactly(cell) : null} pick={node.kind === "op" ? s : undefined} />
      <Grid title={fraction(scene.output, node.label)} label={`gradient of ${plainName(node.label)}`}
        value={gradKnown ? node.grad : null} colour="backward" lit={cell ? exactly(cell) : null} />
      </div>
    </div>
  );
}

const exactly = (cell: readonly number[]): Lights => (at) => at.every((i, axis) => i === cell[axis]);

interface GridProps {
  title: string;
  label: string;
  value: Value;
  colour: "forward" | "backward";
  lit: Lights | null;
  pick?: State | undefined; // where cells can be pointed at
}

function Grid(props: GridProps): JSX.Element | null {
  const { title, label, value, colour } = props;
  if (value === null) return null;
  const words = isNumber(value) ? label : `${label}, ${shapeText(value.shape)}`;
  return (
    <figure class={`grid ${colour}`}>
      <figcaption><Maths inner={title} /> <span class="soft">{isNumber(value) ? "" : shapeText(value.shape)}</span></figcaption>
      {isNumber(value) ? <span class="number">{fixed(value)}</span> : <Entries {...props} words={words} value={value} />}
    </figure>
  );
}

function Entries({ value, words, lit, pick }: GridProps & { value: Summary; words: string }): JSX.Element {
  const { data, shape } = value;
  const columns = shape.at(-1) ?? 1;
  const rows = data ? data.length / columns : 0;
  if (!data || shape.length > 2 || rows > WIDEST || columns > WIDEST) {
    return data && shape.length <= 2 ? <Heat value={value} words={words} /> : <Spread value={value} />;
  }
  const point = (place: number | null) => () => {
    if (pick) pick.cell.value = place === null ? null : indexAt(shape, place);
  };
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (by === undefined || !pick) return;
    const cell = pick.cell.value;
    const at = cell ? cell.reduce((sum, i, axis) => sum * shape[axis]! + i, 0) + by : 0;
    if (at >= 0 && at < data.length) point(at)();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <table class="entries" role={pick ? "grid" : undefined} aria-label={words} tabIndex={pick ? 0 : undefined}
      onKeyDown={pick && keys} onMouseLeave={pick && point(null)} onBlur={pick && point(null)}>
      <tbody>
        {Array.from({ length: rows }, (_, r) => (
          <tr>
            {data.slice(r * columns, (r + 1) * columns).map((x, c) => {
              const place = r * columns + c;
              const on = lit?.(indexAt(shape, place));
              return (
                <td class={on ? "number lit" : "number"} aria-selected={pick ? !!on : undefined}
                  onMouseEnter={pick && point(place)}>{fixed(x)}</td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is told of an array that is not shown entry by entry. */
function Spread({ value }: { value: Summary }): JSX.Element {
  const { min, max, mean } = value;
  const told = { min, mean, max };
  return (
    <span class="number">
      {Object.entries(told).map(([word, x]) => (x === null ? "" : `${word} ${fixed(x)}`)).join(", ")}
    </span>
  );
}
