// The steps: buttons, a bar with a tick for each, and the sentence of the current one.
import { h, type JSX } from "preact";
import { calm } from "./effects";
import { sentence } from "./sentence";
import { current, goTo, move, type State } from "./state";
import { Maths } from "./text";

const END = 1e6;

const ICONS = {
  first: "M6 4v12M14 4l-6 6 6 6",
  back: "M13 4l-6 6 6 6",
  play: "M7 4v12l9-6z",
  pause: "M7 4v12M13 4v12",
  next: "M7 4l6 6-6 6",
  last: "M14 4v12M6 4l6 6-6 6",
};

/** Start or stop playing; where motion is not wanted, one step is made instead. */
export function play(s: State): void {
  if (calm()) move(s, 1);
  else {
    if (!s.playing.value && s.step.value >= s.engine.steps.length) s.step.value = 0;
    s.playing.value = !s.playing.value;
  }
}

export function Steps({ s }: { s: State }): JSX.Element | null {
  const all = s.ticks.value;
  const here = current(all, s.step.value);
  const position = here ? all.indexOf(here) + 1 : 0;
  const said = sentence(s.view.value.scene, all, here);
  const playing = s.playing.value;
  if (!all.length) return null;
  const button = (icon: keyof typeof ICONS, title: string, action: () => void): JSX.Element => (
    <button type="button" class="square" aria-label={title} title={title} onClick={action}>
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d={ICONS[icon]} /></svg>
    </button>
  );
  const moved = (by: number) => () => {
    s.playing.value = false;
    move(s, by);
  };
  return (
    <section class="steps" aria-label="Steps">
      <div class="row">
        {button("first", "To the start", moved(-END))}
        {button("back", "One step back", moved(-1))}
        {button(playing ? "pause" : "play", playing ? "Pause" : "Play", () => play(s))}
        {button("next", "One step on", moved(1))}
        {button("last", "To the end", moved(END))}
        <div class={all.length > 80 ? "bar dense" : "bar"} role="slider" tabIndex={0} aria-label="Step" aria-valuemin={0}
          aria-valuemax={all.length} aria-valuenow={position} aria-valuetext={said.count}>
          {all.map((tick, i) => {
            const look = `tick ${i < position ? tick.direction : ""} ${i + 1 === position ? "here" : ""}`;
            return s.keep(`tick ${i}`, [look], () => <span key={i} class={look} onClick={() => goTo(s, i)} />);
          })}
        </div>
      </div>
      <p class="sentence">
        <b class={said.pass}>{said.count}</b>
        <span aria-hidden="true">
          {here && s.view.value.scene.nodes.find((n) => n.id === here.node)?.kind === "branch" && said.pass === "backward"
            ? "Gradients add at the branch: " : ""}
          {said.maths ? <Maths inner={said.maths} /> : said.text}
        </span>
        <span class="hidden" aria-live="polite">{`${said.count}: ${said.text}`}</span>
      </p>
    </section>
  );
}
