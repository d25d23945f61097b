// Parts of the page that draw themselves anew when what they show has changed, and nothing else.
import { effect, untracked } from "@preact/signals-core";
import { Component, h, type ComponentChild, type JSX } from "preact";

/** A part of the page; signals that `draw` itself reads draw it anew: it calls its parts as functions. */
export class Live extends Component<{ draw: () => ComponentChild }> {
  private end = (): void => {};

  override render(): ComponentChild {
    this.end();
    let drawn: ComponentChild = null, first = true;
    this.end = effect(() => {
      if (first) drawn = this.props.draw();
      else untracked(() => this.setState({}));
      first = false;
    });
    return drawn;
  }

  override componentWillUnmount(): void {
    this.end();
  }
}

export type Ink = CanvasRenderingContext2D;

interface Surface {
  draw: (ink: Ink, width: number, height: number, scale: number) => void;
  height: number;
  words?: string;
  class?: string;
  id?: string;
}

/** A canvas as wide as its place; signals that `draw` reads draw it anew. */
export class Canvas extends Component<Surface> {
  private canvas: HTMLCanvasElement | null = null;
  private end = (): void => {};
  private seen: ResizeObserver | null = null;

  override componentDidMount(): void {
    this.seen = new ResizeObserver(() => this.start());
    if (this.canvas) this.seen.observe(this.canvas);
    this.start();
  }

  override componentDidUpdate(): void {
    this.start();
  }

  override componentWillUnmount(): void {
    this.seen?.disconnect();
    this.end();
  }

  private start(): void {
    this.end();
    const canvas = this.canvas, ink = canvas?.getContext("2d");
    if (!canvas || !ink) return;
    this.end = effect(() => {
      const scale = window.devicePixelRatio || 1, width = canvas.clientWidth, { height } = this.props;
      const across = Math.round(width * scale), down = Math.round(height * scale);
      if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
      ink.setTransform(scale, 0, 0, scale, 0, 0);
      ink.clearRect(0, 0, width, height);
      if (width > 0) this.props.draw(ink, width, height, scale);
    });
  }

  override render(): JSX.Element {
    const { words, id, height } = this.props;
    return (
      <canvas ref={(found) => void (this.canvas = found)} id={id} class={this.props.class} style={{ height: `${height}px` }}
        {...(words ? { role: "img", "aria-label": words } : { "aria-hidden": true })} />
    );
  }
}

/** The width of a place, known to what is drawn in it. */
export class Place extends Component<{ draw: (width: number) => ComponentChild; class?: string }, { width: number }> {
  override state = { width: 0 };
  private place: HTMLElement | null = null;
  private seen: ResizeObserver | null = null;

  override componentDidMount(): void {
    this.seen = new ResizeObserver(() => this.measure());
    if (this.place) this.seen.observe(this.place);
    this.measure();
  }

  override componentWillUnmount(): void {
    this.seen?.disconnect();
  }

  private measure(): void {
    const width = this.place?.clientWidth ?? 0;
    if (width !== this.state.width) this.setState({ width });
  }

  override render(): JSX.Element {
    const { width } = this.state;
    return (
      <div class={this.props.class} ref={(found) => void (this.place = found)}>
        {width > 0 && this.props.draw(width)}
      </div>
    );
  }
}
