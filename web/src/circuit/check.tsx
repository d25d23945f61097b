// The gradient check: backprop beside finite differences.
import { h, type JSX } from "preact";
import { name } from "./maths";
import { errorText, exact, fixed } from "./numbers";
import type { CheckRow } from "./records";
import type { State } from "./state";
import { Maths, plainName } from "./text";

export function Check({ s }: { s: State }): JSX.Element | null {
  const rows = s.check.value;
  if (!rows) return null;
  const made = s.edits.value.size > 0;
  return (
    <section class="card check">
      <h2>Gradient check</h2>
      <div class="wide" tabIndex={0} role="group" aria-label="Gradient check">
        <table>
          <thead>
            <tr>
              <th scope="col">input</th><th scope="col">value</th><th scope="col">backprop</th>
              <th scope="col">finite diff.</th><th scope="col">rel. error</th>
              <th scope="col"><span class="hidden">verdict</span></th>
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.input} row={row} made={made} />)}</tbody>
        </table>
      </div>
      {made && <p class="soft made">computed here, by central differences</p>}
    </section>
  );
}

const MARKS: Record<string, string> = { kink: "kink", edge: "edge", doubtful: "✗ doubtful", wrong: "✗ wrong" };

function Row({ row, made }: { row: CheckRow; made: boolean }): JSX.Element {
  const cell = (x: number | null, write: (x: number) => string): string => (x === null ? "" : write(x));
  const difference = Number.isNaN(row.difference) ? null : row.difference; // what was not compared is blank
  const error = difference === null ? null : row.error;
  const mark = made ? " made" : "";
  return (
    <tr>
      <th scope="row"><Input text={row.input} /></th>
      <td class="number forward">{cell(row.value, fixed)}</td>
      <td class={`number backward${mark}`}>{cell(row.backprop, exact)}</td>
      <td class={`number${mark}`}>{cell(difference, exact)}</td>
      <td class={`number${mark}`}>{cell(error, errorText)}</td>
      <td class={`verdict ${row.ok ? "ok" : "bad"}`}>
        {row.verdict && (MARKS[row.verdict] ?? <span title={row.verdict}>✓<span class="hidden"> {row.verdict}</span></span>)}
      </td>
    </tr>
  );
}

/** `W[0, 1]` is an entry, `W ~` the slope along a random direction. */
function Input({ text }: { text: string }): JSX.Element {
  const [, label = text, index = "", random = ""] = /^(\w+)(\[.*\])?( ~)?$/.exec(text) ?? [];
  return (
    <span>
      <span class="hidden">{plainName(label)}</span>
      <span aria-hidden="true"><Maths inner={name(label)} /></span>
      {index}
      {random && <span class="soft"> random</span>}
    </span>
  );
}
