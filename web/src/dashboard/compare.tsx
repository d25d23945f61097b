// Several runs side by side: curves over each other, maps under each other with one scale.
import { h, type JSX } from "preact";
import { asLogarithm, Chart, type Curve } from "./chart";
import { Logarithm } from "./curves";
import { differences } from "./differences";
import { short, ticksOf, whole } from "./figures";
import { coloursOf, DASHES, font, LINES } from "./ink";
import { Legend } from "./legend";
import { Canvas, Live, type Ink } from "./live";
import { drawPicture, picture, place, type Span } from "./painted";
import type { Recorded } from "./run";
import { rowsOf } from "./rows";
import { Series } from "./series";
import { choose, type State } from "./state";

const letter = (i: number): string => String.fromCharCode(65 + i);
const nameOf = (run: Recorded): string => run.details.value?.name ?? "…";
const APART = new Set(["loss", "rate", "seconds", "cost", "memory", "epoch_loss"]);

export function Compare({ s }: { s: State }): JSX.Element {
  return (
    <article aria-label="Comparison" class="compare">
      <h1>Comparison</h1>
      <Live draw={() => (s.compared.value.length
        ? Chips({ s })
        : <p class="soft">Tick up to eight runs in the list: their curves come over each other here, their maps under each other.</p>)} />
      <Live draw={() => (s.compared.value.length ? Overlaid({ s }) : null)} />
      <Live draw={() => (s.compared.value.length ? Differing({ s }) : null)} />
      <Live draw={() => (s.compared.value.length ? Stacked({ s }) : null)} />
    </article>
  );
}

function Chips({ s }: { s: State }): JSX.Element {
  const theme = s.look.value;
  return (
    <ul class="chips">
      {s.compared.value.map((run, i) => (
        <li key={run.id}>
          <svg width="28" height="8" aria-hidden="true">
            <path d="M0 4H28" fill="none" stroke={LINES[theme][i]} stroke-width="2.5" stroke-dasharray={DASHES[i]!.join(" ")} />
          </svg>
          <b>{letter(i)}</b> {nameOf(run)}
          <button type="button" class="link" aria-label={`Leave ${nameOf(run)} out`} onClick={() => choose(s, run.id)}>×</button>
        </li>
      ))}
    </ul>
  );
}

function changed(s: State): number {
  return s.compared.value.reduce((sum, run) => sum + run.changed.value, 0);
}

function Overlaid({ s }: { s: State }): JSX.Element {
  const runs = s.compared.value;
  changed(s);
  const names = [...new Set(runs.flatMap((run) => [...run.series.keys()]))].filter((name) => !APART.has(name));
  const metric = names.includes(s.metric.value) ? s.metric.value : (names.find((name) => name.startsWith("val_acc")) ?? names.find((name) => name.includes("acc")) ?? names[0]);
  return (
    <div class="cards curves" key={runs.map((run) => run.id).join()}>
      <Card s={s} title="Loss" name="loss" key="loss" />
      {metric && (
        <Card s={s} title={metric} name={metric} key={metric}>
          <label class="soft small">metric <select value={metric} onChange={(event: Event) => (s.metric.value = (event.target as HTMLSelectElement).value)}>
            {names.map((name) => <option key={name} value={name}>{name}</option>)}
          </select></label>
        </Card>
      )}
    </div>
  );
}

function Card({ s, title, name, children }: { s: State; title: string; name: string; children?: JSX.Element }): JSX.Element {
  const runs = s.compared.value;
  const curves = (): Curve[] => s.compared.value.map((run, i) => ({
    series: run.series.get(name) ?? new Series(), dash: DASHES[i]!, band: true, colour: (_, theme) => LINES[theme][i]!,
  }));
  const on = (): boolean => asLogarithm(s.logarithmic.value, s.compared.value.flatMap((run) => run.series.get("loss") ?? []));
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        <Live draw={() => {
          changed(s);
          return (
            <ul class="legend">
              {s.compared.value.map((run, i) => {
                const at = s.mark.value ?? run.lastStep;
                return <li key={run.id}><b>{letter(i)}</b> <span class="number">{short(run.at(name, at), 3)}</span></li>;
              })}
            </ul>
          );
        }} />
        {children}
        {name === "loss" && <Live draw={() => (changed(s), Logarithm({ s, on: on() }))} />}
      </div>
      <Chart curves={curves} changed={() => changed(s)} theme={() => s.look.value} logarithmic={() => name === "loss" && on()}
        step={() => s.mark.value} go={(step) => (s.mark.value = Math.round(step))} last={() => 0} height={240}
        words={`${title} of ${runs.map(nameOf).join(", ")}`} />
    </section>
  );
}

