// The columns of the network table: modules, names, bars, dots and histograms of one step.
import { font, type Colours } from "./ink";
import type { Ink } from "./live";
import type { Column, Kind, Plan } from "./plan";
import type { Recorded } from "./run";
import { worst, type Row, type Rows } from "./rows";
import { colours as scaleOf, css, shade, type Band, type Theme } from "./scale";
import { BLANK, type Heat } from "./series";

export interface Drawing {
  ink: Ink;
  plan: Plan;
  rows: Rows;
  run: Recorded;
  step: number;
  band: Band;
  theme: Theme;
  colours: Colours;
}

export const TITLES: Record<Kind, string> = {
  modules: "modules", name: "", std: "activations", rms: "gradient rms", ratio: "update ÷ weight",
  idle: "", histogram: "log₁₀|∂L/∂W|",
};
const AXES: Partial<Record<Kind, [from: number, to: number]>> = { // powers of ten
  std: [-3, 1], rms: [-11, 2], ratio: [-7, 0], histogram: [-7.5, 2.5],
};
const LABELS: Partial<Record<Kind, [power: number, text: string][]>> = {
  std: [[-3, "1e−3"], [1, "10"]],
  rms: [[-9, "1e−9"], [-4, "1e−4"], [1, "10"]],
  ratio: [[-6, "1e−6"], [-3, "1e−3"], [0, "1"]],
  histogram: [[-6, "−6"], [-3, "−3"], [0, "0"]],
};
const GOOD = [-3.3, -2.7] as const, OUTSIDE = [-4, -2] as const; // powers of ten around 1e-3
const LOWEST = -24, SIDE = 33; // powers of two of the histogram's bins, bins of each sign
const SCALES = { light: scaleOf("light"), dark: scaleOf("dark") };

const along = (kind: Kind, power: number, { x, width }: Column): number => {
  const [from, to] = AXES[kind] ?? [0, 1];
  return x + width * Math.max(0, Math.min(1, (power - from) / (to - from)));
};

export function drawTable(d: Drawing): void {
  for (const column of d.plan.columns) {
    head(d, column);
    DRAW[column.kind](d, column);
  }
}

/** What units that do too little are called in this net. */
export function idleTitle({ rows }: Rows): string {
  const kinds = new Set(rows.filter((row) => row.activates).map((row) => row.idle));
  return kinds.size > 1 ? "dead, satur." : kinds.has("saturated") ? "saturated" : "dead units";
}

function head({ ink, plan, rows, colours }: Drawing, column: Column): void {
  const { kind, x, width } = column;
  ink.textBaseline = "alphabetic";
  ink.textAlign = "left";
  ink.fillStyle = colours["ink"]!;
  ink.font = font(colours, 12, "sans", 600);
  ink.fillText(kind === "idle" ? idleTitle(rows) : TITLES[kind], x, 14);
  ink.font = font(colours, 11, "mono");
  ink.fillStyle = colours["secondary"]!;
  if (kind === "idle") {
    ink.fillText("0", x, 34);
    ink.textAlign = "right";
    ink.fillText("100 %", x + width, 34);
  }
  for (const [power, text] of LABELS[kind] ?? []) {
    const at = along(kind, power, column);
    ink.textAlign = at <= x + 1 ? "left" : at >= x + width - 1 ? "right" : "center";
    ink.fillText(text, at, 34);
  }
  if (kind === "ratio") {
    ink.fillStyle = colours["faint"]!;
    const left = along(kind, GOOD[0], column);
    ink.fillRect(left, plan.top - 6, along(kind, GOOD[1], column) - left, plan.bottom - plan.top + 12);
  }
}

type Draw = (d: Drawing, column: Column) => void;

/** Draw a mark for each row from its number; where there is none, nothing. */
function eachRow(d: Drawing, value: (row: Row, member: number) => number, mark: (y: number, x: number, row: Row) => void): void {
  const map = d.run.maps.get("rms"), column = map?.column(d.step) ?? -1;
  d.rows.rows.forEach((row, i) => {
    const member = row.members.length > 1 && map ? worst(row, map, column, d.band.low, d.band.high) : row.members[0]!;
    const x = value(row, member);
    if (x !== BLANK) mark(d.plan.top + i * d.plan.row, x, row);
  });
}

/** The number of another map for a row: found by the name of its parameter or of its output. */
export function valueOf(other: Heat | undefined, name: string | null, step: number): number {
  if (!other || name === null) return BLANK;
  return other.get(other.row.get(name) ?? -1, other.column(step));
}

const parameter = (run: Recorded, member: number): string => run.maps.get("rms")?.names[member] ?? "";

function bar(ink: Ink, x: number, y: number, width: number, height: number, fill: string, edge: string | null = null): void {
  ink.beginPath();
  ink.roundRect(x, y, Math.max(width, 1.5), height, Math.min(2.5, height / 2));
  ink.fillStyle = fill;
  ink.fill();
  if (edge) {
    ink.strokeStyle = edge;
    ink.lineWidth = 0.75;
    ink.stroke();
  }
}

const thick = (plan: Plan): number => Math.max(6, Math.min(12, plan.row - 5));

