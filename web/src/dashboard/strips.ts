// Loss and accuracy under the map, on its step axis, with the marks of snapshots.
import { short, ticksOf, whole } from "./figures";
import { font, type Colours } from "./ink";
import type { Ink } from "./live";
import { place, type Span } from "./painted";
import type { Recorded } from "./run";
import type { Series } from "./series";

export const STRIP = 40, AXIS = 30, SPACE = 10;

export interface Strip {
  label: string;
  series: Series;
  role: string;
}

/** What stands under the map: the loss, and how good the net is on rows. */
export function stripsOf(run: Recorded): Strip[] {
  const names = ["accuracy", "val_accuracy", "val_loss"].filter((name) => run.series.get(name)?.count);
  const made: Strip[] = [];
  const loss = run.series.get("loss");
  if (loss?.count) made.push({ label: "loss", series: loss, role: "ink" });
  if (names[0]) made.push({ label: names[0].replace("val_", "held-out "), series: run.series.get(names[0])!, role: "local" });
  return made;
}

export const heightOf = (strips: number): number => strips * (STRIP + SPACE) + SPACE + AXIS;

export function drawStrips(ink: Ink, strips: readonly Strip[], run: Recorded, span: Span, x: number, width: number, colours: Colours): void {
  strips.forEach((strip, i) => drawStrip(ink, strip, span, x, SPACE + i * (STRIP + SPACE), width, colours));
  axis(ink, run, span, x, strips.length * (STRIP + SPACE) + SPACE, width, colours);
}

function drawStrip(ink: Ink, { label, series, role }: Strip, span: Span, x: number, y: number, width: number, colours: Colours): void {
  const [low, high] = limits(series), room = high - low || 1;
  const height = (v: number): number => y + STRIP - 2 - ((v - low) / room) * (STRIP - 4);
  ink.textAlign = "right";
  ink.textBaseline = "middle";
  ink.font = font(colours, 12);
  ink.fillStyle = colours[role]!;
  ink.fillText(label, x - 10, y + STRIP / 2);
  ink.strokeStyle = ink.fillStyle;
  ink.lineJoin = "round";
  const bands = new Path2D(), line = new Path2D();
  let open = false;
  for (let i = 0; i < series.count; i++) {
    const at = x + place(series.steps[i]!, span, width), v = series.last[i]!;
    const least = series.min[i]!, most = series.max[i]!;
    if (Number.isFinite(least + most) && least < most) {
      bands.moveTo(at, height(least));
      bands.lineTo(at, height(most));
    }
    if (Number.isFinite(v)) open ? line.lineTo(at, height(v)) : line.moveTo(at, height(v));
    open = Number.isFinite(v);
  }
  ink.globalAlpha = 0.35;
  ink.lineWidth = 1;
  ink.stroke(bands);
  ink.globalAlpha = 1;
  ink.lineWidth = 1.5;
  ink.stroke(line);
}

function limits(series: Series): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < series.count; i++) {
    if (Number.isFinite(series.min[i]!)) low = Math.min(low, series.min[i]!);
    if (Number.isFinite(series.max[i]!)) high = Math.max(high, series.max[i]!);
  }
  return low <= high ? [low, high] : [0, 1];
}

function axis(ink: Ink, run: Recorded, span: Span, x: number, y: number, width: number, colours: Colours): void {
  ink.strokeStyle = colours["hairline"]!;
  ink.lineWidth = 1;
  ink.beginPath();
  ink.moveTo(x, y + 0.5);
  ink.lineTo(x + width, y + 0.5);
  ink.stroke();
  ink.fillStyle = colours["secondary"]!;
  for (const step of run.snapshots.value) {
    const at = x + place(step, span, width);
    if (at < x - 1) continue;
    ink.beginPath();
    ink.moveTo(at, y - 1);
    ink.lineTo(at - 3.5, y - 8);
    ink.lineTo(at + 3.5, y - 8);
    ink.fill();
  }
  ink.font = font(colours, 11, "mono");
  ink.textBaseline = "alphabetic";
  const ticks = ticksOf(span.first, span.last, width / 90);
  ticks.forEach((step) => {
    const at = x + place(step, span, width);
    const text = step === ticks[0] ? `step ${whole(step)}` : whole(step);
    const half = ink.measureText(text).width / 2;
    ink.textAlign = at - half < x ? "left" : at + half > x + width ? "right" : "center";
    ink.fillText(text, ink.textAlign === "left" ? x : ink.textAlign === "right" ? x + width : at, y + 18);
  });
}

export const lossAt = (run: Recorded, step: number): string => {
  const loss = run.at("loss", step);
  return loss === null ? "" : `, loss ${short(loss, 3)}`;
};
