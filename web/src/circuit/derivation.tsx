// The chain rule, written out for one leaf: as one product, or line by line where paths meet.
import { h, type JSX } from "preact";
import { mathml, parenthesised } from "./maths";
import { indexOf, isNumber, type Local, type Scene, type SceneNode, type Wire } from "./records";
import type { State } from "./state";
import { dot, equals, factor, fraction, plus, shown } from "./terms";
import { Maths } from "./text";

const DIGITS = 3, RESULT = 4; // decimals on the way, and of the result
const LONGEST = 24; // lines, and factors

type Line = [left: string, right: string];

export function Derivation({ s }: { s: State }): JSX.Element | null {
  const scene = s.view.value.scene;
  const leaf = wanted(s);
  if (!leaf) return null;
  const lines = isNumber(leaf.grad) ? (product(scene, leaf) ?? sums(scene, leaf)) : null;
  if (lines) return card(<Lines lines={lines} />);
  const written = s.derivations.find(({ wrt }) => wrt === leaf.label || wrt === leaf.name);
  return written ? card(<Maths block inner={written.mathml} />) : null;
}

const card = (body: JSX.Element): JSX.Element => (
  <section class="card derivation">
    <h2>Chain rule, written out</h2>
    <div class="wide" tabIndex={0} role="group" aria-label="Chain rule, written out">{body}</div>
  </section>
);

const Lines = ({ lines }: { lines: Line[] }): JSX.Element => (
  <table class="chain" role="presentation">
    <tbody>
      {lines.map(([left, right]) => (
        <tr>
          <td>{left && <Maths inner={left} />}</td>
          <td><Maths inner={equals + right} /></td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The leaf in question: the one that is looked at, or the first one of the gate shown. */
function wanted(s: State): SceneNode | undefined {
  const scene = s.view.value.scene;
  const { into, node } = indexOf(scene);
  const looked = s.shownNode.value;
  const leaves = scene.nodes.filter((n) => n.kind === "leaf" && n.grad !== null);
  const near = [node.get(s.traced.value ?? ""), looked, ...(into.get(looked?.id ?? "") ?? []).map((wire) => node.get(wire.source))];
  const found = near.find((n) => n && leaves.includes(n));
  return found ?? leaves.find((n) => n.use === "parameter") ?? leaves[0];
}

/** One product, where only one path leads to the output. */
function product(scene: Scene, leaf: SceneNode): Line[] | null {
  const links = onlyPath(scene, leaf.id);
  if (!links || !isNumber(leaf.grad) || !links.every((local) => isNumber(local.value))) return null;
  const { node } = indexOf(scene);
  const joined = (write: (local: Local) => string): string => links.map(write).join(dot);
  return [
    [
      fraction(scene.output, leaf.label),
      joined((local) => fraction(node.get(local.node)!.label, local.to)),
    ],
    ["", joined((local) => symbolic(scene, local))],
    ["", joined((local) => factor(local.value as number, "local", DIGITS))],
    ["", shown(leaf.grad, "backward", RESULT)],
  ];
}

/** The local gradients from the output to a leaf; null where paths part or there are too many. */
function onlyPath(scene: Scene, leaf: string): Local[] | null {
  const { node, outOf } = indexOf(scene);
  const found: Local[] = [];
  for (let at = leaf; found.length <= LONGEST; ) {
    const [wire, another] = outOf.get(at) ?? [];
    if (!wire || another) return null;
    at = wire.target;
    if (node.get(at)?.kind === "out") return found;
    const local = localOf(scene, wire);
    if (!local && node.get(at)?.kind === "op") return null;
    if (local) found.unshift(local);
  }
  return null;
}

/** One line for each value between the leaf and the output, consumers first; sums where it is used twice. */
function sums(scene: Scene, leaf: SceneNode): Line[] | null {
  const { into, outOf, node } = indexOf(scene);
  const reached = new Set([leaf.id]);
  for (const n of scene.nodes) {
    if ((into.get(n.id) ?? []).some((wire) => reached.has(wire.source))) reached.add(n.id);
  }
  const between = scene.nodes.filter((n) => reached.has(n.id) && !/branch|out/.test(n.kind)).reverse();
  if (between.length > LONGEST) return null;
  const lines: Line[] = [];
  for (const n of between) {
    const uses = (outOf.get(n.id) ?? []).flatMap((wire) =>
      node.get(wire.target)?.kind === "branch" ? (outOf.get(wire.target) ?? []) : [wire],
    );
    const locals = uses.map((wire) => localOf(scene, wire)).filter((l) => l !== undefined);
    const left = fraction(scene.output, n.label);
    const known = locals.every((l) => isNumber(l.value) && isNumber(l.upstream)) && isNumber(n.grad);
    if (!known) return null;
    const decimals = n === leaf ? RESULT : DIGITS;
    lines.push([left, locals.length ? summed(scene, locals, n.grad as number, decimals) : shown(1, "backward", 0)]);
  }
  return lines;
}

function summed(scene: Scene, locals: Local[], grad: number, decimals: number): string {
  const { node } = indexOf(scene);
  const symbols = locals.map(
    (local) => fraction(scene.output, node.get(local.node)!.label) + dot + symbolic(scene, local),
  );
  const numbers = locals.map(
    (local) =>
      factor(local.upstream as number, "backward", DIGITS) + dot +
      factor(local.value as number, "local", DIGITS),
  );
  return symbols.join(plus) + equals + numbers.join(plus) + equals + shown(grad, "backward", decimals);
}

const localOf = (scene: Scene, wire: Wire): Local | undefined =>
  indexOf(scene).locals.get(wire.target)?.find((local) => local.wire === wire.id);

/** A local derivative as a factor of a product. */
function symbolic(scene: Scene, { expression, node, to }: Local): string {
  if (expression === null) return fraction(indexOf(scene).node.get(node)!.label, to);
  const written = mathml(expression);
  const bracketed = written.startsWith("<mrow><mo>[");
  const loose =
    Array.isArray(expression) && ["add", "subtract", "where"].includes(expression[0]) && !bracketed;
  const enclosed = loose || written.startsWith("<mo>−") ? parenthesised(written) : written;
  return `<mrow class="local">${enclosed}</mrow>`;
}
