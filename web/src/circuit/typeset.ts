// Expressions as they are set in type: usual functions, and signs where a person writes them.
import type { Tree } from "./records";

export const typeset = (tree: Tree): Tree => tidy(lifted(spelled(tree)));

/** Rebuild a tree from the leaves up. */
function rebuilt(tree: Tree, change: (op: string, args: Tree[]) => Tree): Tree {
  if (typeof tree !== "object" || tree[0] === "number") return tree;
  const [op, ...args] = tree;
  return change(op, args.map((arg) => rebuilt(arg, change)));
}

/** The functions that only computers have in terms of the usual ones. */
const spelled = (tree: Tree): Tree =>
  rebuilt(tree, (op, args) => {
    const [x = 0] = args;
    switch (op) {
      case "expm1": return ["subtract", ["exp", x], 1];
      case "log1p": return ["log", ["add", 1, x]];
      case "square": return ["power", x, 2];
      case "reciprocal": return ["divide", 1, x];
    }
    return [op, ...args];
  });

/** The minus of a numerator, or of a first factor, before the whole. */
const lifted = (tree: Tree): Tree =>
  rebuilt(tree, (op, args) => {
    if (op === "multiply" || op === "divide") {
      const size = withoutSign(args[0]!);
      if (size !== null) return ["negative", [op, size, args[1]!]];
    }
    return [op, ...args];
  });

function withoutSign(tree: Tree): Tree | null {
  if (typeof tree === "object") return tree[0] === "negative" ? (tree[1] as Tree) : null;
  return typeof tree === "number" && tree < 0 && tree !== -Infinity ? -tree : null;
}

/** `x + (−y)` becomes `x − y`, and the negative of a number becomes a number. */
const tidy = (tree: Tree): Tree =>
  rebuilt(tree, (op, args) => {
    const [a = 0, b = 0] = args;
    const number = numeric(op === "add" ? b : a);
    if (op === "negative" && number !== null) return -number;
    if (op === "add" && typeof b === "object" && b[0] === "negative") return ["subtract", a, b[1] as Tree];
    if (op === "add" && number !== null && number < 0) return ["subtract", a, -number];
    return [op, ...args];
  });

function numeric(tree: Tree): number | null {
  if (typeof tree === "number") return tree;
  return typeof tree === "object" && tree[0] === "number" ? (tree[1] as number) : null;
}
