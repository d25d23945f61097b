// One gate explained: formula, and for each operand local × upstream = downstream.
import { h, Fragment, type JSX } from "preact";
import { Arrays } from "./arrays";
import { mathml, name } from "./maths";
import { fixed, gradText, shapeText, valueText } from "./numbers";
import { localKey, gradKey, whyReadOnly } from "./recompute";
import { indexOf, isNumber, type Local, type SceneNode } from "./records";
import { numbersFor, summed } from "./sentence";
import { equals, fraction, shown } from "./terms";
import { startEdit, toggleBox, type State } from "./state";
import { Formula, Maths, plainName } from "./text";

const WORDS: Record<string, string> = { exp: "exponential", log: "logarithm", matmul: "matrix product" };

export function Panel({ s }: { s: State }): JSX.Element {
  const node = s.shownNode.value;
  if (!node) return <section class="card panel" />;
  return (
    <section class="card panel" aria-label={`About ${plainName(node.label)}`}>
      <Head node={node} />
      <Body s={s} node={node} />
      <Edit s={s} node={node} />
    </section>
  );
}

function Head({ node }: { node: SceneNode }): JSX.Element {
  const [title, under] = titles(node);
  const sign = { leaf: plainName(node.label), op: node.symbol, branch: "Σ", out: plainName(node.label), module: "▣" };
  return (
    <header class="head">
      <span class={`badge ${node.kind}`} aria-hidden="true">{sign[node.kind]}</span>
      <div>
        <h2>{title}</h2>
        <p class="under">{under}</p>
      </div>
    </header>
  );
}

function titles(node: SceneNode): [string, string] {
  const word = WORDS[node.op] ?? node.op.replace(/_/g, " ");
  switch (node.kind) {
    case "leaf":
      return [node.name, node.use === "parameter" ? "parameter" : "data"];
    case "branch":
      return ["branch", "gradients add here"];
    case "out":
      return ["output", "the gradient enters here"];
    case "module":
      return [node.op ? `${node.label}, ${node.op}` : node.label, `a box of ${node.gates} gates`];
  }
  return [`${word} gate`, node.role ? `gradient ${node.role}` : "folded chain"];
}

function Body({ s, node }: { s: State; node: SceneNode }): JSX.Element | null {
  const scene = s.view.value.scene;
  const grad = s.known.value.grads;
  if (node.kind === "branch") {
    const done = (indexOf(scene).into.get(node.id) ?? []).some((wire) => grad.has(wire.id));
    const [, maths] = summed(scene, node);
    const tall = maths.replace(/^<mrow>.*?<\/mrow>(?=<mo>=)/, fraction(scene.output, node.label));
    return (
      <Fragment>
        {done && <Formula inner={tall} />}
        <p class="soft">{node.says || "One value used in several places: its gradient is the sum over all of them."}</p>
        <Arrays s={s} node={node} />
      </Fragment>
    );
  }
  if (node.kind === "module") {
    return (
      <p class="actions">
        <button type="button" onClick={() => toggleBox(s, node.id)}>{node.whole ? "Close the box" : "Open the box"}</button>
      </p>
    );
  }
  return (
    <Fragment>
      {node.formula !== null && <Computed s={s} node={node} />}
      {node.kind === "op" ? <Operands s={s} node={node} /> : <Plain s={s} node={node} />}
      {node.says && <p class="soft">{node.says}</p>}
      {node.source && (
        <p class="soft source">line {node.source.line}: <code>{node.source.text}</code></p>
      )}
      <Arrays s={s} node={node} />
    </Fragment>
  );
}

function hasRun(s: State, node: SceneNode): { value: boolean; grad: boolean } {
  const { into, outOf } = indexOf(s.view.value.scene);
  const wire = outOf.get(node.id)?.[0] ?? into.get(node.id)?.[0];
  const { values, grads } = s.known.value;
  return { value: !!wire && values.has(wire.id), grad: !!wire && grads.has(wire.id) };
}

