// The network as numbers: what the pictures show at this step, and the map at some of its steps.
import { h, type JSX } from "preact";
import { idleTitle, valueOf } from "./columns";
import { percent, short, whole } from "./figures";
import type { Recorded } from "./run";
import { worst } from "./rows";
import { verdictOf } from "./scale";
import { BLANK } from "./series";
import { toggleBox, type State } from "./state";

const SAMPLES = 8; // columns of the map

const said = (x: number): string => (x === BLANK ? "" : short(x));
const share = (x: number): string => (x === BLANK ? "" : percent(x));

export function Twin({ s, run }: { s: State; run: Recorded }): JSX.Element {
  const { rows, brackets } = s.rows.value, map = run.maps.get("rms")!, step = s.step.value;
  const column = map.column(step), samples = samplesOf(map.count, column);
  return (
    <div class="twin" tabIndex={0} role="region" aria-label="Network as a table">
      {brackets.length > 0 && (
        <p class="boxes">{brackets.map(({ path, label, closed }) => (
          <button type="button" class="small-button" key={path} aria-pressed={closed} onClick={() => toggleBox(s, path)}>{closed ? "open" : "close"} {label}</button>
        ))}</p>
      )}
      <table>
        <caption>At step {whole(map.steps[Math.max(column, 0)] ?? 0)}, then the gradient at other steps</caption>
        <thead>
          <tr>
            <th scope="col">layer</th><th scope="col">activations</th><th scope="col">gradient rms</th><th scope="col">is</th>
            <th scope="col">update ÷ weight</th><th scope="col">{idleTitle(s.rows.value)}</th>
            {samples.map((c) => <th scope="col" key={c} class="number">{whole(map.steps[c]!)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const member = worst(row, map, column, s.scale.value.low, s.scale.value.high), x = map.get(member, column);
            return (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td class="number">{said(valueOf(run.maps.get("std"), row.activation, step))}</td>
                <td class="number">{said(x)}</td>
                <td class={`is ${verdictOf(x, s.scale.value).replace(" ", "-")}`}>{verdictOf(x, s.scale.value)}</td>
                <td class="number">{said(valueOf(run.maps.get("ratio"), map.names[member] ?? null, step))}</td>
                <td class="number">{share(valueOf(run.maps.get(row.idle), row.activation, step))}</td>
                {samples.map((c) => <td class="number" key={c}>{said(map.get(member, c))}</td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Some columns from the first to the last, without the one that is shown anyway. */
function samplesOf(count: number, column: number): number[] {
  const wanted = Array.from({ length: SAMPLES }, (_, i) => Math.round((i * (count - 1)) / (SAMPLES - 1)));
  return [...new Set(wanted)].filter((c) => c >= 0 && c < count && c !== column);
}
