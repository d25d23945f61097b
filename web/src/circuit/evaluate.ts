// Expression trees in float64: every function that formulas have.
import type { Tree } from "./records";

type Fn = (...args: number[]) => number;

const { abs, exp, log, PI, sign, sin, sqrt } = Math;
const truth = (yes: boolean): number => (yes ? 1 : 0);

export const FUNCTIONS: Record<string, Fn> = {
  negative: (x) => -x!,
  abs: (x) => abs(x!),
  sign: (x) => sign(x!),
  exp: (x) => exp(x!),
  log: (x) => log(x!),
  log1p: (x) => Math.log1p(x!),
  expm1: (x) => Math.expm1(x!),
  log2: (x) => Math.log2(x!),
  log10: (x) => Math.log10(x!),
  sqrt: (x) => sqrt(x!),
  sin: (x) => sin(x!),
  cos: (x) => Math.cos(x!),
  tan: (x) => Math.tan(x!),
  arcsin: (x) => Math.asin(x!),
  arccos: (x) => Math.acos(x!),
  arctan: (x) => Math.atan(x!),
  sinh: (x) => Math.sinh(x!),
  cosh: (x) => Math.cosh(x!),
  tanh: (x) => Math.tanh(x!),
  floor: (x) => Math.floor(x!),
  ceil: (x) => Math.ceil(x!),
  rint: (x) => (abs(x! % 1) === 0.5 ? 2 * Math.round(x! / 2) : Math.round(x!)),
  isnan: (x) => truth(Number.isNaN(x!)),
  logical_not: (x) => truth(x === 0),
  erf: (x) => erf(x!),
  erfc: (x) => erfc(x!),
  gammaln: (x) => gammaln(x!),
  digamma: (x) => digamma(x!),
  square: (x) => x! * x!,
  reciprocal: (x) => 1 / x!,
  sigmoid: (x) => (x! < 0 ? exp(x!) / (1 + exp(x!)) : 1 / (1 + exp(-x!))),
  add: (x, y) => x! + y!,
  subtract: (x, y) => x! - y!,
  multiply: (x, y) => x! * y!,
  divide: (x, y) => x! / y!,
  power: (x, y) => (x === 1 ? 1 : x! ** y!),
  arctan2: (x, y) => Math.atan2(x!, y!),
  maximum: (x, y) => Math.max(x!, y!),
  minimum: (x, y) => Math.min(x!, y!),
  less: (x, y) => truth(x! < y!),
  less_equal: (x, y) => truth(x! <= y!),
  greater: (x, y) => truth(x! > y!),
  greater_equal: (x, y) => truth(x! >= y!),
  equal: (x, y) => truth(x === y),
  not_equal: (x, y) => truth(x !== y),
  logical_and: (x, y) => truth(x !== 0 && y !== 0),
  logical_or: (x, y) => truth(x !== 0 || y !== 0),
  where: (c, x, y) => (c !== 0 ? x! : y!),
};

/** Add functions by their formulas; a key is a name, with the settings that are not usual. */
export function define(formulas: Record<string, [inputs: string[], formula: Tree]>): void {
  for (const [key, [inputs, formula]] of Object.entries(formulas)) {
    FUNCTIONS[key] = (...xs) => evaluate(formula, (symbol) => xs[inputs.indexOf(symbol)] ?? NaN);
  }
}

/** Settings such as `slope=0.2` belong to the name, the other arguments are operands. */
function parts([name, ...args]: readonly [string, ...Tree[]]): [key: string, operands: Tree[]] {
  const isSetting = (arg: Tree): boolean => typeof arg === "string" && arg.includes("=");
  return [[name, ...args.filter(isSetting)].join(" "), args.filter((arg) => !isSetting(arg))];
}

/** Tell whether every function of a tree is known here. */
export function computable(tree: Tree | null): tree is Tree {
  if (tree === null) return false;
  if (typeof tree !== "object" || tree[0] === "number") return true;
  const [key, operands] = parts(tree);
  return key in FUNCTIONS && operands.every(computable);
}

/** Compute a tree from the values of its symbols; NaN where one is missing. */
export function evaluate(tree: Tree, value: (symbol: string) => number): number {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") return value(tree);
  if (tree[0] === "number") return tree[1] as number;
  const [key, operands] = parts(tree);
  return FUNCTIONS[key]?.(...operands.map((arg) => evaluate(arg, value))) ?? NaN;
}

/** Return the names in a tree. */
export function symbols(tree: Tree, found = new Set<string>()): Set<string> {
  if (typeof tree === "string") found.add(tree);
  else if (Array.isArray(tree)) for (const arg of tree.slice(1)) symbols(arg as Tree, found);
  return found;
}

/** Put expressions in place of symbols. */
export function substitute(tree: Tree, by: ReadonlyMap<string, Tree>): Tree {
  if (typeof tree === "string") return by.get(tree) ?? tree;
  if (!Array.isArray(tree)) return tree;
  const [name, ...args] = tree as [string, ...Tree[]];
  return [name, ...args.map((arg) => substitute(arg, by))];
}

const NEAR = 2; // below, the series of erf; beyond, the continued fraction of erfc

/** All terms of this series are positive, so that no digit is lost. */
function erf(x: number): number {
  if (abs(x) >= NEAR) return sign(x) * (1 - erfc(abs(x)));
  let term = (2 / sqrt(PI)) * x * exp(-x * x);
  let sum = term;
  for (let n = 1; abs(term) > 1e-18 * abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return sum;
}

function erfc(x: number): number {
  if (!(x >= NEAR)) return 1 - erf(x);
  let tail = x;
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
  return exp(-x * x) / sqrt(PI) / tail;
}

/** Upwards by the recurrence, then the series of Stirling. */
function gammaln(x: number): number {
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0) return log(PI / abs(sin(PI * x))) - gammaln(1 - x);
  let product = 1;
  for (; x < 10; x++) product *= x;
  const y = 1 / (x * x);
  const series =
    1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * (691 / 360360)))));
  return (x - 0.5) * log(x) - x + 0.5 * log(2 * PI) + series / x - log(product);
}

/** Upwards by the recurrence, then the asymptotic series. */
function digamma(x: number): number {
  if (x <= 0 && Number.isInteger(x)) return x ? NaN : -1 / x;
  if (x < 0) return digamma(1 - x) - PI / Math.tan(PI * x);
  let shift = 0;
  for (; x < 10; x++) shift -= 1 / x;
  const y = 1 / (x * x);
  const series =
    y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760))))));
  return shift + log(x) - 0.5 / x - series;
}
