// The network of a run: a table of layers beside the map of their gradients over all steps.
import { computed } from "@preact/signals-core";
import { Fragment, h, type JSX } from "preact";
import { drawTable } from "./columns";
import { short, spoken, whole } from "./figures";
import { coloursOf, font, type Colours } from "./ink";
import { Legend } from "./legend";
import { Canvas, Live, Place, type Ink } from "./live";
import { drawPicture, picture, place, shownUntil, stepAt, type Picture, type Span } from "./painted";
import { planOf, rowAt, type Plan } from "./plan";
import type { Recorded } from "./run";
import { verdictOf } from "./scale";
import { BLANK, type Heat } from "./series";
import { goTo, move, toggleBox, type State } from "./state";
import { drawStrips, heightOf, lossAt, stripsOf } from "./strips";
import { Twin } from "./twin";

export function Network({ s, run }: { s: State; run: Recorded }): JSX.Element {
  const strips = computed(() => (run.changed.value, stripsOf(run).length));
  return (
    <section class="card network" aria-label="Network">
      <Live draw={() => {
        void strips.value;
        if (run.details.value === null) return <p class="soft">Reading the run…</p>;
        if (!s.rows.value.rows.length) return <p class="soft">No gradients were recorded of this run.</p>;
        return s.table.value ? Twin({ s, run }) : <Place class="sheet" draw={(width) => <Drawn s={s} run={run} width={width} />} />;
      }} />
      <Live draw={() => Readout({ s, run })} />
      <Legend s={s} run={run} />
    </section>
  );
}

/** The steps that the map shows: while a run goes on, with room for what comes. */
export function spanOf(run: Recorded): Span {
  const map = run.maps.get("rms"), begin = map?.count ? map.steps[0]! : 1;
  const start = run.details.value?.start ?? {}, total = (start.epochs ?? 0) * (start.steps_per_epoch ?? 0);
  if (run.state.value !== "running" || run.lastStep >= total) return { first: begin, last: Math.max(run.lastStep, begin) };
  const room = 2 ** (Math.ceil(2 * Math.log2(Math.max(run.lastStep, 32)) + 0.2) / 2);
  return { first: begin, last: Math.min(total, Math.round(room)) };
}

function Drawn({ s, run, width }: { s: State; run: Recorded; width: number }): JSX.Element {
  const { rows, depth } = s.rows.value;
  const lacking = run.maps.get("std")?.count ? [] : (["std", "idle"] as const);
  const plan = planOf(width, rows.length, depth, nameWidth(s), lacking);
  const strips = stripsOf(run).length, under = heightOf(strips);
  const { x } = plan.map, wide = plan.map.width, tall = plan.bottom + under;
  const span = (): Span => (run.changed.value, spanOf(run));
  return (
    <div class="figure" style={{ height: `${tall}px` }}>
      <div class="part" style={{ left: "0", top: "0", width: `${x}px` }}>
        <Canvas height={plan.bottom + 8} draw={(ink) => {
          run.changed.value;
          const theme = s.look.value;
          drawTable({ ink, plan, rows: s.rows.value, run, step: s.step.value, band: s.scale.value, theme, colours: coloursOf(theme) });
        }} />
      </div>
      <div class="part" style={{ left: `${x}px`, top: "0", width: `${wide}px` }}>
        <Canvas height={plan.bottom} draw={mapDrawing(s, run, plan, span)} />
      </div>
      <div class="part" style={{ left: `${Math.max(0, x - 120)}px`, top: `${plan.bottom}px`, width: `${wide + Math.min(120, x)}px` }}>
        <Canvas height={under} draw={(ink, all) => {
          drawStrips(ink, stripsOf(run), run, span(), all - wide, wide, coloursOf(s.look.value));
        }} />
      </div>
      <div class="part over" style={{ left: `${x - 40}px`, top: "0", width: `${wide + 40}px` }}>
        <Canvas height={tall} draw={(ink) => drawCursor(ink, s, run, plan, span(), tall)} />
      </div>
      <Grip s={s} run={run} plan={plan} span={span} />
      <Scrubber s={s} run={run} plan={plan} span={span} tall={tall} />
    </div>
  );
}

let measure: Ink | null = null;

