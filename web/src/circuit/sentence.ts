// The sentence of a step, as MathML to look at and as text to be read aloud.
import type { Tick } from "./fold";
import { escape, mathml, name, type Stand } from "./maths";
import { factor as factorText, fixed, gradText, valueText } from "./numbers";
import { equals, factor, numeral, partial, plus, shown, times } from "./terms";
import { indexOf, isNumber, type Local, type Scene, type SceneNode, type Value } from "./records";
import { plainName } from "./text";

export interface Said {
  pass: "forward" | "backward" | "";
  count: string; // "Backward 4 of 9"
  text: string;
  maths: string;
}

/** Say what a step does; `all` are the steps in view. */
export function sentence(scene: Scene, all: readonly Tick[], tick: Tick | undefined): Said {
  if (!tick) {
    return { pass: "", count: "Before the first step", text: "The leaves have their values.", maths: "" };
  }
  const pass = tick.direction;
  const same = all.filter((t) => t.direction === pass);
  const count = `${pass === "forward" ? "Forward" : "Backward"} ${same.indexOf(tick) + 1} of ${same.length}`;
  const node = indexOf(scene).node.get(tick.node);
  const [text, maths] = !node ? ["", ""] : pass === "forward" ? forward(scene, node) : backward(scene, node);
  return { pass, count, text, maths };
}

type Both = [text: string, maths: string];

/** Numbers in place of the operands of a gate. */
export function numbersFor(scene: Scene, gate: SceneNode): Stand {
  const { into, node } = indexOf(scene);
  const values = new Map<string, Value>();
  for (const wire of into.get(gate.id) ?? []) {
    const source = node.get(wire.source);
    if (source) values.set(source.label, source.value);
  }
  return (symbol) => {
    const value = values.get(symbol);
    return isNumber(value) ? numeral(value, "forward") : null;
  };
}

function forward(scene: Scene, node: SceneNode): Both {
  const says = valueText(node.value);
  const text = `${plainName(node.label)} = ${says}`;
  if (node.kind === "module") return [`${node.label} gives ${says}`, ""];
  const lhs = name(node.label) + equals;
  if (node.formula === null) {
    return [text, `${lhs}<mtext>${escape(node.symbol)}</mtext>${equals}<mtext class="forward">${says}</mtext>`];
  }
  if (!isNumber(node.value)) {
    return [text, `${lhs}${mathml(node.formula)}<mspace width="1em"/><mtext class="forward">${says}</mtext>`];
  }
  const filled = mathml(node.formula, numbersFor(scene, node));
  return [text, lhs + mathml(node.formula) + equals + filled + equals + shown(node.value, "forward")];
}

const gradient = (x: number): string => shown(x, "backward");

function backward(scene: Scene, node: SceneNode): Both {
  if (node.kind === "out") return entering(scene, node);
  if (node.kind === "branch") return summed(scene, node);
  const found = (indexOf(scene).locals.get(node.id) ?? []).filter((l) => l.downstream !== null);
  if (!found.length) {
    const why = node.kind === "module" ? `the gradient has passed ${node.label}` : node.grad === null ? "no gradient arrives here" : "no gradient flows to the operands";
    return [why, ""];
  }
  const parts = found.map((local) => product(scene, local));
  const gap = '<mo>,</mo><mspace width="1.2em"/>';
  return [parts.map(([t]) => t).join(", "), parts.map(([, m]) => m).join(gap)];
}

function entering(scene: Scene, node: SceneNode): Both {
  const grad = gradText(node.grad);
  const f = plainName(scene.output);
  return [
    `∂${f}/∂${f} = ${grad}`,
    partial(scene.output, scene.output) + equals + `<mn class="backward">${grad}</mn>`,
  ];
}

function product(scene: Scene, local: Local): Both {
  const { value, upstream, downstream, to } = local;
  const text = `∂${plainName(scene.output)}/∂${plainName(to)} = `;
  const maths = partial(scene.output, to) + equals;
  if (isNumber(value) && isNumber(upstream) && isNumber(downstream)) {
    return [
      `${text}${factorText(value)} × ${factorText(upstream)} = ${fixed(downstream)}`,
      maths + factor(value, "local") + times + factor(upstream, "backward") + equals + gradient(downstream),
    ];
  }
  const shown = gradText(downstream);
  const rule = local.rule === null ? "" : mathml(local.rule) + '<mspace width=".5em"/>';
  return [text + shown, `${maths}${rule}<mtext class="backward">${shown}</mtext>`];
}

/** The contributions to a branch, and their sum. */
export function summed(scene: Scene, node: SceneNode): Both {
  const wires = indexOf(scene).outOf.get(node.id) ?? [];
  const shares = wires.map((wire) => wire.grad).filter((x) => x !== null);
  const text = `∂${plainName(scene.output)}/∂${plainName(node.label)} = `;
  const maths = partial(scene.output, node.label) + equals;
  if (!shares.every(isNumber) || !isNumber(node.grad)) {
    return [`gradients add at the branch: ${text}${gradText(node.grad)}`,
      `${maths}<mtext class="backward">${gradText(node.grad)}</mtext>`];
  }
  return [
    `gradients add at the branch: ${text}${shares.map(factorText).join(" + ")} = ${fixed(node.grad)}`,
    maths + shares.map((x) => factor(x, "backward")).join(plus) + equals + gradient(node.grad),
  ];
}