const DRAW: Record<Kind, Draw> = {
  modules: (d, column) => {
    const { ink, plan, colours } = d;
    for (const box of d.rows.brackets.filter(({ depth }) => depth < 2)) {
      const x = column.x + 44 * box.depth, y = plan.top + box.first * plan.row, height = (box.last - box.first + 1) * plan.row;
      const width = column.x + column.width - x;
      ink.beginPath();
      ink.roundRect(x + 0.5, y + 0.5, width, height - 2, Math.min(6, height / 2));
      ink.fillStyle = colours["card"]!;
      ink.strokeStyle = colours[box.closed ? "secondary" : "hairline"]!;
      ink.lineWidth = 1;
      ink.fill();
      ink.stroke();
      ink.fillStyle = colours["ink"]!;
      ink.font = font(colours, 11);
      ink.textAlign = "left";
      ink.textBaseline = "middle";
      const label = `${box.closed ? "▸ " : ""}${box.label}`;
      ink.fillText(fitted(ink, label, width - 10), x + 6, y + Math.min(height / 2, plan.row / 2 + 6));
    }
  },
  name: (d, column) => {
    const { ink, plan, colours } = d;
    ink.font = font(colours, plan.row < 14 ? 11 : 12);
    ink.fillStyle = colours["secondary"]!;
    ink.textAlign = "right";
    ink.textBaseline = "middle";
    d.rows.rows.forEach((row, i) => {
      const text = row.members.length > 1 ? `${row.label} ×${row.members.length}` : row.label;
      ink.fillText(fitted(ink, text, column.width), column.x + column.width, plan.top + (i + 0.5) * plan.row + 0.5);
    });
  },
  std: (d, column) => {
    const height = thick(d.plan), off = (d.plan.row - height) / 2, other = d.run.maps.get("std");
    d.ink.globalAlpha = 0.85;
    eachRow(d, (row) => valueOf(other, row.activation, d.step), (y, x) => {
      if (Number.isFinite(x) && x > 0) bar(d.ink, column.x, y + off, along("std", Math.log10(x), column) - column.x, height, d.colours["forward"]!);
    });
    d.ink.globalAlpha = 1;
  },
  rms: (d, column) => {
    const height = thick(d.plan), off = (d.plan.row - height) / 2, map = d.run.maps.get("rms");
    const at = map?.column(d.step) ?? -1, scale = SCALES[d.theme];
    eachRow(d, (_, member) => map?.get(member, at) ?? BLANK, (y, x) => {
      if (!Number.isFinite(x)) bar(d.ink, column.x, y + off, column.width, height, d.colours["faint"]!, d.colours["secondary"]!);
      else {
        const power = Math.log10(x);
        const edge = shade(power, d.band) === 256 ? d.colours["hairline"]! : null;
        bar(d.ink, column.x, y + off, Math.max(3, along("rms", power, column) - column.x), height, css(scale[shade(power, d.band)]!), edge);
      }
    });
  },
  ratio: (d, column) => {
    const { ink, colours, plan } = d, other = d.run.maps.get("ratio");
    const radius = Math.max(2.6, Math.min(4, plan.row / 4));
    eachRow(d, (_, member) => valueOf(other, parameter(d.run, member), d.step), (y, x) => {
      if (!Number.isFinite(x)) return;
      const power = Math.log10(x), inside = power >= OUTSIDE[0] && power <= OUTSIDE[1];
      ink.beginPath();
      ink.arc(along("ratio", power, column), y + plan.row / 2, radius, 0, 7);
      ink.fillStyle = colours[inside ? "ink" : "background"]!;
      ink.strokeStyle = colours["ink"]!;
      ink.lineWidth = 1.4;
      ink.fill();
      ink.stroke();
    });
  },
  idle: (d, column) => {
    const height = thick(d.plan), off = (d.plan.row - height) / 2, { colours, run, step } = d;
    eachRow(d, (row) => valueOf(run.maps.get(row.idle), row.activation, step), (y, x, row) => {
      bar(d.ink, column.x, y + off, column.width, height, colours["faint"]!);
      const much = x > (row.idle === "dead" ? 0.4 : 0.6);
      if (x > 0) bar(d.ink, column.x, y + off, column.width * Math.min(x, 1), height, colours[much ? "ink" : "secondary"]!);
    });
  },
  histogram: (d, column) => {
    const { ink, plan, run, step, colours } = d;
    void run.counted.value;
    ink.textAlign = "left";
    eachRow(d, (_, member) => member, (y, member) => {
      const counts = run.histogram(parameter(run, member), step);
      if (counts) histogram(ink, counts, column, y + plan.row - 1, plan.row - 2, colours["backward"]!);
    });
  },
};

/** Both signs of a power of two in one bin. */
function histogram(ink: Ink, counts: Float64Array, column: Column, base: number, height: number, fill: string): void {
  const bins = new Float64Array(SIDE);
  let most = 0;
  for (let i = 0; i < SIDE; i++) {
    bins[i] = (counts[SIDE + 1 + i] ?? 0) + (counts[SIDE - 1 - i] ?? 0);
    most = Math.max(most, bins[i]!);
  }
  if (!most) return;
  ink.fillStyle = fill;
  for (let i = 0; i < SIDE; i++) {
    if (!bins[i]) continue;
    const left = along("histogram", (LOWEST + i) * Math.LOG10E * Math.LN2, column);
    const right = along("histogram", (LOWEST + i + 1) * Math.LOG10E * Math.LN2, column);
    const tall = Math.max(0.75, (bins[i]! / most) * height);
    ink.fillRect(left, base - tall, Math.max(1, right - left - 0.4), tall);
  }
}

/** A text that is cut where it is too long. */
export function fitted(ink: Ink, text: string, width: number): string {
  if (ink.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && ink.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length)}…`;
}
