// The way to the server: everything that the page asks for goes through here.
import { STATS, type Control, type Details, type Findings, type Histograms, type MapData, type Points, type RunEvent, type Runs, type SeriesData, type Stat } from "./records";

const LONGEST = 6000; // characters of names in one address

/** What a stream tells its reader. */
export interface Listener {
  points(points: Points): void;
  event(event: RunEvent): void;
  findings(findings: Findings): void;
  state(state: string): void;
  reset(): void;
  open(): void;
  lost(): void;
}

export interface Api {
  runs(): Promise<Runs>;
  details(id: string): Promise<Details>;
  series(id: string, names: readonly string[], columns?: number): Promise<Record<string, SeriesData>>;
  map(id: string, stat: Stat, columns?: number): Promise<MapData>;
  histograms(id: string, names: readonly string[], step: number | null): Promise<Histograms>;
  events(id: string): Promise<RunEvent[]>;
  snapshots(id: string): Promise<number[]>;
  findings(id: string): Promise<Findings>;
  decision(id: string, step: number | null, axes: readonly [number, number]): Promise<unknown>;
  control(id: string, command: Record<string, unknown>): Promise<Control>;
  /** Listen from a place on; the function that is returned ends it. */
  stream(id: string, since: string, listener: Listener): () => void;
}

/** An answer that is an error, in the server's words. */
export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly hint: string) {
    super(message);
  }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, { credentials: "same-origin", ...init });
  const answer = (await response.json().catch(() => ({}))) as { error?: string; hint?: string };
  if (!response.ok) throw new Refused(response.status, answer.error ?? response.statusText, answer.hint ?? "");
  return answer as T;
}

const query = (name: string, values: readonly string[]): string =>
  values.map((value) => `${name}=${encodeURIComponent(value)}`).join("&");

/** Split names so that no address is too long. */
export function portions(names: readonly string[], longest = LONGEST): string[][] {
  const made: string[][] = [];
  let room = 0;
  for (const name of names) {
    const size = encodeURIComponent(name).length + 7;
    if (!made.length || size > room) {
      made.push([]);
      room = longest;
    }
    made.at(-1)!.push(name);
    room -= size;
  }
  return made;
}

const run = (id: string, what = ""): string => `/api/runs/${encodeURIComponent(id)}${what}`;

export const server: Api = {
  runs: () => ask("/api/runs"),
  details: (id) => ask(run(id)),
  series: async (id, names, columns = 2000) => {
    const parts = await Promise.all(portions(names).map((some) =>
      ask<{ series: Record<string, SeriesData> }>(run(id, `/series?${query("names", some)}&columns=${columns}`))));
    return Object.assign({}, ...parts.map((part) => part.series)) as Record<string, SeriesData>;
  },
  map: (id, stat, columns = 2000) => ask(run(id, `/map?stat=${stat}&columns=${columns}`)),
  histograms: async (id, names, step) => {
    const until = step === null ? "" : `&step=${step}`;
    const parts = await Promise.all(portions(names).map((some) =>
      ask<Histograms>(run(id, `/histograms?${query("names", some)}${until}`))));
    const edges = parts[0]?.edges ?? [];
    return { edges, histograms: Object.assign({}, ...parts.map((part) => part.histograms)) };
  },
  events: async (id) => (await ask<{ events: RunEvent[] }>(run(id, "/events"))).events,
  snapshots: async (id) => (await ask<{ steps: number[] }>(run(id, "/snapshots"))).steps,
  findings: (id) => ask(run(id, "/findings")),
  decision: (id, step, axes) => ask(run(id, `/decision?axes=${axes[0]}&axes=${axes[1]}${step === null ? "" : `&step=${step}`}`)),
  control: (id, command) =>
    ask(run(id, "/control"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(command),
    }),
  stream: listen,
};

const AGAIN = 2000; // ms between attempts once the browser has given up

/** Listen to a run; what was seen last is kept, so that nothing is lost when the server restarts. */
function listen(id: string, since: string, listener: Listener): () => void {
  let place = since, timer = 0, source: EventSource;
  const wanted = query("maps", STATS);
  const on = (kind: string, take: (data: never) => void): void =>
    source.addEventListener(kind, (message) => {
      const { data, lastEventId } = message as MessageEvent<string>;
      place = lastEventId || place;
      take(JSON.parse(data) as never);
    });
  const open = (): void => {
    source = new EventSource(run(id, `/stream?${wanted}&findings=1&since=${place}`));
    source.onopen = () => listener.open();
    source.onerror = () => {
      listener.lost();
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(open, AGAIN);
    };
    on("points", (points: Points) => listener.points(points));
    on("findings", (found: Findings) => listener.findings(found));
    on("event", (event: RunEvent) => listener.event(event));
    on("state", (told: { state: string }) => listener.state(told.state));
    on("reset", () => listener.reset());
    on("gone", () => source.close());
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