function nameWidth(s: State): number {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) return 64;
  measure.font = font(coloursOf("light"), 12);
  const widths = s.rows.value.rows.map((row) => measure!.measureText(row.members.length > 1 ? `${row.label} ×${row.members.length}` : row.label).width);
  return Math.min(150, Math.max(20, ...widths) + 4);
}

/** Return what draws the map; its pixels are made anew only when numbers or colours have changed. */
function mapDrawing(s: State, run: Recorded, plan: Plan, span: () => Span): (ink: Ink, width: number, height: number, scale: number) => void {
  let made: Picture | null = null, of: unknown[] = [];
  return (ink, width, _, scale) => {
    const map = run.maps.get("rms"), theme = s.look.value, band = s.scale.value, now = span(), rows = s.rows.value.rows;
    const wide = Math.round(width * scale);
    const key = [run.changed.value, theme, band.low, band.high, now.first, now.last, rows, wide];
    if (!map) return;
    if (!made || key.some((x, i) => x !== of[i])) [made, of] = [picture(map, rows, now, wide, band, theme), key];
    const colours = coloursOf(theme), height = plan.bottom - plan.top;
    ink.fillStyle = colours["ink"]!;
    ink.font = font(colours, 12, "sans", 600);
    ink.fillText(plan.narrow ? "layer × step" : "gradient size, every layer × step", 0, 14);
    ink.save();
    ink.beginPath();
    ink.roundRect(0, plan.top, width, height, 6);
    ink.clip();
    drawPicture(ink, made, 0, plan.top, width, height, scale, theme);
    ink.restore();
    blank(ink, map, now, plan, colours);
    ink.strokeStyle = colours["hairline"]!;
    ink.beginPath();
    ink.roundRect(0.5, plan.top + 0.5, width - 1, height - 1, 6);
    ink.stroke();
  };
}

/** Say so where the run went on and nothing was measured any more. */
function blank(ink: Ink, map: Heat, span: Span, plan: Plan, colours: Colours): void {
  const from = place(shownUntil(map), span, plan.map.width), text = `not measured after step ${whole(map.steps[map.count - 1] ?? 0)}`;
  ink.font = font(colours, 11);
  if (plan.map.width - from < ink.measureText(text).width + 16) return;
  ink.fillStyle = colours["secondary"]!;
  ink.textBaseline = "middle";
  ink.fillText(text, from + 8, plan.top + 14);
  ink.textBaseline = "alphabetic";
}

function drawCursor(ink: Ink, s: State, run: Recorded, plan: Plan, span: Span, tall: number): void {
  run.changed.value;
  const colours = coloursOf(s.look.value), step = s.step.value;
  const x = 40 + Math.min(place(step, span, plan.map.width) + 0.5, plan.map.width);
  ink.strokeStyle = ink.fillStyle = colours["ink"]!;
  ink.lineWidth = 1.5;
  ink.beginPath();
  ink.moveTo(x, plan.top - 6);
  ink.lineTo(x, tall - 28);
  ink.stroke();
  const text = `step ${whole(step)}`;
  ink.font = font(colours, 11, "sans", 600);
  const wide = ink.measureText(text).width + 16, left = Math.max(0, Math.min(x - wide / 2, plan.map.width + 40 - wide));
  ink.beginPath();
  ink.roundRect(left, plan.top - 26, wide, 20, 10);
  ink.fill();
  ink.fillStyle = colours["background"]!;
  ink.textBaseline = "middle";
  ink.fillText(text, left + 8, plan.top - 15.5);
  if (!s.focused.value) return;
  ink.strokeStyle = colours["local"]!;
  ink.lineWidth = 3;
  ink.strokeRect(41.5, plan.top + s.row.value * plan.row - 1, plan.map.width - 3, plan.row + 2);
}

type Held = { s: State; run: Recorded; plan: Plan; span: () => Span };

