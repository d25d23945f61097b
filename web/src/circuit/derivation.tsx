// The chain rule, written out for one leaf.
import { h, Fragment, type JSX } from "preact";
import { mathml, parenthesised } from "./maths";
import { pathsFrom, type Path } from "./paths";
import { indexOf, isNumber, type Local, type Scene, type SceneNode } from "./records";
import { dot, equals, factor, fraction, shown } from "./terms";
import type { State } from "./state";
import { Maths, plainName } from "./text";


export function Derivation({ s }: { s: State }): JSX.Element | null {
  const scene = s.view.value.scene;
  const leaf = wanted(s);
  if (!leaf) return null;
  const written = s.derivations.find((d) => d.wrt === leaf.label);
  const found = pathsFrom(scene, leaf.id);
  const [only] = found.paths;
  const single = found.paths.length === 1 && !s.edits.value.size;
  if (written && !single && !s.edits.value.size) {
    return card(<Maths block inner={written.mathml} />);
  }
  if (found.paths.length !== 1 || !only || only.product === null) return null;
  return card(<Chain scene={scene} leaf={leaf} path={only} />);
}

const card = (body: JSX.Element): JSX.Element => (
  <section class="card derivation">
    <h2>Chain rule, written out</h2>
    <div class="wide" tabIndex={0} role="group" aria-label="Chain rule, written out">{body}</div>
  </section>
);

/** The leaf in question: the one that is looked at, or the first parameter of the gate shown. */
function wanted(s: State): SceneNode | undefined {
  const scene = s.view.value.scene;
  const { into, node } = indexOf(scene);
  const shown = s.shownNode.value;
  const leaves = scene.nodes.filter((n) => n.kind === "leaf" && n.grad !== null);
  if (shown?.kind === "leaf" && leaves.includes(shown)) return shown;
  const operands = (into.get(shown?.id ?? "") ?? []).map((wire) => node.get(wire.source));
  const near = operands.find((n) => n?.kind === "leaf" && n.grad !== null);
  return near ?? leaves.find((n) => n.use === "parameter") ?? leaves[0];
}

function Chain({ scene, leaf, path }: { scene: Scene; leaf: SceneNode; path: Path }): JSX.Element {
  const { locals, node } = indexOf(scene);
  const links = path.wires
    .map((id) => ({ id, local: findLocal(locals, id) }))
    .filter((link): link is { id: string; local: Local } => link.local !== undefined)
    .reverse();
  const gate = (local: Local): string => node.get(local.node)!.label;
  const symbols = links.map(({ local }) => fraction(gate(local), local.to)).join(dot);
  const forms = links.map(({ local }) => `<mrow class="local">${bracketed(local)}</mrow>`).join(dot);
  const numbers = links.map(({ local }) => factor(isNumber(local.value) ? local.value : NaN, "local")).join(dot);
  const lines = [symbols, forms, numbers, shown(path.product ?? NaN, "backward", 4)];
  return (
    <Fragment>
      <table class="chain">
        <tbody>
          {lines.map((line, i) => (
            <tr>
              <td>{i === 0 && <Maths inner={fraction(scene.output, leaf.label)} />}</td>
              <td><Maths inner={equals + line} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hidden">{`the derivative of ${plainName(scene.output)} by ${plainName(leaf.label)}`}</p>
    </Fragment>
  );
}

function findLocal(locals: ReadonlyMap<string, Local[]>, wire: string): Local | undefined {
  for (const found of locals.values()) {
    const local = found.find((l) => l.wire === wire);
    if (local) return local;
  }
  return undefined;
}

/** A local derivative as a factor of a product. */
function bracketed({ expression, node, to }: Local): string {
  if (expression === null) return fraction(node, to);
  const written = mathml(expression);
  const loose = Array.isArray(expression) && ["add", "subtract", "where"].includes(expression[0]);
  return loose || written.startsWith("<mo>−") ? parenthesised(written) : written;
}
