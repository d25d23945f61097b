// The page: header, circuit, steps, and the cards beside each other.
import { h, type JSX } from "preact";
import { Check } from "./check";
import { Circuit } from "./circuit";
import { Derivation } from "./derivation";
import { Help } from "./help";
import { escape, mathml, name, parenthesised } from "./maths";
import { Panel } from "./panel";
import { saveDrawing, saveScene } from "./save";
import { restore, type State } from "./state";
import { equals } from "./terms";
import { Steps } from "./steps";
import { Maths } from "./text";
import { Trace } from "./trace";

const LONG = 60; // characters of a formula that may have to be scrolled

export function App({ s, root }: { s: State; root: ParentNode }): JSX.Element {
  return (
    <main class="page" data-theme={s.theme.value || undefined}>
      <Header s={s} />
      <Circuit s={s} />
      <Steps s={s} />
      <p class="note" role="status">{s.said.value}</p>
      {s.edits.value.size > 0 && (
        <p class="note">
          <span class="made">Numbers like this</span> were computed here, in float64.{" "}
          <button type="button" onClick={() => restore(s)}>Restore</button>
        </p>
      )}
      <div class="cards">
        {s.traced.value ? <Trace s={s} /> : <Panel s={s} />}
        <Check s={s} />
        <Derivation s={s} />
      </div>
      <footer class="foot">
        <button type="button" onClick={() => saveDrawing(root)}>SVG</button>
        <button type="button" onClick={() => saveScene(s.now.value.scene)}>JSON</button>
        <button type="button" onClick={() => (s.help.value = true)}>Keys <kbd>?</kbd></button>
      </footer>
      <Help s={s} />
    </main>
  );
}

function Header({ s }: { s: State }): JSX.Element {
  const { formula, output, title, nodes } = s.engine;
  const leaves = nodes.filter((node) => node.kind === "leaf").map((node) => node.label);
  const args = leaves.length && leaves.length <= 8 ? parenthesised(leaves.map(name).join("<mo>,</mo>")) : "";
  const called = name(output) + args;
  const isName = /^\w+$/.test(title);
  const right = formula !== null ? mathml(formula) : isName ? `<mtext>${escape(title)}</mtext>` : "";
  return (
    <header class="top">
      <h1 tabIndex={title.length > LONG ? 0 : undefined}>
        <span class="hidden">Circuit of {title}</span>
        <Maths inner={right ? called + equals + right : called} />
      </h1>
      <ul class="legend" aria-label="Legend">
        <li class="forward">value, forward →</li>
        <li class="backward">← gradient, backward</li>
        <li class="local">local gradient</li>
      </ul>
    </header>
  );
}