function Differing({ s }: { s: State }): JSX.Element {
  const known = s.compared.value.flatMap((run, i) => (run.details.value ? [{ run, i, details: run.details.value }] : []));
  const { rows, equal } = differences(known.map(({ details }) => details));
  changed(s);
  return (
    <section class="card" aria-label="Settings">
      <h2>Where they differ</h2>
      <div class="wide" tabIndex={0} role="region" aria-label="Differences in settings">
        <table>
          <thead><tr><th scope="col">setting</th>{known.map(({ run, i }) => <th scope="col" key={run.id}>{letter(i)} {nameOf(run)}</th>)}</tr></thead>
          <tbody>
            {rows.map(({ name, values }) => (
              <tr key={name}><th scope="row">{name.replace(/_/g, " ")}</th>{values.map((value, i) => <td key={i}>{value}</td>)}</tr>
            ))}
            <tr><th scope="row">steps</th>{known.map(({ run }) => <td class="number" key={run.id}>{whole(run.lastStep)}</td>)}</tr>
            <tr><th scope="row">last loss</th>{known.map(({ run }) => <td class="number" key={run.id}>{short(run.at("loss", run.lastStep), 3)}</td>)}</tr>
            <tr><th scope="row">found</th>{known.map(({ run }) => <td key={run.id}>{run.findings.value?.findings.map(({ rule }) => rule).join(", ") || "nothing"}</td>)}</tr>
          </tbody>
        </table>
      </div>
      <p class="soft small">{equal} equal settings are left out.</p>
    </section>
  );
}

const LABEL = 22, AXIS = 24;

function Stacked({ s }: { s: State }): JSX.Element {
  changed(s);
  const runs = s.compared.value.filter((run) => run.maps.get("rms")?.count);
  if (!runs.length) return <section class="card"><p class="soft">No gradients were recorded of these runs.</p></section>;
  const span: Span = {
    first: Math.min(...runs.map((run) => run.maps.get("rms")!.steps[0]!)),
    last: Math.max(...runs.map((run) => run.lastStep)),
  };
  return (
    <section class="card network" aria-label="Maps">
      <h2>Gradient size, every layer × step, one scale</h2>
      {runs.map((run) => {
        const count = run.maps.get("rms")!.names.length, height = Math.max(48, Math.min(180, 3 * count));
        return (
          <div key={run.id} class="surface">
            <Canvas height={LABEL + height} words={`Map of ${nameOf(run)}: ${spoken(s, run)}`}
              draw={(ink, width, _, scale) => drawOne(ink, s, run, span, width, height, scale)} />
          </div>
        );
      })}
      <div class="surface"><Canvas height={AXIS} draw={(ink, width) => axis(ink, s, span, width)} /></div>
      <Legend s={s} run={runs[0]!} table={false} />
    </section>
  );
}

/** What a map shows, for those who do not see it: its first and last layer at the end. */
function spoken(s: State, run: Recorded): string {
  const map = run.maps.get("rms")!, { rows } = weights(run), column = map.count - 1;
  void s.look.value;
  const [first, last] = [rows[0]!, rows.at(-1)!].map((row) => short(map.get(row.members[0]!, column)));
  return `first layer ${first}, last layer ${last} at step ${map.steps[column]}`;
}

const weights = (run: Recorded): ReturnType<typeof rowsOf> =>
  rowsOf(run.details.value?.start ?? {}, run.maps.get("rms")!.names, new Set(), new Set(), false);

function drawOne(ink: Ink, s: State, run: Recorded, span: Span, width: number, height: number, scale: number): void {
  void run.changed.value;
  const theme = s.look.value, colours = coloursOf(theme), map = run.maps.get("rms")!;
  ink.font = font(colours, 12, "sans", 600);
  ink.fillStyle = colours["ink"]!;
  ink.textBaseline = "middle";
  ink.fillText(`${letter(s.compared.value.indexOf(run))}  ${nameOf(run)}`, 0, LABEL / 2 + 2);
  const made = picture(map, weights(run).rows, span, Math.round(width * scale), s.scale.value, theme);
  const until = place(run.lastStep + 1, span, width);
  ink.save();
  ink.beginPath();
  ink.rect(0, LABEL, until, height);
  ink.clip();
  drawPicture(ink, made, 0, LABEL, width, height, scale, theme);
  ink.restore();
  ink.strokeStyle = colours["hairline"]!;
  ink.strokeRect(0.5, LABEL + 0.5, width - 1, height - 1);
  if (s.mark.value === null) return;
  ink.fillStyle = colours["ink"]!;
  ink.fillRect(place(s.mark.value, span, width), LABEL, 1.5, height);
}

function axis(ink: Ink, s: State, span: Span, width: number): void {
  const colours = coloursOf(s.look.value);
  ink.font = font(colours, 11, "mono");
  ink.fillStyle = colours["secondary"]!;
  for (const step of ticksOf(span.first, span.last, width / 100)) {
    const x = place(step, span, width);
    ink.textAlign = x > width - 30 ? "right" : x < 20 ? "left" : "center";
    ink.fillText(whole(step), x, 16);
  }
}
