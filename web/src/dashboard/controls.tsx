// What can be done to a run that is trained in the server's own process.
import { h, type JSX } from "preact";
import { numberOf } from "./records";
import { Live } from "./live";
import type { Recorded } from "./run";
import type { State } from "./state";

export async function command(s: State, run: Recorded, asked: Record<string, unknown>): Promise<void> {
  try {
    run.control.value = await s.api.control(run.id, asked);
    s.said.value = "";
  } catch (error) {
    s.said.value = (error as Error).message;
  }
}

export const controlled = (run: Recorded): boolean => run.control.value !== null && run.state.value === "running";

export function Controls({ s, run }: { s: State; run: Recorded }): JSX.Element {
  return (
    <Live draw={() => {
      const control = run.control.value;
      if (!control || !controlled(run)) return null;
      const does = (asked: Record<string, unknown>) => () => void command(s, run, asked);
      return (
        <section class="controls" aria-label="Controls">
          <button type="button" onClick={does({ do: control.paused ? "go" : "pause" })}>{control.paused ? "Go on" : "Pause"}</button>
          <button type="button" onClick={does({ do: "step" })}>One step</button>
          <form onSubmit={(event: Event) => {
            event.preventDefault();
            const field = (event.target as HTMLFormElement).elements.namedItem("rate") as HTMLInputElement;
            void command(s, run, { do: "rate", rate: Number(field.value.replace(",", ".")) });
          }}>
            <label>Learning rate <input class="number" name="rate" inputMode="decimal" size={9} key={String(control.rate)}
              defaultValue={String(numberOf(control.rate) ?? "")} /></label>
            <button type="submit">Set</button>
          </form>
          <button type="button" disabled={control.stopping} onClick={does({ do: "stop" })}>{control.stopping ? "Stopping…" : "Stop and keep"}</button>
        </section>
      );
    }} />
  );
}
