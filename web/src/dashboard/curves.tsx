// Loss and metrics of one run.
import { h, type JSX } from "preact";
import { asLogarithm, Chart, type Curve } from "./chart";
import { short } from "./figures";
import { Live } from "./live";
import type { Recorded } from "./run";
import { Series } from "./series";
import { goTo, type State } from "./state";

const APART = new Set(["rate", "seconds", "cost", "memory"]);
const HEIGHT = 190;
const DASHED = [6, 3];

type Drawn = { name: string; role: string; dash: readonly number[] };

const LOSSES: Drawn[] = [
  { name: "loss", role: "ink", dash: [] },
  { name: "val_loss", role: "local", dash: DASHED },
];

/** What is measured beside the loss, with held-out rows as a dashed line in the colour of training. */
function metrics(run: Recorded): Drawn[] {
  const names = [...run.series.keys()].filter((name) => !APART.has(name) && !/(^|_)loss$/.test(name));
  const roles = ["local", "class-b", "forward", "ink"];
  const plain = [...new Set(names.map((name) => name.replace(/^val_/, "")))];
  return plain.flatMap((name, i) =>
    [name, `val_${name}`].filter((n) => names.includes(n)).map((n) => ({
      name: n, role: roles[i % roles.length]!, dash: n.startsWith("val_") ? DASHED : [],
    })));
}

export function Curves({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <Live draw={() => {
      const known = run.details.value !== null && (run.changed.value, true);
      const losses = LOSSES.filter(({ name }) => run.series.get(name)?.count);
      const others = known ? metrics(run) : [];
      return (
        <div class="cards curves">
          <Card s={s} run={run} title="Loss" drawn={losses} key={`loss ${losses.length}`} switches />
          {others.length > 0 && <Card s={s} run={run} title="Metrics" drawn={others} key={others.map((one) => one.name).join()} />}
        </div>
      );
    }} />
  );
}

function Card({ s, run, title, drawn, switches = false }: {
  s: State; run: Recorded; title: string; drawn: readonly Drawn[]; switches?: boolean;
}): JSX.Element {
  const curves = (): Curve[] => drawn.map(({ name, role, dash }) => ({
    series: run.series.get(name) ?? new Series(), dash, band: true, colour: (colours) => colours[role]!,
  }));
  const on = (): boolean => asLogarithm(s.logarithmic.value, drawn.flatMap(({ name }) => run.series.get(name) ?? []));
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        <Live draw={() => Legend({ s, run, drawn })} />
        {switches && <Live draw={() => (run.changed.value, Logarithm({ s, on: on() }))} />}
      </div>
      <Chart curves={curves} changed={() => run.changed.value} theme={() => s.look.value}
        logarithmic={() => switches && on()} step={() => (run.changed.value, s.cursor.value)}
        go={(step) => goTo(s, step)} last={() => run.lastStep} height={HEIGHT}
        words={`${title} over the steps: ${drawn.map(({ name }) => name).join(", ")}`} />
    </section>
  );
}

function Legend({ s, run, drawn }: { s: State; run: Recorded; drawn: readonly Drawn[] }): JSX.Element {
  run.changed.value;
  return (
    <ul class="legend">
      {drawn.map(({ name, role, dash }) => (
        <li key={name}>
          <svg width="20" height="8" aria-hidden="true">
            <path d="M0 4H20" class={role} stroke="currentColor" stroke-width="2" stroke-dasharray={dash.join(" ")} />
          </svg>
          {name} <span class="number">{short(run.at(name, s.step.value), 3)}</span>
        </li>
      ))}
    </ul>
  );
}

export function Logarithm({ s, on }: { s: State; on: boolean }): JSX.Element {
  return <button type="button" class="small-button" aria-pressed={on} title="Logarithmic axis (L)" onClick={() => (s.logarithmic.value = !on)}>log</button>;
}
