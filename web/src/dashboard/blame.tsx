// The way of what is not finite: the first gate that made it, from what, and all that it reached.
import { h, type JSX } from "preact";
import { numberOf } from "./records";
import { short, whole } from "./figures";
import { Live } from "./live";
import type { Recorded } from "./run";

interface Operand {
  name: string;
  shape: number[];
  least: number | null;
  greatest: number | null;
  nan: number;
  inf: number;
}

interface Blame {
  kind: string;
  step: number;
  name: string;
  op: string;
  phase: string;
  elements: number;
  element: number[];
  result: Operand | null;
  operands: Operand[];
  source: { file: string; line: number; text: string } | null;
  rows: number[];
  batch: number;
  reached: string[];
  remedy: string;
  note: string;
}

const SHOWN = 8; // of what it reached, from each end

export function BlameCard({ run }: { run: Recorded }): JSX.Element {
  return (
    <Live draw={() => {
      const fault = run.events.value.findLast(({ kind }) => kind === "fault")?.data;
      if (!fault || run.state.value === "running") return null;
      const blame = fault["blame"] as Blame | undefined;
      return (
        <section class="card blame" aria-label="First value that is not finite">
          <h2>{blame ? `First value that is not finite: step ${whole(blame.step)}` : "The run broke off"}</h2>
          {blame ? <Told blame={blame} /> : <p>{String(fault["message"] ?? "")}</p>}
        </section>
      );
    }} />
  );
}

const NAMED: Record<string, string> = {
  x: "the inputs", y: "the targets", weight: "a weight", state: "the optimizer's state", constant: "a constant",
};

function Told({ blame }: { blame: Blame }): JSX.Element {
  const { operands, result, source, reached, rows, batch } = blame;
  const first = blame.kind === "gate" ? `${blame.op} in ${blame.name}` : `${NAMED[blame.kind] ?? blame.kind} ${blame.name}`;
  const path = reached.length <= 2 * SHOWN ? reached : [...reached.slice(0, SHOWN), `… ${reached.length - 2 * SHOWN} more …`, ...reached.slice(-SHOWN)];
  return (
    <div>
      <p class="path"><b>{first}</b>{path.map((name) => <span key={name}> → <span class="number">{name}</span></span>)}</p>
      <div class="wide" tabIndex={0} role="region" aria-label="Operands of the gate">
        <table>
          <thead><tr><th scope="col">{blame.phase || "array"}</th><th scope="col">shape</th><th scope="col">from</th><th scope="col">to</th><th scope="col">NaN</th><th scope="col">infinite</th></tr></thead>
          <tbody>
            {operands.map((one) => <Range key={one.name} one={one} word="takes" />)}
            {result && <Range one={result} word="makes" />}
          </tbody>
        </table>
      </div>
      {source && <p class="small"><span class="soft">{source.file}:{source.line}</span> <code>{source.text}</code></p>}
      {rows.length > 0 && <p class="small soft">{rows.length === batch ? `All ${batch} rows of the batch reach it.` : `Rows ${rows.slice(0, 20).join(", ")}${rows.length > 20 ? " …" : ""} of the data reach it.`}</p>}
      {blame.note && <p class="small soft">{blame.note}</p>}
      {blame.remedy && <p class="remedy"><b>Try:</b> {blame.remedy}</p>}
    </div>
  );
}

const limit = (x: number | null): string => short(numberOf(x as never));

function Range({ one, word }: { one: Operand; word: string }): JSX.Element {
  return (
    <tr>
      <th scope="row"><span class="soft">{word}</span> {one.name || "its result"}</th>
      <td class="number">{one.shape.join("×")}</td><td class="number">{limit(one.least)}</td><td class="number">{limit(one.greatest)}</td>
      <td class="number">{one.nan || ""}</td><td class="number">{one.inf || ""}</td>
    </tr>
  );
}
