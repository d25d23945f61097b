// Expression trees as MathML: no script, no font, and read aloud by screen readers.
import { fixed } from "./numbers";
import type { Tree } from "./records";

// How tightly a form binds.
const INSIDE = 0, COMPARISON = 1, SUM = 2, PRODUCT = 3, SIGN = 4, POWER = 5, ATOM = 6;

interface Piece {
  text: string;
  level: number;
}

/** Write a symbol in another way than by its name; null leaves it as it is. */
export type Stand = (symbol: string) => Piece | null;

const GREEK: Record<string, string> = Object.fromEntries(
  ("alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ " +
    "nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ " +
    "Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω")
    .split(" ")
    .reduce<string[][]>((pairs, word, i, all) => {
      if (i % 2) pairs.push([all[i - 1] ?? "", word]);
      return pairs;
    }, []),
);
const ACCENTS: Record<string, string> = { hat: "^", bar: "¯", tilde: "~", dot: "˙", vec: "→" };
const SIGNS: Record<string, string> = {
  less: "<",
  less_equal: "≤",
  greater: ">",
  greater_equal: "≥",
  equal: "=",
  not_equal: "≠",
};
const FUNCTIONS: Record<string, string> = {
  maximum: "max",
  minimum: "min",
  sigmoid: "σ",
  gammaln: "log Γ",
  digamma: "ψ",
};
const FENCES: Record<string, [string, string]> = {
  abs: ["|", "|"],
  floor: ["⌊", "⌋"],
  ceil: ["⌈", "⌉"],
  norm: ["‖", "‖"],
};
const LOOSE = new Set(["add", "subtract", "negative", "where"]);

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c);

/** The parts of a name: `m_hat_12` is m with a hat and the index 12. */
export interface Name {
  letter: string;
  accents: string[];
  below: string;
}

export function nameParts(name: string): Name {
  const plain = name.replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080));
  const [first = name, ...rest] = plain.split("_").filter(Boolean);
  const [, word = "", digits = ""] = /^(.*?)(\d*)$/.exec(first) ?? [];
  const below = word && digits ? [digits] : [];
  const accents: string[] = [];
  for (const part of rest) {
    const accent = ACCENTS[part];
    if (accent) accents.push(accent);
    else below.push(GREEK[part] ?? part);
  }
  const letter = word || digits;
  return { letter: GREEK[letter] ?? letter, accents, below: below.join(", ") };
}

/** Write the name of a variable: a letter in italics, a word upright. */
export function name(text: string): string {
  const { letter, accents, below } = nameParts(text);
  let written = /^\d+$/.test(letter) ? `<mn>${letter}</mn>` : identifier(letter);
  for (const accent of accents) {
    written = `<mover accent="true">${written}<mo stretchy="false">${accent}</mo></mover>`;
  }
  if (!below) return written;
  const index = /^\d+$/.test(below) ? `<mn>${below}</mn>` : identifier(below);
  return `<msub>${written}${index}</msub>`;
}

// A single letter in <mi> is italic by itself, more than one are upright.
const identifier = (text: string): string => `<mi>${escape(text)}</mi>`;
const row = (...parts: string[]): string => `<mrow>${parts.join("")}</mrow>`;
const op = (sign: string, form = ""): string => `<mo${form}>${escape(sign)}</mo>`;
const fence = (text: string, open = "(", close = ")"): string =>
  row(op(open, ' fence="true"'), text, op(close, ' fence="true"'));
const APPLY = "<mo>&#x2061;</mo>", TIMES = "<mo>&#x2062;</mo>", DOT = "<mo>·</mo>";

/** Write an expression; `stand` may put numbers in place of symbols. */
export function mathml(tree: Tree, stand: Stand = () => null): string {
  return write(tidy(tree), stand).text;
}

function write(tree: Tree, stand: Stand): Piece {
  if (typeof tree === "number") return constant(tree);
  if (typeof tree === "string") return stand(tree) ?? { text: name(tree), level: ATOM };
  const [op, ...args] = tree;
  if (op === "number") return constant(args[0] as number);
  return form(op, args, (arg, need, leads) => {
    const piece = write(arg, stand);
    const signs = !leads && need !== INSIDE && /^(<mrow>)*<(mo|mn[^>]*)>−/.test(piece.text);
    return piece.level < need || signs ? fence(piece.text) : piece.text;
  });
}

type Operand = (arg: Tree, need: number, leads?: boolean) => string;