/** Where the map is pointed at, dragged and walked over by keyboard. */
function Grip({ s, run, plan, span }: Held): JSX.Element {
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect(), now = span();
    const row = rowAt(plan, event.clientY - box.top + plan.top, s.rows.value.rows.length);
    const step = stepAt(event.clientX - box.left, now, plan.map.width);
    s.pointed.value = { row, step: Math.min(step, run.lastStep) };
    if (!(event.buttons & 1)) return;
    s.row.value = row;
    goTo(s, step);
  };
  return (
    <div class="part grip" id="map" tabIndex={0} role="application" aria-label="Gradient size, layer by step" aria-roledescription="map"
      aria-describedby="readout"
      style={{ left: `${plan.map.x}px`, top: `${plan.top}px`, width: `${plan.map.width}px`, height: `${plan.bottom - plan.top}px` }}
      onPointerDown={(event: PointerEvent) => {
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={point} onPointerLeave={() => (s.pointed.value = null)}
      onFocus={() => (s.focused.value = true)} onBlur={() => (s.focused.value = false)}
      onKeyDown={(event: KeyboardEvent) => walk(event, s)} />
  );
}

function walk(event: KeyboardEvent, s: State): void {
  const { rows, brackets } = s.rows.value;
  const down = (by: number): void => void (s.row.value = Math.max(0, Math.min(rows.length - 1, s.row.value + by)));
  const keys: Record<string, () => void> = {
    ArrowUp: () => down(-1),
    ArrowDown: () => down(1),
    PageUp: () => down(-10),
    PageDown: () => down(10),
    Enter: () => {
      const around = brackets.filter(({ first, last }) => first <= s.row.value && s.row.value <= last);
      const inner = around.sort((a, b) => b.depth - a.depth)[0];
      if (inner) toggleBox(s, inner.path);
      s.row.value = Math.min(s.row.value, s.rows.value.rows.length - 1);
    },
  };
  const action = keys[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  s.pointed.value = null;
  action();
}

function Scrubber({ s, run, plan, span, tall }: Held & { tall: number }): JSX.Element {
  const point = (event: PointerEvent): void => {
    if (!(event.buttons & 1)) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    goTo(s, stepAt(event.clientX - box.left, span(), plan.map.width));
  };
  return (
    <Live draw={() => {
      run.changed.value;
      return (
        <div class="part scrub" id="scrubber" role="slider" tabIndex={0} aria-label="Step" aria-valuemin={0} aria-valuemax={run.lastStep}
          aria-valuenow={s.step.value} aria-valuetext={`step ${s.step.value}${lossAt(run, s.step.value)}`}
          style={{ left: `${plan.map.x}px`, top: `${plan.bottom}px`, width: `${plan.map.width}px`, height: `${tall - plan.bottom}px` }}
          onPointerDown={(event: PointerEvent) => {
            (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
            point(event);
          }}
          onPointerMove={point} />
      );
    }} />
  );
}

/** What the map says where it is pointed at, or where the keyboard stands. */
function Readout({ s, run }: { s: State; run: Recorded }): JSX.Element {
  run.changed.value;
  const { rows } = s.rows.value, map = run.maps.get("rms"), at = s.pointed.value;
  const number = at?.row ?? s.row.value, row = rows[number], step = at?.step ?? s.step.value;
  const column = map?.column(step) ?? -1;
  if (!row || !map || column < 0) return <p id="readout" class="readout" />;
  const value = Math.max(...row.members.map((member) => map.get(member, column)));
  const measured = map.steps[column]!, name = row.members.length > 1 ? `${row.name} (${row.members.length} tensors)` : row.name;
  const shape = row.shape && row.members.length === 1 ? ` ${row.shape}` : "";
  const size = value === BLANK ? "" : `, ${spoken(value)}`;
  return (
    <p id="readout" class="readout">
      <span class="hidden" aria-live="polite">
        {s.focused.value ? `layer ${number + 1}, step ${measured}${size}, ${verdictOf(value, s.scale.value)}` : ""}
      </span>
      <span aria-hidden="true">
        <b>{name}</b><span class="soft">{shape}</span> · layer {number + 1} · step {whole(measured)}
        {value === BLANK ? "" : <> · <span class="number">{short(value)}</span></>} · {verdictOf(value, s.scale.value)}
      </span>
    </p>
  );
}

/** Keys that move along the steps wherever the page is. */
export function stepKeys(s: State): Record<string, () => void> {
  return {
    ArrowLeft: () => move(s, -1),
    ArrowRight: () => move(s, 1),
    Home: () => move(s, -1e9),
    End: () => move(s, 1e9),
  };
}
