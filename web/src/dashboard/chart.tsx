// Curves over the steps: the last value of each column as a line, minimum and maximum as a band.
import { effect } from "@preact/signals-core";
import { Component, h, type JSX } from "preact";
import uPlot from "uplot";
import { short } from "./figures";
import { coloursOf, font, type Colours } from "./ink";
import type { Theme } from "./scale";
import { Series } from "./series";

/** A curve and how it looks. */
export interface Curve {
  series: Series;
  colour: (colours: Colours, theme: Theme) => string;
  dash: readonly number[];
  band: boolean;
}

interface Props {
  curves: () => readonly Curve[];
  changed: () => unknown; // signals that new numbers have come
  theme: () => Theme;
  logarithmic: () => boolean;
  step: () => number | null;
  go: (step: number) => void;
  last: () => number;
  height: number;
  words: string;
}

const FEW = 4; // points that are no line yet
const INCRS = [1, 2, 5, 10, 20, 50].flatMap((n) => [1, 1e2, 1e4, 1e6].map((k) => n * k)).sort((a, b) => a - b); // whole steps

type Column = (number | null)[] | Float64Array;

export class Chart extends Component<Props> {
  private place: HTMLElement | null = null;
  private line: HTMLElement | null = null;
  private plot: uPlot | null = null;
  private made = "";
  private seen: ResizeObserver | null = null;
  private ends: (() => void)[] = [];

  override componentDidMount(): void {
    this.seen = new ResizeObserver(() => this.resize());
    this.seen.observe(this.place!);
    this.ends = [effect(() => this.fill()), effect(() => this.mark())];
  }

  override componentWillUnmount(): void {
    this.seen?.disconnect();
    this.ends.forEach((end) => end());
    this.plot?.destroy();
  }

  override shouldComponentUpdate(): boolean {
    return false;
  }

  private resize(): void {
    const width = this.place!.clientWidth;
    if (this.plot && width > 0) this.plot.setSize({ width, height: this.props.height });
    this.mark();
  }

  /** Give the plot the numbers of now; its look is made anew only where that has changed. */
  private fill(): void {
    this.props.changed();
    const curves = this.props.curves().filter(({ series }) => series.count > 0);
    const theme = this.props.theme(), logarithmic = this.props.logarithmic();
    const look = [theme, logarithmic, ...curves.map((c) => [c.band, c.series.count < FEW, c.dash, c.colour(coloursOf(theme), theme)])].join();
    const data = aligned(curves, logarithmic);
    if (this.plot && look === this.made) this.plot.setData(data as uPlot.AlignedData);
    else {
      this.plot?.destroy();
      this.made = look;
      this.plot = new uPlot(this.options(curves, theme, logarithmic), data as uPlot.AlignedData, this.place!);
      this.place!.append(this.line!);
    }
    this.mark();
  }

  private options(curves: readonly Curve[], theme: Theme, logarithmic: boolean): uPlot.Options {
    const colours = coloursOf(theme);
    const axis: uPlot.Axis = {
      stroke: colours["secondary"]!, font: font(colours, 12, "mono"), ticks: { show: false }, border: { show: true, stroke: colours["hairline"]!, width: 1 },
    };
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    for (const { series: { count }, colour, dash, band } of curves) {
      const stroke = colour(colours, theme);
      const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
      if (band) {
        bands.push({ series: [series.length + 1, series.length], fill: `${stroke}38` });
        series.push(edge, edge);
      }
      series.push({ stroke, width: 1.75, dash: [...dash], points: { show: count < FEW, size: 6, fill: stroke }, spanGaps: true });
    }
    return {
      width: Math.max(this.place!.clientWidth, 100),
      height: this.props.height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 28, 0, 0],
      scales: { x: { time: false, range: (_, first, last) => [first, Math.max(last, first + 1)] }, y: { distr: logarithmic ? 3 : 1 } },
      axes: [
        { ...axis, grid: { show: false }, size: 26, space: 90, incrs: INCRS, values: (_, all) => all.map((x) => x.toLocaleString("en-US")) },
        { ...axis, grid: { stroke: colours["faint"]!, width: 1 }, border: { show: false }, size: 58, space: 34, values: (_, all) => all.map((y) => (y === null ? "" : short(y, 3))) },
      ],
      series,
      bands,
    };
  }

  /** Where the page stands, and in which steps there was no number to draw. */
  private mark(): void {
    const step = this.props.step(), line = this.line, plot = this.plot;
    if (!line || !plot) return;
    const left = step === null ? -1 : plot.valToPos(step, "x");
    const width = plot.bbox.width / devicePixelRatio;
    line.hidden = !(left >= 0 && left <= width + 1);
    line.style.transform = `translateX(${left + plot.bbox.left / devicePixelRatio}px)`;
    line.style.height = `${plot.bbox.height / devicePixelRatio}px`;
    line.style.top = `${plot.bbox.top / devicePixelRatio}px`;
  }

  private point(event: PointerEvent): void {
    if (!this.plot || !(event.buttons & 1)) return;
    const box = this.plot.over.getBoundingClientRect();
    const step = this.plot.posToVal(event.clientX - box.left, "x");
    if (Number.isFinite(step)) this.props.go(step);
  }

  override render(): JSX.Element {
    return (
      <div class="chart" role="img" aria-label={this.props.words} ref={(found) => void (this.place = found)}
        style={{ height: `${this.props.height}px` }}
        onPointerDown={(event: PointerEvent) => this.point(event)} onPointerMove={(event: PointerEvent) => this.point(event)}>
        <div class="here" ref={(found) => void (this.line = found)} hidden />
      </div>
    );
  }
}

const WIDE = 1e3; // times the middle: a spike beside which nothing else would be seen

/** Whether curves should be drawn on a logarithmic axis: as asked for, or as their numbers ask. */
export function asLogarithm(asked: boolean | null, all: readonly Series[]): boolean {
  if (asked !== null) return asked;
  return all.some(({ count, max, last }) => {
    const known = last.slice(0, count).filter((x) => Number.isFinite(x) && x > 0).sort();
    return known.length > 1 && max.subarray(0, count).some((x) => Number.isFinite(x) && x > WIDE * known[known.length >> 1]!);
  });
}

/** Return all curves over the steps of all of them; what cannot be drawn is a gap. */
export function aligned(curves: readonly Curve[], logarithmic: boolean): Column[] {
  const tables = curves.map(({ series, band }) => {
    const { count } = series;
    const drawn = (all: Float64Array): (number | null)[] =>
      Array.from(all.subarray(0, count), (x) => (Number.isFinite(x) && (x > 0 || !logarithmic) ? x : null));
    const columns = band ? [drawn(series.min), drawn(series.max), drawn(series.last)] : [drawn(series.last)];
    return [series.steps.slice(0, count), ...columns];
  });
  if (!tables.length) return [new Float64Array(0)];
  if (tables.length === 1) return tables[0]!;
  return uPlot.join(tables as unknown as uPlot.AlignedData[]) as Column[];
}
