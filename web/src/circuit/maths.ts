// Expression trees as MathML: no script, no font, and read aloud by screen readers. The notation is
// the one that Python writes: a table of forms, with how tightly each binds.
import { ACCENTS, isGreek, isVariable, partsOf, symbolOf } from "./names";
import type { Tree } from "./records";
import { typeset } from "./typeset";

const INSIDE = 0, COMPARISON = 1, SUM = 2, PRODUCT = 3, SIGN = 4, POWER = 5, ATOM = 6;

/** A written subexpression, and how tightly its outermost op binds. */
export interface Piece {
  text: string;
  level: number;
}

/** What stands in place of a symbol, such as its number; null leaves the name. */
export type Stand = (symbol: string) => Piece | null;

interface Form {
  template: string; // with #1, #2 for the operands
  level: number;
  needs: number[];
}

type Args = readonly Tree[];
type Choice = Form | ((args: Args, stand: Stand) => Form | null);

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
export const escape = (text: string): string => text.replace(/[&<>]/g, (c) => ESCAPES[c]!);
const element = (tag: string, text: string): string => `<${tag}>${escape(text)}</${tag}>`;
const sign = (text: string): string => element("mo", text);
const TIMES = "\u2062", APPLY = "\u2061", MINUS = sign("−");

/** Write an expression as it stands between <math> and </math>. */
export const mathml = (tree: Tree, stand: Stand = () => null): string => write(typeset(tree), stand).text;

