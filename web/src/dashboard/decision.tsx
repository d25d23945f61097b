// What the net decides: its surface with the rows on it, what each unit computes, what is mistaken.
import { Component, h, type JSX } from "preact";
import type { Decided } from "./decided";
import { deciding, type Deciding } from "./deciding";
import { fixed } from "../circuit/numbers";
import { short, whole } from "./figures";
import { coloursOf } from "./ink";
import { Canvas, Live, Place } from "./live";
import type { Recorded } from "./run";
import { goTo, type State } from "./state";
import { drawBoundary, drawPoints, nearest, shape, classColour, signedOf, surfaceOf, type Frame } from "./surface";
import { Units } from "./units";

interface Props {
  s: State;
  run: Recorded;
}

export class Decision extends Component<Props> {
  private readonly of: Deciding = deciding(this.props.s, this.props.run);

  override componentWillUnmount(): void {
    this.of.end();
  }

  override render(): JSX.Element {
    const { s, run } = this.props, { of } = this;
    return (
      <section class="decision" aria-label="Decision">
        <Live draw={() => Head({ s, run, of })} />
        <Live draw={() => {
          const found = of.shown.value;
          if (of.error.value) return <p class="note" role="status">{of.error.value}</p>;
          if (!found) return <p class="soft">Asking what the net decides…</p>;
          return (
            <div class="columns">
              {Surface({ s, of, found })}
              <Units s={s} of={of} found={found} />
              <div class="side">
                {Confusion({ of, found })}
                {Hardest({ s, run, of, found })}
              </div>
            </div>
          );
        }} />
      </section>
    );
  }
}

type Parts = { s: State; run: Recorded; of: Deciding; found: Decided };

function Head({ s, run, of }: Omit<Parts, "found">): JSX.Element {
  const snapshots = run.snapshots.value, found = of.shown.value, at = found?.data.step ?? run.lastStep;
  const index = snapshots.findLastIndex((step) => step <= at);
  const inputs = found?.data.inputs ?? [], axes = of.axes.value;
  const choice = (which: 0 | 1): JSX.Element => (
    <label class="soft small">{which ? "up" : "across"}{" "}
      <select value={axes[which]} onChange={(event: Event) => {
        const chosen = Number((event.target as HTMLSelectElement).value), other = axes[1 - which]!;
        const swapped = chosen === other ? axes[which] : other;
        of.axes.value = which ? [swapped, chosen] : [chosen, swapped];
      }}>{inputs.map((name, i) => <option key={name} value={i}>{name}</option>)}</select>
    </label>
  );
  return (
    <div class="card-head decision-head">
      <label>Snapshot{" "}
        <input type="range" min={0} max={Math.max(0, snapshots.length - 1)} value={index} aria-valuetext={`after step ${at}`}
          onInput={(event: Event) => goTo(s, snapshots[Number((event.target as HTMLInputElement).value)] ?? 0)} />
      </label>
      <span>after step <b class="number">{whole(at)}</b></span>
      {inputs.length > 2 && choice(0)}
      {inputs.length > 2 && choice(1)}
      {inputs.length > 2 && <span class="soft small">the other {inputs.length - 2} inputs stand at their median</span>}
    </div>
  );
}

/** Whether a row is among those that are asked for. */
const among = (of: Deciding, found: Decided) => (i: number): boolean => {
  const cell = of.cell.value;
  return !cell || (found.targets[i] === cell[0] && found.found[i] === cell[1]);
};

function Surface({ s, of, found }: Omit<Parts, "run">): JSX.Element {
  const { axes, classes } = found.data, unit = of.unit.value;
  const title = unit ? `What unit ${unit.unit} of ${unit.layer} gives` : classes.length ? "Decision surface and rows" : "Values and rows";
  return (
    <section class="card" aria-label="Surface">
      <div class="card-head">
        <h2>{title}</h2>
        {unit && <button type="button" class="small-button" onClick={() => (of.unit.value = null)}>the whole net</button>}
        <ul class="legend">{classes.slice(0, 10).map((name, k) => <li key={name}>{Sign({ s, k })} {name}</li>)}</ul>
      </div>
      <Place draw={(width) => <Painted s={s} of={of} found={found} side={Math.min(width, 640)} />} />
      <p class="soft small axes">→ {axes[0]} &nbsp; ↑ {axes[1]}. Area: how hard a row pulls on the weights, ‖∂ℓ/∂θ‖. The {found.data.hardest.length} hardest are numbered.</p>
    </section>
  );
}

