// The page: the runs, and what is known of the one that is shown.
import { h, type JSX } from "preact";
import { BlameCard } from "./blame";
import { Compare } from "./compare";
import { Controls } from "./controls";
import { Curves } from "./curves";
import { Decision } from "./decision";
import { Console, FindingsCard } from "./findings";
import { Header } from "./header";
import { Help } from "./keys";
import { List } from "./list";
import { Live } from "./live";
import { Network } from "./network";
import type { Recorded } from "./run";
import type { State } from "./state";

export function App({ s }: { s: State }): JSX.Element {
  return (
    <div class="frame">
      <List s={s} />
      <main>
        <Live draw={() => Link({ s })} />
        <Live draw={() => (s.said.value ? <p class="note" role="status">{s.said.value}</p> : null)} />
        <Live draw={() => Shown({ s })} />
      </main>
      <Live draw={() => Foot({ s })} />
    </div>
  );
}

/** Says so where the server does not answer. */
function Link({ s }: { s: State }): JSX.Element | null {
  if (s.answering.value) return null;
  return <p class="note lost" role="alert">{s.refused.value || "The server does not answer. The page shows what it has, and keeps asking."}</p>;
}

function Shown({ s }: { s: State }): JSX.Element {
  const run = s.run.value;
  if (s.view.value === "compare") return <Compare s={s} />;
  if (!run) return <p class="soft">{s.answering.value ? "There are no runs yet: train one, and it comes up here." : ""}</p>;
  return <RunView key={run.id + String(run.made)} s={s} run={run} />;
}

function RunView({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <article aria-label="Run">
      <Header s={s} run={run} />
      <Live draw={() => (run.error.value ? <p class="note lost" role="alert">{run.error.value}</p> : null)} />
      <Controls s={s} run={run} />
      <Live draw={() => Views({ s, run })} />
      <Live draw={() => (s.view.value === "decision" ? <Decision s={s} run={run} /> : <Parts s={s} run={run} />)} />
    </article>
  );
}

function Parts({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <div>
      <BlameCard run={run} />
      <FindingsCard s={s} run={run} />
      <Network s={s} run={run} />
      <Curves s={s} run={run} />
      <Console s={s} run={run} />
    </div>
  );
}

/** Which view of the run: what a net decides can be drawn for a table of two inputs and more. */
function Views({ s, run }: { s: State; run: Recorded }): JSX.Element | null {
  const known = run.details.value;
  if (!known || known.settings["kind"] !== "table" || (known.start.inputs?.columns ?? 0) < 2) return null;
  const here = s.view.value;
  return (
    <div class="views" role="group" aria-label="View">
      <button type="button" class="small-button" aria-pressed={here === "run"} onClick={() => (s.view.value = "run")}>Training</button>
      <button type="button" class="small-button" aria-pressed={here === "decision"} onClick={() => (s.view.value = "decision")}>Decision <kbd>x</kbd></button>
    </div>
  );
}

function Foot({ s }: { s: State }): JSX.Element {
  return (
    <footer class="foot">
      <button type="button" onClick={() => (s.theme.value = s.look.value === "dark" ? "light" : "dark")}>
        {s.look.value === "dark" ? "Light" : "Dark"} <kbd>d</kbd>
      </button>
      <button type="button" onClick={() => (s.help.value = true)}>Keys <kbd>?</kbd></button>
      <Help s={s} />
    </footer>
  );
}
