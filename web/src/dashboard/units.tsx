// What each unit computes: its own surface as a picture, weights as lines between them.
import { h, type JSX } from "preact";
import type { Decided, Layer, Weights } from "./decided";
import type { Deciding } from "./deciding";
import { coloursOf, font } from "./ink";
import { Canvas, Live, Place, type Ink } from "./live";
import type { State } from "./state";
import { classColour, shape, signedOf } from "./surface";

const MOST = 12; // units of a layer in view
const THUMB = 40, PITCH = 52, END = 28, TOP = 8;

interface Spot {
  x: number;
  y: number;
}

interface Props {
  s: State;
  of: Deciding;
  found: Decided;
}

export function Units({ s, of, found }: Props): JSX.Element | null {
  if (!found.layers.length) return null;
  const left = found.layers.reduce((sum, { units }) => sum + Math.max(0, units.length - MOST), 0);
  return (
    <section class="card" aria-label="Units">
      <div class="card-head"><h2>What each unit computes</h2></div>
      <Place draw={(width) => <Drawn s={s} of={of} found={found} width={width} />} />
      <p class="soft small">
        {found.weights.length ? "Line width: |w|; solid positive, dashed negative. " : ""}
        Choose a unit to see its surface large.{left ? ` ${left} more units are not drawn.` : ""}
      </p>
    </section>
  );
}

/** How many numbers the net ends in: one may stand for two classes. */
const outputsOf = (found: Decided): number => found.weights.at(-1)?.outputs ?? Math.max(found.data.classes.length, 1);

function columnsOf(found: Decided, width: number): { spots: Spot[][]; height: number } {
  const inputs = Math.min(found.data.inputs.length, MOST), outputs = Math.min(outputsOf(found), MOST);
  const counts = [inputs, ...found.layers.map(({ units }) => Math.min(units.length, MOST)), outputs];
  const height = Math.max(...counts) * PITCH + 2 * TOP;
  const room = width - END * 2 - 8;
  const spots = counts.map((count, i) => Array.from({ length: count }, (_, k) => ({
    x: 4 + END + (room * i) / (counts.length - 1),
    y: height / 2 + (k - (count - 1) / 2) * Math.min(PITCH, (height - 2 * TOP) / count),
  })));
  return { spots, height };
}

function Drawn({ s, of, found, width }: Props & { width: number }): JSX.Element {
  const { spots, height } = columnsOf(found, width);
  return (
    <div class="figure" style={{ height: `${height}px` }}>
      <div class="part" style={{ left: "0", top: "0", width: `${width}px` }}>
        <Canvas height={height} words="Net with the surface of each unit" draw={(ink) => {
          const theme = s.look.value, colours = coloursOf(theme);
          found.weights.slice(0, spots.length - 1).forEach((weights, i) => wires(ink, weights, spots[i]!, spots[i + 1]!, i, spots.length, s));
          ink.font = font(colours, 12, "sans", 600);
          ink.textAlign = "center";
          ink.textBaseline = "middle";
          spots[0]!.forEach(({ x, y }, k) => {
            ink.beginPath();
            ink.arc(x, y, 16, 0, 7);
            ink.fillStyle = colours["card"]!;
            ink.strokeStyle = colours["ink"]!;
            ink.lineWidth = 1;
            ink.fill();
            ink.stroke();
            ink.fillStyle = colours["ink"]!;
            ink.fillText((found.data.inputs[k] ?? "").slice(0, 4), x, y);
          });
          const single = spots.at(-1)!.length === 1 ? 1 : 0; // it is for the second class
          spots.at(-1)!.forEach(({ x, y }, i) => {
            const k = i + single;
            shape(ink, k, x, y, 13);
            ink.fillStyle = classColour(k, theme, colours);
            ink.fill();
            ink.fillStyle = colours["background"]!;
            ink.fillText((found.data.classes[k] ?? "ŷ").slice(0, 3), x, y);
          });
        }} />
      </div>
      <Live draw={() => Thumbs({ s, of, layers: found.layers, spots })} />
    </div>
  );
}

function Thumbs({ s, of, layers, spots }: { s: State; of: Deciding; layers: readonly Layer[]; spots: readonly Spot[][] }): JSX.Element {
  const chosen = of.unit.value;
  return (
    <div>
      {layers.flatMap(({ path, units }, i) => units.slice(0, MOST).map((grid, k) => {
        const { x, y } = spots[i + 1]![k]!, on = chosen?.layer === path && chosen.unit === k;
        return (
          <button type="button" key={`${path} ${k}`} class="thumb" aria-pressed={on} aria-label={`unit ${k} of ${path}`} title={`${path}, unit ${k}`}
            style={{ left: `${x - THUMB / 2}px`, top: `${y - THUMB / 2}px` }}
            onClick={() => (of.unit.value = on ? null : { layer: path, unit: k })}>
            <Canvas height={THUMB} draw={(ink) => {
              const theme = s.look.value;
              ink.imageSmoothingEnabled = true;
              ink.drawImage(signedOf(grid, theme, coloursOf(theme)), 0, 0, THUMB, THUMB);
            }} />
          </button>
        );
      }))}
    </div>
  );
}

/** The weights between two columns: wide where they are large, dashed where they are negative. */
function wires(ink: Ink, { inputs, values }: Weights, from: readonly Spot[], to: readonly Spot[], i: number, columns: number, s: State): void {
  const colours = coloursOf(s.look.value);
  let most = 0;
  for (const w of values) most = Math.max(most, Math.abs(w));
  to.forEach((end, o) => from.forEach((start, k) => {
    const w = values[o * inputs + k];
    if (!w || !Number.isFinite(w)) return;
    const size = Math.abs(w) / (most || 1);
    const a = start.x + (i === 0 ? 16 : THUMB / 2), b = end.x - (i === columns - 2 ? 15 : THUMB / 2), bend = (b - a) / 2;
    ink.beginPath();
    ink.moveTo(a, start.y);
    ink.bezierCurveTo(a + bend, start.y, b - bend, end.y, b, end.y);
    ink.globalAlpha = 0.25 + 0.7 * size;
    ink.strokeStyle = colours[w > 0 ? "forward" : "secondary"]!;
    ink.lineWidth = 0.5 + 3 * size;
    ink.setLineDash(w > 0 ? [] : [4, 3]);
    ink.stroke();
  }));
  ink.globalAlpha = 1;
  ink.setLineDash([]);
}
