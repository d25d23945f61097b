// What the colours mean: a scale whose healthy band can be moved, and what else the map offers.
import { h, type JSX } from "preact";
import { short } from "./figures";
import { coloursOf, font } from "./ink";
import { Canvas, Live, type Ink } from "./live";
import type { Recorded } from "./run";
import { MANY } from "./rows";
import { colours, css, HIGH, LOW, shade, type Theme } from "./scale";
import type { State } from "./state";

const FROM = -11, TO = 4, HEIGHT = 46; // powers of ten
const SCALES = { light: colours("light"), dark: colours("dark") };

export function Legend({ s, run, table = true }: { s: State; run: Recorded; table?: boolean }): JSX.Element {
  return (
    <div class="scale">
      <Live draw={() => {
        const { low, high } = s.scale.value;
        return (
          <div class="band" role="slider" tabIndex={0} aria-label="Healthy band" aria-valuemin={FROM} aria-valuemax={TO}
            aria-valuenow={Number(((low + high) / 2).toFixed(1))} aria-valuetext={`from ${short(10 ** low)} to ${short(10 ** high)}`}
            title="Drag, or arrow keys: move the healthy band" onKeyDown={(event: KeyboardEvent) => nudge(event, s)}
            onPointerDown={(event: PointerEvent) => {
              (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
              drag(event, s);
            }}
            onPointerMove={(event: PointerEvent) => drag(event, s)}>
            <Canvas height={HEIGHT} draw={(ink, width) => draw(ink, width, s, s.look.value)} />
          </div>
        );
      }} />
      <Live draw={() => (
        <div class="choices">
          <Switch on={s.centred.value} does={() => (s.centred.value = !s.centred.value)} label="relative"
            title="Centre the band on the run's own median" />
          {table && (run.changed.value, (run.maps.get("rms")?.names.length ?? 0) > 1) && (
            <Switch on={allOf(s, run)} does={() => (s.biases.value = !allOf(s, run))} label="biases" title="Rows also for what is no matrix" />
          )}
          {table && <Switch on={s.table.value} does={() => (s.table.value = !s.table.value)} label="table" title="Numbers in place of pictures (T)" />}
          {(s.band.value.low !== LOW || s.band.value.high !== HIGH) && (
            <button type="button" class="small-button" onClick={() => (s.band.value = { low: LOW, high: HIGH })}>reset the band</button>
          )}
        </div>
      )} />
    </div>
  );
}

const allOf = (s: State, run: Recorded): boolean =>
  s.biases.value ?? (run.maps.get("rms")?.names.length ?? 0) <= MANY;

export function Switch({ on, does, label, title }: { on: boolean; does: () => void; label: string; title: string }): JSX.Element {
  return <button type="button" class="small-button" aria-pressed={on} title={title} onClick={does}>{label}</button>;
}

function shift(s: State, middle: number): void {
  const { low, high } = s.band.value, half = (high - low) / 2;
  const at = Math.max(FROM + half, Math.min(TO - half, middle));
  s.centred.value = false;
  s.band.value = { low: at - half, high: at + half };
}

function nudge(event: KeyboardEvent, s: State): void {
  const by = { ArrowLeft: -0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowUp: 0.1, PageDown: -1, PageUp: 1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  shift(s, (s.band.value.low + s.band.value.high) / 2 + by);
}

function drag(event: PointerEvent, s: State): void {
  if (!(event.buttons & 1)) return;
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  shift(s, FROM + ((event.clientX - box.left) / box.width) * (TO - FROM));
}

function draw(ink: Ink, width: number, s: State, theme: Theme): void {
  const colours = coloursOf(theme), band = s.scale.value, scale = SCALES[theme];
  const at = (power: number): number => ((power - FROM) / (TO - FROM)) * width;
  for (let x = 0; x < width; x++) {
    ink.fillStyle = css(scale[shade(FROM + ((x + 0.5) / width) * (TO - FROM), band)]!);
    ink.fillRect(x, 16, 1, 10);
  }
  ink.strokeStyle = colours["secondary"]!;
  ink.lineWidth = 1;
  ink.strokeRect(at(band.low), 14.5, at(band.high) - at(band.low), 13);
  ink.fillStyle = colours["secondary"]!;
  ink.font = font(colours, 11, "mono");
  ink.textBaseline = "alphabetic";
  for (const [power, text] of [[-10, "1e−10"], [-5, "1e−5"], [0, "1"], [3, "1e3"]] as const) {
    ink.textAlign = "center";
    ink.fillText(text, at(power), 10);
  }
  ink.font = font(colours, 12, "sans", 600);
  ink.fillStyle = colours["ink"]!;
  ink.textAlign = "left";
  ink.fillText("vanishing", 0, 42);
  ink.textAlign = "right";
  ink.fillText("exploding", width, 42);
  ink.textAlign = "center";
  ink.fillText("healthy", Math.max(92, Math.min(width - 92, at((band.low + band.high) / 2))), 42);
}