function Computed({ s, node }: { s: State; node: SceneNode }): JSX.Element {
  const scene = s.view.value.scene;
  const symbols = name(node.label) + equals + mathml(node.formula!);
  const known = isNumber(node.value) && hasRun(s, node).value;
  const numbers = known
    ? equals + mathml(node.formula!, numbersFor(scene, node)) + equals +
      shown(node.value as number, "forward")
    : "";
  return <Formula inner={symbols + numbers} />;
}

/** A leaf or the output: value and gradient. */
function Plain({ s, node }: { s: State; node: SceneNode }): JSX.Element {
  const known = hasRun(s, node);
  const f = s.view.value.scene.output;
  return (
    <table class="plain">
      <tbody>
        <tr><th scope="row">value</th><td class="number forward">{known.value ? valueText(node.value) : ""}</td></tr>
        <tr>
          <th scope="row"><span class="hidden">gradient</span><Maths inner={fraction(f, node.label)} /></th>
          <td class="number backward">{known.grad ? gradText(node.grad) : ""}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Operands({ s, node }: { s: State; node: SceneNode }): JSX.Element | null {
  const scene = s.view.value.scene;
  const found = indexOf(scene).locals.get(node.id) ?? [];
  if (!found.length) return null;
  return (
    <table class="operands">
      <thead>
        <tr>
          <th scope="col">{found.some(isSymbolic) ? "local gradient" : "from upstream g"}</th>
          <td />{found.some(isSymbolic) ? <th scope="col">upstream</th> : <td />}
          <td /><th scope="col">downstream</th>
        </tr>
      </thead>
      {found.map((local) => <Operand key={local.wire} s={s} local={local} node={node} />)}
    </table>
  );
}

const isSymbolic = (local: Local): boolean => local.expression !== null || local.rule === null;

function Operand({ s, local, node }: { s: State; local: Local; node: SceneNode }): JSX.Element {
  const f = s.view.value.scene.output;
  const { grads } = s.known.value;
  const { made } = s.now.value;
  const ran = hasRun(s, node);
  const mark = (key: string, known: boolean): string => (known && made.has(key) ? " made" : "");
  const handed = grads.has(local.wire);
  const symbolic = isSymbolic(local);
  const localMaths =
    local.expression !== null
      ? fraction(node.label, local.to) + equals + mathml(local.expression)
      : local.rule !== null
        ? fraction(f, local.to) + equals + mathml(local.rule)
        : fraction(node.label, local.to);
  const shapes = Object.entries(local.shapes).map(([k, v]) => `${plainName(k)} ${shapeText(v)}`).join(", ");
  return (
    <tbody>
      <tr class="symbols">
        <td class="cell local" colSpan={symbolic ? 1 : 3}><Maths inner={localMaths} /></td>
        {symbolic && <td>×</td>}
        {symbolic && <td class="cell backward"><Maths inner={fraction(f, node.label)} /></td>}
        <td>=</td>
        <td class="cell backward"><Maths inner={fraction(f, local.to)} /></td>
      </tr>
      <tr class="numbers">
        {symbolic ? (
          <td class={`number local${mark(localKey(local), ran.value)}`}>{ran.value ? valueText(local.value) : ""}</td>
        ) : (
          <td class="soft shapes" colSpan={3}>{shapes}</td>
        )}
        {symbolic && <td>×</td>}
        {symbolic && <td class="number backward">{ran.grad ? gradText(local.upstream) : ""}</td>}
        <td>=</td>
        <td class={`number backward strong${mark(gradKey(local.wire), handed)}`}>{handed ? gradText(local.downstream) : ""}</td>
      </tr>
    </tbody>
  );
}

function Edit({ s, node }: { s: State; node: SceneNode }): JSX.Element | null {
  if (node.kind === "module" || node.kind === "out" || node.kind === "branch") return null;
  const why = whyReadOnly(s.now.value.scene, node.id);
  if (why) return <p class="soft">{why}</p>;
  const pinned = node.kind === "op" && s.edits.value.has(node.id);
  return (
    <p class="actions">
      <button type="button" onClick={() => startEdit(s, node.id)}>
        {node.kind === "leaf" ? "Edit the value" : "Pin a value"}
      </button>
      {pinned && <span class="soft"> pinned at {fixed(node.value as number)}: no gradient passes it</span>}
    </p>
  );
}
