// What is wrong with the run, in the doctor's words: where, since when, what to do, and who says so.
import { Fragment, h, type JSX } from "preact";
import { Live } from "./live";
import { numberOf } from "./records";
import { short, whole } from "./figures";
import type { Recorded } from "./run";
import { goTo, type State } from "./state";

export function FindingsCard({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <Live draw={() => {
      const known = run.findings.value;
      if (!known) return null;
      const { findings, looked } = known;
      return (
        <section class="card findings" aria-label="Findings">
          {findings.length
            ? <h2>{findings.length} finding{findings.length > 1 ? "s" : ""}, likely causes first</h2>
            : <p><b>No findings.</b> <span class="soft">{looked.length ? `${looked.length} rules were asked; none has anything to say.` : "No rules were asked."}</span></p>}
          {findings.length > 0 && <ol>
            {findings.map((found) => (
              <li key={found.rule}>
                <p><b>{found.rule}</b>
                  {found.where && <span class="soft"> · {found.where}</span>}
                  {found.step > 0 && <> · <button type="button" class="link" onClick={() => goTo(s, found.step)}>step {whole(found.step)}</button></>}
                  <span class="soft number small"> {limits(numberOf(found.number), numberOf(found.threshold))}</span>
                </p>
                <p>{found.text}</p>
                <p class="remedy"><b>Try:</b> {found.remedy}</p>
                <p class="soft small">{found.source}</p>
              </li>
            ))}
          </ol>}
        </section>
      );
    }} />
  );
}

const limits = (number: number | null, threshold: number | null): string =>
  number === null || threshold === null ? "" : `${short(number)} against ${short(threshold)}`;

const LINES = 200;

/** What happened, newest first. */
export function Console({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <Live draw={() => {
      const events = run.events.value.filter(({ kind }) => kind !== "snapshot").slice(-LINES).reverse();
      const begun = run.events.value[0]?.time ?? 0;
      return (
        <section class="card console" aria-label="Events">
          <h2>Events</h2>
          <ol tabIndex={0} aria-label="Newest first">
            {events.map(({ id, kind, step, time, data }) => (
              <li key={id}>
                <span class="soft number">{(time - begun).toFixed(1).padStart(7)} s</span>
                <button type="button" class="link number" onClick={() => goTo(s, step)}>step {whole(step)}</button>
                <span class={`kind ${kind}`}>{kind}</span>
                <span class="said">{saidBy(kind, data)}</span>
              </li>
            ))}
          </ol>
        </section>
      );
    }} />
  );
}

function saidBy(kind: string, data: Record<string, unknown>): string {
  if (kind === "start" || kind === "resume") {
    return [data["loss"], data["optimizer"], data["rows"] && `${whole(Number(data["rows"]))} rows`].filter(Boolean).join(" · ");
  }
  if (typeof data["message"] === "string") return data["message"];
  if (typeof data["text"] === "string") return data["text"];
  const skipped = new Set(["file", "blame"]);
  return Object.entries(data)
    .filter(([name, value]) => !skipped.has(name) && value !== null && typeof value !== "object")
    .map(([name, value]) => `${name.replace(/_/g, " ")} ${typeof value === "number" ? short(value, 3) : String(value)}`)
    .join(" · ");
}
