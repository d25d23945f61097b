// One run with its numbers: read at once, then kept up to date by the stream.
import { batch, signal } from "@preact/signals-core";
import { Refused, type Api } from "./api";
import { STATS, unpack, type Control, type Details, type Findings, type Points, type RunEvent, type RunState, type Stat } from "./records";
import { Heat, Series } from "./series";

export type Link = "reading" | "live" | "reconnecting" | "ended" | "unread";
const AFTER = 3000; // ms between two looks at what the stream does not bring
const KEPT = 400; // tensors whose histograms are kept for all steps

let count = 0; // of all that were read

export class Recorded {
  readonly details = signal<Details | null>(null);
  readonly state = signal<RunState>("running");
  readonly link = signal<Link>("reading");
  readonly error = signal("");
  readonly events = signal<RunEvent[]>([]);
  readonly findings = signal<Findings | null>(null);
  readonly snapshots = signal<number[]>([]);
  readonly control = signal<Control | null>(null);
  readonly changed = signal(0); // rises whenever numbers have come
  readonly counted = signal(0); // rises whenever histograms have come
  readonly series = new Map<string, Series>();
  readonly maps = new Map<Stat, Heat>();
  readonly histograms = new Map<string, { steps: number[]; counts: Float64Array[] }>();
  edges: number[] = [];
  readonly made = count++;
  lastStep = 0;
  private end = (): void => {};
  private timer = 0;
  private place = "";

  constructor(private readonly api: Api, readonly id: string) {}

  /** Read all there is, what is looked at first first; `watch` goes on listening. */
  async read(watch: boolean): Promise<void> {
    try {
      const details = await this.api.details(this.id);
      this.place = `${details.last_step}.${details.last_event}`;
      this.lastStep = details.last_step;
      const plain = details.names.filter((name) => !name.includes(":"));
      const [series] = await Promise.all([this.api.series(this.id, plain), this.readMap(details, "rms")]);
      for (const name in series) this.take(name).add(series[name]!);
      batch(() => {
        this.details.value = details;
        this.state.value = details.state;
        this.snapshots.value = details.snapshots;
        this.control.value = details.control;
        this.changed.value++;
      });
      const rest = STATS.filter((stat) => stat !== "rms").map((stat) => this.readMap(details, stat));
      await Promise.all([...rest, this.readEvents(), this.readFindings(), this.readHistograms(null)]);
      this.changed.value++;
      if (watch && details.state === "running") this.listen();
      else this.link.value = "ended";
    } catch (error) {
      this.fail(error);
    }
  }

  close(): void {
    this.end();
    clearInterval(this.timer);
    this.end = () => {};
  }

  /** The numbers under a name; made where there are none yet. */
  take(name: string): Series {
    const known = this.series.get(name);
    if (known) return known;
    const made = new Series();
    this.series.set(name, made);
    return made;
  }

  at(name: string, step: number): number | null {
    return this.series.get(name)?.at(step) ?? null;
  }

  /** The histogram of a gradient that was counted last at a step. */
  histogram(name: string, step: number): Float64Array | null {
    const known = this.histograms.get(`${name}@grad`);
    const place = known?.steps.findLastIndex((at) => at <= step) ?? -1;
    return place < 0 ? null : known!.counts[place]!;
  }

  private async readMap(details: Details, stat: Stat): Promise<void> {
    if (!details.rows[stat]?.length) return;
    const data = await this.api.map(this.id, stat);
    const map = new Heat(data.names);
    map.add(data);
    this.maps.set(stat, map);
  }

  private async readEvents(): Promise<void> {
    this.events.value = await this.api.events(this.id);
  }

  async readFindings(): Promise<void> {
    this.findings.value = await this.api.findings(this.id).catch(() => null);
  }

  private async readHistograms(step: number | null): Promise<void> {
    const names = (this.maps.get("rms")?.names ?? []).map((name) => `${name}@grad`);
    if (!names.length) return;
    const until = step ?? (names.length > KEPT ? this.lastStep : null);
    const { edges, histograms } = await this.api.histograms(this.id, names, until);
    this.edges = edges;
    for (const name in histograms) {
      const { steps, counts } = histograms[name]!;
      const all = unpack(counts) as Float64Array, width = edges.length;
      const rows = steps.map((_, i) => all.subarray(i * width, (i + 1) * width));
      const known = this.histograms.get(name);
      if (step === null || !known) this.histograms.set(name, { steps, counts: rows });
      else if (steps.length && steps.at(-1)! > (known.steps.at(-1) ?? -1)) {
        known.steps.push(steps.at(-1)!);
        known.counts.push(rows.at(-1)!);
      }
    }
    this.counted.value++;
  }

  private listen(): void {
    this.end = this.api.stream(this.id, this.place, {
      open: () => (this.link.value = "live"),
      lost: () => (this.link.value = this.state.value === "running" ? "reconnecting" : "ended"),
      points: (points) => this.grow(points),
      event: (event) => this.happen(event),
      findings: (found) => (this.findings.value = found),
      state: (state) => this.become(state as RunState),
      reset: () => void this.restart(),
    });
    this.timer = window.setInterval(() => void this.look(), AFTER);
  }

  private grow({ first, last_step, series, maps }: Points): void {
    let newMap = false;
    this.lastStep = Math.max(this.lastStep, last_step);
    for (const name in series) {
      this.take(name).cut(first);
      this.take(name).add(series[name]!);
    }
    for (const stat of STATS) {
      const data = maps[stat];
      if (!data?.names.length) continue;
      if (!this.maps.has(stat)) {
        this.maps.set(stat, new Heat(data.names));
        newMap = true;
      }
      this.maps.get(stat)!.cut(first);
      this.maps.get(stat)!.add(data);
    }
    this.changed.value++;
    if (newMap || !this.details.value?.start.parameters) void this.introduce();
  }

  /** Read again what a run says of itself: it may have had nothing to say at first. */
  private async introduce(): Promise<void> {
    this.details.value = await this.api.details(this.id).catch(() => this.details.value);
  }

  private happen(event: RunEvent): void {
    if (event.id <= (this.events.value.at(-1)?.id ?? 0)) return;
    this.events.value = [...this.events.value, event];
    if (event.kind === "snapshot") this.snapshots.value = [...new Set([...this.snapshots.value, event.step])];
    if (event.kind === "start" || event.kind === "resume") void this.introduce();
  }

  private become(state: RunState): void {
    batch(() => {
      this.state.value = state;
      this.link.value = state === "running" ? "live" : "ended";
    });
    if (state !== "running") {
      this.close();
      void this.look();
    }
  }

  private async restart(): Promise<void> {
    this.close();
    this.series.clear();
    this.maps.clear();
    this.histograms.clear();
    await this.read(true);
  }

  /** What the stream does not bring: histograms, how the run is controlled. */
  private async look(): Promise<void> {
    if (this.link.value === "reconnecting") return;
    const details = await this.api.details(this.id).catch(() => null);
    if (details) {
      this.control.value = details.control;
      this.snapshots.value = details.snapshots;
    }
    if (details?.state !== "running") await this.readFindings();
    await this.readHistograms(this.lastStep).catch(() => {});
  }

  private fail(error: unknown): void {
    const refused = error instanceof Refused ? [error.message, error.hint].filter(Boolean).join("; ") : "";
    batch(() => {
      this.error.value = refused || "The server does not answer.";
      this.link.value = "unread";
    });
  }
}
