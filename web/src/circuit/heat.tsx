// A larger array as a map: the darker, the larger the entry, whatever its sign.
import { h, type JSX } from "preact";
import { fixed } from "./numbers";
import type { Summary } from "./records";

const SIDE = 240, LARGEST = 14; // pixels of the map, and of a cell

export function Heat({ value, words }: { value: Summary; words: string }): JSX.Element {
  const { shape, data = [], min, max } = value;
  const columns = shape.at(-1) ?? 1;
  const rows = data.length / columns;
  const cell = Math.max(1, Math.min(LARGEST, Math.floor(SIDE / Math.max(columns, rows))));
  const spread = min === null || max === null ? "" : `from ${fixed(min)} to ${fixed(max)}`;
  return (
    <div>
      <canvas width={columns * cell} height={rows * cell} role="img" aria-label={`${words}, ${spread}`}
        ref={(canvas) => {
          if (canvas) paint(canvas, data, columns, cell);
        }} />
      <div class="soft">{spread}</div>
    </div>
  );
}

function paint(canvas: HTMLCanvasElement, data: number[], columns: number, cell: number): void {
  const ink = canvas.getContext("2d");
  if (!ink) return;
  const largest = Math.max(...data.filter(Number.isFinite).map(Math.abs), 0) || 1;
  ink.clearRect(0, 0, canvas.width, canvas.height);
  ink.fillStyle = getComputedStyle(canvas).color;
  data.forEach((x, i) => {
    const left = (i % columns) * cell, top = Math.floor(i / columns) * cell;
    ink.globalAlpha = Number.isFinite(x) ? Math.abs(x) / largest : 1;
    // What is not finite is a stripe, not a shade.
    if (Number.isFinite(x)) ink.fillRect(left, top, cell, cell);
    else ink.fillRect(left, top + cell / 3, cell, Math.max(1, cell / 3));
  });
}
