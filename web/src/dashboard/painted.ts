// The map as pixels: a column of pixels shows the worst of its steps, spikes are never averaged.
import type { Row } from "./rows";
import { colours, shade, type Band, type Theme } from "./scale";
import { BLANK, type Heat } from "./series";

const COLOURS = { light: colours("light"), dark: colours("dark") };
const HATCH = { light: ["#55585f", "#a9abb0"], dark: ["#363a42", "#8d939e"] } as const;
const SPACING = 6; // of the stripes, in pixels of the page

/** Steps from the left edge of the map to its right one. */
export interface Span {
  first: number;
  last: number;
}

export const place = (step: number, { first, last }: Span, width: number): number =>
  ((step - first) / Math.max(1, last - first + 1)) * width;

export const stepAt = (x: number, { first, last }: Span, width: number): number =>
  Math.max(first, Math.min(last, Math.floor(first + (x / Math.max(1, width)) * (last - first + 1))));

/** The last step at which what was measured last is still shown: as long as it took to measure it. */
export function shownUntil({ steps, count }: Heat): number {
  const last = steps[count - 1] ?? 0;
  return last + 2 * Math.max(1, last - (steps[count - 2] ?? last - 1));
}

/** Return for each column of pixels the first and the last column of the map that it shows. */
export function columnsOf(map: Heat, span: Span, width: number): Int32Array {
  const made = new Int32Array(2 * width).fill(-1), end = shownUntil(map);
  let next = 0;
  for (let x = 0; x < width; x++) {
    const until = span.first + ((x + 1) / width) * (span.last - span.first + 1);
    if (span.first + (x / width) * (span.last - span.first + 1) >= end) break;
    const begin = next;
    while (next < map.count && map.steps[next]! < until) next++;
    // Where nothing was measured, what was measured last is shown.
    made[2 * x] = next > begin ? begin : next - 1;
    made[2 * x + 1] = next - 1;
  }
  return made;
}

export interface Picture {
  image: OffscreenCanvas;
  bad: OffscreenCanvas | null; // where the map is not finite
}

/** Return the colours of a map, a pixel for each row and column of pixels. */
export function picture(map: Heat, rows: readonly Row[], span: Span, width: number, band: Band, theme: Theme): Picture {
  const height = Math.max(1, rows.length), wide = Math.max(1, width);
  const image = new ImageData(wide, height), bad = new ImageData(wide, height);
  const pixels = new Uint32Array(image.data.buffer), marks = new Uint32Array(bad.data.buffer);
  const columns = columnsOf(map, span, wide), table = COLOURS[theme], count = map.names.length;
  let anyBad = false;
  rows.forEach(({ members }, r) => {
    for (let x = 0; x < wide; x++) {
      const begin = columns[2 * x]!, end = columns[2 * x + 1]!;
      if (end < 0) continue;
      let shown = -1, away = -1;
      for (let c = Math.max(begin, 0); c <= end && away < Infinity; c++) {
        for (const member of members) {
          const value = map.values[c * count + member]!;
          if (value === BLANK) continue;
          if (!Number.isFinite(value)) {
            away = Infinity;
            break;
          }
          const at = shade(Math.log10(value), band), far = Math.abs(at - 256);
          if (far > away) [away, shown] = [far, at];
        }
      }
      if (away === Infinity) {
        anyBad = true;
        marks[r * wide + x] = 0xffffffff;
      } else if (shown >= 0) pixels[r * wide + x] = table[shown]!;
    }
  });
  return { image: canvasOf(image), bad: anyBad ? canvasOf(bad) : null };
}

function canvasOf(data: ImageData): OffscreenCanvas {
  const canvas = new OffscreenCanvas(data.width, data.height);
  canvas.getContext("2d")!.putImageData(data, 0, 0);
  return canvas;
}

/** Draw a picture of the map into a place; what is not finite is hatched. */
export function drawPicture(
  ink: CanvasRenderingContext2D, { image, bad }: Picture, x: number, y: number, width: number, height: number,
  scale: number, theme: Theme,
): void {
  ink.imageSmoothingEnabled = false;
  ink.drawImage(image, x, y, width, height);
  if (bad) ink.drawImage(hatched(bad, Math.round(width * scale), Math.round(height * scale), scale, theme), x, y, width, height);
}

function hatched(mask: OffscreenCanvas, width: number, height: number, scale: number, theme: Theme): OffscreenCanvas {
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)), ink = canvas.getContext("2d")!;
  const [ground, stripe] = HATCH[theme], step = SPACING * scale;
  ink.imageSmoothingEnabled = false;
  ink.fillStyle = ground;
  ink.fillRect(0, 0, width, height);
  ink.strokeStyle = stripe;
  ink.lineWidth = scale;
  ink.beginPath();
  for (let x = -height; x < width; x += step) {
    ink.moveTo(x, 0);
    ink.lineTo(x + height, height);
  }
  ink.stroke();
  ink.globalCompositeOperation = "destination-in";
  ink.drawImage(mask, 0, 0, width, height);
  return canvas;
}
