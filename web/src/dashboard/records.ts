// What the server says about runs, as it comes over the wire.

export type Stat = "rms" | "ratio" | "std" | "dead" | "saturated";
export const STATS: readonly Stat[] = ["rms", "ratio", "std", "dead", "saturated"];
export type RunState = "running" | "finished" | "stopped" | "diverged" | "damaged";
export type Settings = Record<string, unknown>;
type Loose = number | "nan" | "inf" | "-inf"; // JSON knows no NaN

/** An array as base64 of its little-endian bytes, row by row. */
export interface Packed {
  dtype: string;
  shape: number[];
  data: string;
}

export type Numbers = Float64Array | Float32Array | Uint8Array;

export function unpack({ dtype, data }: Packed): Numbers {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (dtype === "<f8") return new Float64Array(bytes.buffer);
  return dtype === "<f4" ? new Float32Array(bytes.buffer) : bytes;
}

export function numberOf(x: Loose | null | undefined): number | null {
  if (typeof x !== "string") return x ?? null;
  return x === "nan" ? NaN : x === "inf" ? Infinity : -Infinity;
}

export interface RunSummary {
  id: string;
  name: string;
  state: RunState;
  steps: number;
  loss: Loose | null;
  started: number | null;
  ended: number | null;
  settings: Settings;
  error: string | null;
}

export interface Runs {
  runs: RunSummary[];
  control: string | null;
}

export interface Start {
  model?: string;
  modules?: { path: string; class: string }[];
  parameters?: { name: string; shape: number[] }[];
  activations?: Record<string, string>;
  loss?: string;
  optimizer?: string;
  epochs?: number;
  batch?: number;
  rows?: number;
  steps_per_epoch?: number;
  classes?: number | null;
  inputs?: { columns?: number };
}

export interface Control {
  paused: boolean;
  stopping: boolean;
  rate: Loose | null;
}

export interface Details extends RunSummary {
  start: Start;
  names: string[];
  rows: Partial<Record<Stat, string[]>>;
  last_step: number;
  last_event: number;
  version: number;
  snapshots: number[];
  control: Control | null;
}

export interface SeriesData {
  steps: Packed;
  last: Packed;
  min?: Packed;
  max?: Packed;
}

export interface MapData {
  stat: Stat;
  names: string[];
  steps: Packed;
  values: Packed;
  blank: Packed | null;
}

export interface Histograms {
  edges: number[];
  histograms: Record<string, { steps: number[]; counts: Packed }>;
}

export interface RunEvent {
  id: number;
  kind: string;
  step: number;
  time: number;
  data: Record<string, unknown>;
}

export interface Finding {
  rule: string;
  where: string;
  step: number;
  number: Loose;
  threshold: Loose;
  text: string;
  source: string;
  remedy: string;
}

export interface Findings {
  findings: Finding[];
  looked: string[];
}

export interface Points {
  first: number; // what the reader has from this step on is replaced
  last_step: number;
  series: Record<string, SeriesData>;
  maps: Partial<Record<Stat, MapData>>;
}