/** The shape and colour of a class. */
export function Sign({ s, k }: { s: State; k: number }): JSX.Element {
  return (
    <span class="sign"><Canvas height={14} draw={(ink) => {
      const theme = s.look.value;
      shape(ink, k, 7, 7, 5);
      ink.fillStyle = classColour(k, theme, coloursOf(theme));
      ink.fill();
    }} /></span>
  );
}

function Painted({ s, of, found, side }: { s: State; of: Deciding; found: Decided; side: number }): JSX.Element {
  const frame: Frame = { width: side, height: side };
  const words = `Surface over ${found.data.axes.join(" and ")}, ${found.norms.length} rows`;
  return (
    <div class="painted" style={{ width: `${side}px`, height: `${side}px` }}
      onClick={(event: MouseEvent) => {
        const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
        of.point.value = nearest(found, event.clientX - box.left, event.clientY - box.top, frame, among(of, found));
      }}>
      <Canvas height={side} words={words} draw={(ink) => {
        const theme = s.look.value, colours = coloursOf(theme), unit = of.unit.value;
        const grid = found.layers.find(({ path }) => path === unit?.layer)?.units[unit?.unit ?? 0];
        ink.imageSmoothingEnabled = true;
        ink.imageSmoothingQuality = "high";
        ink.drawImage(grid ? signedOf(grid, theme, colours) : surfaceOf(found, theme, colours), 0, 0, side, side);
        if (!grid) drawBoundary(ink, found, frame, colours);
        drawPoints(ink, found, frame, among(of, found), of.point.value, theme, colours);
      }} />
    </div>
  );
}

function Confusion({ of, found }: { of: Deciding; found: Decided }): JSX.Element | null {
  const { classes, confusion } = found.data, cell = of.cell.value;
  if (classes.length < 2 || classes.length > 12) return null;
  const most = Math.max(1, ...confusion.flat());
  return (
    <section class="card" aria-label="Confusion matrix">
      <h2>Confusion matrix</h2>
      <div class="wide" tabIndex={0} role="region" aria-label="Confusion matrix">
        <table class="confusion">
          <thead><tr><td />{classes.map((name) => <th scope="col" key={name}>said {name}</th>)}</tr></thead>
          <tbody>
            {classes.map((name, i) => (
              <tr key={name}>
                <th scope="row">is {name}</th>
                {classes.map((said, j) => {
                  const count = confusion[i]?.[j] ?? 0, on = cell?.[0] === i && cell[1] === j;
                  return (
                    <td key={said}>
                      <button type="button" aria-pressed={on} aria-label={`is ${name}, said ${said}: ${count}`}
                        class={i === j ? "right" : count ? "wrong" : "none"} style={{ "--share": String(Math.sqrt(count / most)) }}
                        onClick={() => (of.cell.value = on ? null : [i, j])}>{whole(count)}</button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft small">Over the rows that the run is judged by. A cell filters the rows in view.</p>
    </section>
  );
}

function Hardest({ s, run, of, found }: Parts): JSX.Element {
  const { classes, hardest } = found.data, shown = among(of, found);
  const name = (x: number): string => classes[x] ?? short(x, 3);
  const selected = of.point.value;
  const listed = hardest.map((i, rank) => ({ i, rank: String(rank + 1) })).filter(({ i }) => shown(i));
  if (selected !== null && !listed.some(({ i }) => i === selected)) listed.push({ i: selected, rank: "·" });
  const layer = of.unit.value?.layer ?? found.layers[0]?.path, unit = of.unit.value?.unit ?? 0;
  const at = found.data.step === null ? "" : `&step=${found.data.step}`;
  void s.look.value;
  return (
    <section class="card" aria-label="Hardest rows">
      <h2>Hardest rows</h2>
      <table class="hardest">
        <thead><tr><th scope="col">#</th><th scope="col">row</th><th scope="col">is</th><th scope="col">said</th><th scope="col">‖∂ℓ/∂θ‖</th></tr></thead>
        <tbody>
          {listed.map(({ i, rank }) => (
            <tr key={i} class={i === selected ? "selected" : ""}>
              <td>{rank}</td>
              <td><button type="button" class="link number" aria-pressed={i === selected} onClick={() => (of.point.value = i === selected ? null : i)}>{whole(found.rows[i]!)}</button></td>
              <td>{name(found.targets[i]!)}</td>
              <td>{name(found.found[i]!)}</td>
              <td class="number backward">{fixed(found.norms[i]!)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {selected !== null && layer && (
        <p class="small"><a href={`/api/runs/${run.id}/circuit?layer=${encodeURIComponent(layer)}&unit=${unit}&row=${found.rows[selected]}${at}`} target="_blank" rel="noopener">
          Circuit of unit {unit} of {layer} on row {whole(found.rows[selected]!)}</a></p>
      )}
    </section>
  );
}
