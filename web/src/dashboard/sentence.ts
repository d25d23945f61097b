// What the map says, in one sentence of words.
import { percent, short } from "./figures";
import type { Recorded } from "./run";
import type { Row, Rows } from "./rows";
import { verdictOf, type Band } from "./scale";
import { BLANK, type Heat } from "./series";

/** State the finding at a step: from the first layer to the last, and what it has come to. */
export function sentence(run: Recorded, { rows }: Rows, step: number, band: Band): string {
  const map = run.maps.get("rms");
  const outcome = outcomeOf(run, step);
  if (!map?.count || rows.length < 1) return outcome;
  const column = map.column(step);
  const bad = notFinite(map, rows, column);
  if (bad) return `${bad} ${outcome}`.trim();
  const known = rows.filter((row) => map.get(row.members[0]!, column) !== BLANK);
  if (known.length < 2) return outcome;
  const first = map.get(known[0]!.members[0]!, column), last = map.get(known.at(-1)!.members[0]!, column);
  return `${spread(first, last, known.length, band)} ${outcome}`.trim();
}

function spread(first: number, last: number, count: number, band: Band): string {
  const ends = `First layer ${short(first)}, last ${short(last)}`;
  const factor = last / first;
  const usual = [first, last].every((x) => verdictOf(x, band) === "healthy");
  if (!first) return `${ends}: no gradient reaches the first layer.`;
  if (factor >= 2) return `${ends}: a factor of ${short(factor)} lost over ${count} layers.`;
  if (factor <= 0.5) return `${ends}: grown by a factor of ${short(1 / factor)} over ${count} layers.`;
  return `${ends}: ${usual ? "the gradient arrives whole" : "of like size"} over ${count} layers.`;
}

function notFinite(map: Heat, rows: readonly Row[], column: number): string {
  const bad = rows.filter(({ members }) => members.some((m) => !Number.isFinite(map.get(m, column))));
  if (!bad.length) return "";
  let since = column;
  const member = bad[0]!.members.find((m) => !Number.isFinite(map.get(m, column)))!;
  while (since > 0 && !Number.isFinite(map.get(member, since - 1))) since--;
  const where = bad.length === rows.length ? "every layer" : bad.length === 1 ? bad[0]!.label : `${bad.length} of ${rows.length} layers`;
  return `Non-finite gradients in ${where} since step ${map.steps[since]}.`;
}

function outcomeOf(run: Recorded, step: number): string {
  const loss = run.at("loss", step);
  if (loss === null) return "";
  const accuracy = run.at("val_accuracy", step) ?? run.at("accuracy", step);
  return accuracy === null ? `Loss ${short(loss, 3)}.` : `Loss ${short(loss, 3)}, accuracy ${percent(accuracy)}.`;
}