function form(name: string, args: readonly Tree[], operand: Operand): Piece {
  const [a = 0, b = 0, c = 0] = args;
  const infix = (sign: string, level: number, left: number, right: number): Piece => ({
    text: row(operand(a, left, true), sign, operand(b, right)),
    level,
  });
  const sign = SIGNS[name];
  if (sign) return infix(op(sign), COMPARISON, SUM, SUM);
  const fences = FENCES[name];
  if (fences) return { text: fence(operand(a, INSIDE), ...fences), level: ATOM };
  switch (name) {
    case "add":
      return infix(op("+"), SUM, SUM, SUM);
    case "subtract":
      return infix(op("−"), SUM, SUM, PRODUCT);
    case "multiply":
      return infix(between(a, b), PRODUCT, PRODUCT, PRODUCT);
    case "matmul":
      return infix(TIMES, PRODUCT, PRODUCT, PRODUCT);
    case "divide":
      return { text: `<mfrac>${operand(a, INSIDE)}${operand(b, INSIDE)}</mfrac>`, level: PRODUCT };
    case "reciprocal":
      return { text: `<mfrac><mn>1</mn>${operand(a, INSIDE)}</mfrac>`, level: PRODUCT };
    case "negative":
      return { text: row(op("−", ' form="prefix"'), operand(a, PRODUCT)), level: SIGN };
    case "power":
      return { text: `<msup>${operand(a, ATOM, true)}${operand(b, INSIDE)}</msup>`, level: POWER };
    case "square":
      return { text: `<msup>${operand(a, ATOM, true)}<mn>2</mn></msup>`, level: POWER };
    case "transpose":
      return { text: `<msup>${operand(a, ATOM, true)}<mi>⊤</mi></msup>`, level: POWER };
    case "exp":
      return { text: `<msup><mi>e</mi>${operand(a, INSIDE)}</msup>`, level: POWER };
    case "sqrt":
      return { text: `<msqrt>${operand(a, INSIDE)}</msqrt>`, level: ATOM };
    case "where":
      return { text: cases(operand(a, 0), operand(b, 0), operand(c, 0)), level: COMPARISON };
  }
  return call(name, args.map((arg) => operand(arg, INSIDE)));
}

function call(name: string, args: string[]): Piece {
  const index = /^log(2|10)$/.exec(name)?.[1];
  const word = FUNCTIONS[name] ?? name.replace(/_/g, " ");
  const head = index ? `<msub><mi>log</mi><mn>${index}</mn></msub>` : identifier(word);
  return { text: row(head, APPLY, fence(args.join(op(",")))), level: POWER };
}

function cases(condition: string, a: string, b: string): string {
  const line = (value: string, when: string): string =>
    `<mtr><mtd>${value}</mtd><mtd>${when}</mtd></mtr>`;
  const table = line(a, row("<mtext>if&nbsp;</mtext>", condition)) + line(b, "<mtext>otherwise</mtext>");
  return row(op("{", ' fence="true"'), `<mtable columnalign="left">${table}</mtable>`);
}

/** Products stand side by side, with a dot where that could be misread. */
function between(left: Tree, right: Tree): string {
  let first = right;
  while (Array.isArray(first) && ["multiply", "power"].includes(first[0])) first = first[1] as Tree;
  const bracketed = Array.isArray(first) && LOOSE.has(first[0]);
  const digits = typeof first === "number" && !(Math.abs(first) in CONSTANTS);
  return (bracketed ? typeof left !== "number" : digits) ? DOT : TIMES;
}

const CONSTANTS: Record<number, string> = { [Math.PI]: "π", [Math.E]: "e", [Infinity]: "∞" };

function constant(value: number): Piece {
  const size = Math.abs(value);
  const known = CONSTANTS[size];
  const [digits = "", exponent] = String(size).replace("e+", "e").split("e");
  let text = known ? `<mi>${known}</mi>` : `<mn>${digits}</mn>`;
  if (exponent) {
    const power = Number(exponent);
    const signed = power < 0 ? row(op("−"), `<mn>${-power}</mn>`) : `<mn>${power}</mn>`;
    text = (digits === "1" ? "" : text + DOT) + `<msup><mn>10</mn>${signed}</msup>`;
    text = row(text);
  }
  const level = exponent ? PRODUCT : ATOM;
  if (!(value < 0 || Object.is(value, -0))) return { text, level };
  return { text: row(op("−", ' form="prefix"'), text), level: Math.min(SIGN, level) };
}

/** Drop the signs that a person would not write. */
export function tidy(tree: Tree): Tree {
  if (!Array.isArray(tree) || tree[0] === "number") return tree;
  const [op, ...args] = tree as [string, ...Tree[]];
  const [a = 0, b = 0] = args.map(tidy);
  if (op === "negative" && typeof a === "number") return -a;
  if (op === "add" && Array.isArray(b) && b[0] === "negative") return ["subtract", a, b[1] as Tree];
  if (op === "add" && typeof b === "number" && b < 0) return ["subtract", a, -b];
  if (op === "expm1") return ["subtract", ["exp", a], 1];
  if (op === "log1p") return ["log", ["add", 1, a]];
  return [op, ...args.map(tidy)];
}

/** A number in a formula, in the colour of its meaning. */
export function numeral(x: number, colour: string, lone = true): Piece {
  const text = `<mn class="${colour}">${fixed(x)}</mn>`;
  return { text, level: x < 0 && !lone ? SUM : ATOM };
}

/** A number as a factor: negative ones in parentheses. */
export function factorML(x: number, colour: string): string {
  const text = fixed(x);
  return `<mn class="${colour}">${text.startsWith("−") ? `(${text})` : text}</mn>`;
}

export const equals = "<mo>=</mo>";
export const times = "<mo>×</mo>";
export const plus = "<mo>+</mo>";

/** ∂f/∂x on one line. */
export const partial = (of: string, by: string): string =>
  row("<mo>∂</mo>", name(of), '<mo lspace="0" rspace="0">/</mo>', "<mo>∂</mo>", name(by));

/** ∂f/∂x as a fraction. */
export const partialFraction = (of: string, by: string): string =>
  `<mfrac>${row("<mo>∂</mo>", name(of))}${row("<mo>∂</mo>", name(by))}</mfrac>`;
