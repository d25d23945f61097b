// The runs: which is shown, and which are compared.
import { h, type JSX } from "preact";
import { numberOf, type RunSummary } from "./records";
import { short, whole } from "./figures";
import { Live } from "./live";
import { choose, MOST_COMPARED, show, type State } from "./state";

const MOST = 200; // in view at once

export function List({ s }: { s: State }): JSX.Element {
  return (
    <nav class="runs" aria-label="Runs">
      <Live draw={() => Head({ s })} />
      <Live draw={() => Found({ s })} />
    </nav>
  );
}

function Head({ s }: { s: State }): JSX.Element {
  const count = s.runs.value.length, chosen = s.chosen.value.length;
  return (
    <div class="runs-head">
      <h2>Runs <span class="soft">{whole(count)}</span></h2>
      {count > 8 && (
        <input type="search" aria-label="Filter by name" placeholder="filter" value={s.filter.value}
          onInput={(event: Event) => (s.filter.value = (event.target as HTMLInputElement).value)} />
      )}
      <button type="button" disabled={chosen < 2 && s.view.value !== "compare"} aria-pressed={s.view.value === "compare"}
        onClick={() => (s.view.value = s.view.value === "compare" ? "run" : "compare")}>
        Compare{chosen ? ` ${chosen}` : ""}
      </button>
    </div>
  );
}

function Found({ s }: { s: State }): JSX.Element {
  const wanted = s.filter.value.trim().toLowerCase();
  const found = s.runs.value.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <ul>
      {found.slice(0, MOST).map((run) => Item({ s, run }))}
      {found.length > MOST && <li class="soft more">{whole(found.length - MOST)} more: filter by name</li>}
      {!found.length && <li class="soft more">{s.runs.value.length ? "None has such a name." : "No runs yet."}</li>}
    </ul>
  );
}

function Item({ s, run }: { s: State; run: RunSummary }): JSX.Element {
  const { id, name, state, steps } = run;
  const place = s.chosen.value.indexOf(id), full = place < 0 && s.chosen.value.length >= MOST_COMPARED;
  const here = s.shown.value === id && s.view.value !== "compare";
  const loss = numberOf(run.loss);
  return (
    <li key={id} class={here ? "here" : ""}>
      <label class="pick" title="Compare">
        <input type="checkbox" checked={place >= 0} disabled={full} aria-label={`Compare ${name}`}
          onChange={() => choose(s, id)} />
      </label>
      <button type="button" aria-current={here ? "true" : undefined} title={run.error ?? name}
        onClick={() => {
          show(s, id);
          if (s.view.value === "compare") s.view.value = "run";
        }}>
        <span class="name">{name}</span>
        <span class={`mark ${state}`}>{state}</span>
        <span class="soft number small">{run.error ? "" : `${whole(steps)} steps`}</span>
        <span class="soft number small">{loss === null ? "" : `loss ${short(loss, 3)}`}</span>
      </button>
    </li>
  );
}
