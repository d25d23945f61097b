// Who the run is and how it stands: state, step, time, speed, rate, and what the recording costs.
import { Fragment, h, type ComponentChild, type JSX } from "preact";
import { clock, short, whole } from "./figures";
import { Live } from "./live";
import type { Recorded } from "./run";
import { sentence } from "./sentence";
import type { State } from "./state";

export function Header({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <header class="top">
      <Live draw={() => {
        const details = run.details.value;
        return (
          <div class="title">
            <h1>{details?.name ?? "…"}</h1>
            {Standing({ run })}
            <span class="soft model">{modelText(run)}</span>
          </div>
        );
      }} />
      <Live draw={() => {
        run.changed.value;
        return <p class="finding" data-role="sentence">{run.details.value ? sentence(run, s.rows.value, s.step.value, s.scale.value) : ""}</p>;
      }} />
      <Live draw={() => Figures({ s, run })} />
    </header>
  );
}

const WORDS = { reading: "reading", live: "live", reconnecting: "reconnecting", ended: "", unread: "not readable" };

/** The state of the run, and whether the page still hears of it. */
function Standing({ run }: { run: Recorded }): JSX.Element {
  const state = run.state.value, link = run.link.value;
  const paused = run.control.value?.paused && state === "running";
  const word = link === "reading" || link === "unread" ? WORDS[link]
    : state === "running" ? (paused ? "paused" : WORDS[link] || state) : state;
  return <span class={`standing ${word.replace(" ", "-")}`} role="status" aria-label={`State: ${word}`}>{word}</span>;
}

function modelText(run: Recorded): string {
  const { parameters = [], optimizer } = run.details.value?.start ?? {};
  const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return count ? `${whole(count)} parameters · ${optimizer ?? ""}` : "";
}

function Figures({ s, run }: { s: State; run: Recorded }): JSX.Element {
  run.changed.value;
  const start = run.details.value?.start ?? {}, step = s.step.value, here = s.cursor.value !== null;
  const total = start.epochs && start.steps_per_epoch ? start.epochs * start.steps_per_epoch : null;
  const epoch = start.steps_per_epoch ? Math.min(Math.max(1, Math.ceil(step / start.steps_per_epoch)), start.epochs ?? Infinity) : null;
  const { elapsed, perSecond } = pace(run);
  const live = run.state.value === "running";
  const left = live && total && perSecond ? (total - run.lastStep) / perSecond : null;
  const cost = run.at("cost", step), memory = run.at("memory", step);
  const loss = run.at("loss", step);
  const items: [string, ComponentChild][] = [
    ["step", <>{whole(step)}{total ? <small> of {whole(total)}</small> : ""}</>],
    ["epoch", epoch ? <>{whole(epoch)}<small> of {whole(start.epochs ?? epoch)}</small></> : ""],
    ["loss", loss === null ? "" : short(loss, 3)],
    ["elapsed", clock(elapsed)],
    ["remaining", live ? clock(left) : ""],
    ["examples/s", perSecond && start.batch ? whole(perSecond * start.batch) : ""],
    ["learning rate", short(run.at("rate", step), 3)],
    ["memory", memory === null ? "" : `${short(memory / 2 ** 20, 3)} MB`],
    ["recording", cost === null ? "" : `${short(100 * cost)} %`],
  ];
  return (
    <dl class="figures" aria-label={here ? `At step ${step}` : "Now"}>
      {items.filter(([, value]) => value !== "").map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd class="number">{value}</dd></div>
      ))}
    </dl>
  );
}

/** Seconds so far, and updates a second of late. */
function pace(run: Recorded): { elapsed: number | null; perSecond: number | null } {
  const series = run.series.get("seconds");
  const ended = run.events.value.findLast(({ kind }) => kind === "end")?.data["seconds"];
  if (typeof ended === "number" && run.state.value !== "running") return { elapsed: ended, perSecond: ended > 0 ? run.lastStep / ended : null };
  if (!series?.count) return { elapsed: null, perSecond: null };
  const last = series.count - 1, begin = Math.max(0, last - 10);
  if (last < 2) return { elapsed: series.last[last]!, perSecond: null }; // compiling is no pace
  const seconds = series.last[last]! - (last ? series.last[begin]! : 0);
  const steps = series.steps[last]! - (last ? series.steps[begin]! : 0);
  return { elapsed: series.last[last]!, perSecond: seconds > 0 ? steps / seconds : null };
}