function write(tree: Tree, stand: Stand): Piece {
  if (typeof tree === "number") return constant(tree);
  if (typeof tree === "string") return stand(tree) ?? { text: name(tree), level: ATOM };
  const [op, ...args] = tree;
  if (op === "number") return constant(args[0] as number);
  const pieces = args.map((arg) => write(arg, stand));
  const chosen = FORMS[op];
  const form = typeof chosen === "function" ? chosen(args, stand) : chosen;
  if (!form || form.needs.length !== pieces.length) {
    return { text: call(op, pieces.map((piece) => piece.text)), level: POWER };
  }
  const operands = pieces.map((piece, i) =>
    enclosed(piece, form.needs[i]!, form.template.startsWith(`#${i + 1}`)),
  );
  const text = form.template.replace(/#(\d)/g, (_, place) => operands[place - 1]!);
  return { text, level: form.level };
}

/** Put parentheses around an operand where the notation needs them. */
function enclosed(piece: Piece, need: number, leads: boolean): string {
  const signs = !leads && need !== INSIDE && /^(<mrow class[^>]*>)?<mo>−</.test(piece.text);
  return piece.level < need || signs ? parenthesised(piece.text) : piece.text;
}

export const parenthesised = (text: string): string => `<mrow>${sign("(")}${text}${sign(")")}</mrow>`;

/** Write the name of a variable: indices below, accents above; what is no name as text. */
export function name(text: string): string {
  if (!isVariable(text)) return element("mtext", text);
  const { base, accents, below } = partsOf(text);
  let written = word(base);
  for (const accent of accents) {
    written = `<mover accent="true">${written}${sign(ACCENTS[accent]!)}</mover>`;
  }
  if (!below.length) return written;
  const indices = below.map(word).join(sign(","));
  return `<msub>${written}${below.length === 1 ? indices : `<mrow>${indices}</mrow>`}</msub>`;
}

const word = (part: string): string =>
  element(/^\d+$/.test(part) ? "mn" : "mi", symbolOf(part));

const CALLED: Record<string, string> = {
  maximum: "max", minimum: "min", log2: "log_2", log10: "log_10",
  gammaln: "log Γ", digamma: "ψ", sigmoid: "σ",
};

function call(op: string, operands: string[]): string {
  const [base = "", index] = op in CALLED ? CALLED[op]!.split("_") : [op];
  const head = element("mi", base);
  const written = index ? `<msub>${head}<mn>${index}</mn></msub>` : head;
  return `${written}${sign(APPLY)}${parenthesised(operands.join(sign(",")))}`;
}

const CONSTANTS = new Map([[Math.PI, "π"], [Math.E, "e"], [Infinity, "∞"]]);

function constant(value: number): Piece {
  const size = Math.abs(value);
  const known = CONSTANTS.get(size);
  const { text, level } = known ? { text: element("mi", known), level: ATOM } : digits(size);
  const negative = value < 0 || Object.is(value, -0);
  return negative ? { text: MINUS + text, level: Math.min(SIGN, level) } : { text, level };
}

/** Powers of ten where Python has them: below 1e-4, from 1e16 on. */
function digits(size: number): Piece {
  const powers = size !== 0 && (size < 1e-4 || size >= 1e16);
  const [mantissa = "", exponent = ""] = (powers ? size.toExponential() : String(size)).split("e");
  if (!powers) return { text: element("mn", mantissa), level: ATOM };
  const power = Number(exponent);
  const above = (power < 0 ? MINUS : "") + element("mn", String(Math.abs(power)));
  const ten = `<msup><mn>10</mn><mrow>${above}</mrow></msup>`;
  return { text: mantissa === "1" ? ten : `<mn>${mantissa}</mn>${sign("·")}${ten}`, level: PRODUCT };
}

const infix = (operator: string, level: number, left: number, right: number): Form => ({
  template: `#1${sign(operator)}#2`, level, needs: [left, right],
});
const prefix = (mark: string, level: number, need: number): Form => ({
  template: sign(mark) + "#1", level, needs: [need],
});
const superscript = (above: string): Form => ({
  template: `<msup><mrow>#1</mrow><mrow>${above}</mrow></msup>`, level: POWER, needs: [ATOM],
});
const between = (start: string, end: string): Form => ({
  template: `<mrow>${sign(start)}#1${sign(end)}</mrow>`, level: ATOM, needs: [INSIDE],
});
const listed = (start: string, end: string, args: Args, comma: string): Form => ({
  template: start + args.map((_, i) => `#${i + 1}`).join(comma) + end,
  level: ATOM,
  needs: args.map(() => INSIDE),
});

const LOOSE = new Set(["add", "subtract", "negative", "where"]);

/** Factors stand side by side, with a dot where that could be misread. */
function product(args: Args, stand: Stand): Form {
  const [left, right] = args as [Tree, Tree];
  let first = right;
  while (typeof first === "object" && (first[0] === "multiply" || first[0] === "power")) {
    first = first[1] as Tree;
  }
  const loose = typeof first === "object" && LOOSE.has(first[0]);
  const plain = typeof first === "number" && !CONSTANTS.has(first);
  const shown = typeof first === "string" && !!stand(first) && !stand(first)!.text.includes("−");
  const misread = loose ? typeof left !== "number" : plain || shown;
  return infix(misread || args.every(isWord) ? "·" : TIMES, PRODUCT, PRODUCT, PRODUCT);
}

/** A name of several letters: two of them in a row look like one. */
function isWord(tree: Tree): boolean {
  if (typeof tree !== "string" || !isVariable(tree)) return false;
  const { base } = partsOf(tree);
  return base.length > 1 && !isGreek(base);
}

const CASES =
  "<mrow><mo>{</mo><mtable>" +
  "<mtr><mtd>#2</mtd><mtd><mtext>if </mtext>#1</mtd></mtr>" +
  "<mtr><mtd>#3</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>" +
  "</mtable></mrow>";

const compared = (mark: string): Form => infix(mark, COMPARISON, SUM, SUM);

const FORMS: Record<string, Choice> = {
  add: infix("+", SUM, SUM, SUM),
  subtract: infix("−", SUM, SUM, PRODUCT),
  multiply: product,
  divide: { template: "<mfrac><mrow>#1</mrow><mrow>#2</mrow></mfrac>", level: PRODUCT, needs: [0, 0] },
  negative: prefix("−", SIGN, PRODUCT),
  power: { template: "<msup><mrow>#1</mrow><mrow>#2</mrow></msup>", level: POWER, needs: [ATOM, INSIDE] },
  exp: { template: "<msup><mi>e</mi><mrow>#1</mrow></msup>", level: POWER, needs: [INSIDE] },
  sqrt: { template: "<msqrt>#1</msqrt>", level: ATOM, needs: [INSIDE] },
  abs: between("|", "|"),
  floor: between("⌊", "⌋"),
  ceil: between("⌈", "⌉"),
  norm: between("‖", "‖"),
  where: ([, a, b]) =>
    a === 1 && b === 0
      ? { template: `<mrow>${sign("[")}#1${sign("]")}</mrow>`, level: ATOM, needs: [0, 0, 0] }
      : { template: CASES, level: COMPARISON, needs: [0, 0, 0] },
  logical_not: prefix("¬", SIGN, ATOM),
  logical_and: infix("∧", COMPARISON, COMPARISON, COMPARISON),
  logical_or: infix("∨", COMPARISON, COMPARISON, COMPARISON),
  less: compared("<"),
  less_equal: compared("≤"),
  greater: compared(">"),
  greater_equal: compared("≥"),
  equal: compared("="),
  not_equal: compared("≠"),
  matmul: infix(TIMES, PRODUCT, PRODUCT, PRODUCT),
  hadamard: infix("∘", PRODUCT, PRODUCT, PRODUCT),
  transpose: superscript(sign("⊤")),
  matrix_transpose: superscript(sign("⊤")),
  inv: superscript(MINUS + "<mn>1</mn>"),
  sum: prefix("∑", PRODUCT, PRODUCT),
  getitem: (args) => ({
    template: `#1${sign("[")}${args.length === 2 ? "#2" : sign("…")}${sign("]")}`,
    level: ATOM,
    needs: args.map((_, i) => (i ? INSIDE : ATOM)),
  }),
  array: (args) => listed(`<mrow>${sign("[")}`, `${sign("]")}</mrow>`, args, sign(",")),
  constant: (args) => listed("", "<mtext> constant</mtext>", args, sign("×")),
};
