// The gradient check after an edit: central differences of the circuit as evaluated here.
import { forward, type Edits } from "./recompute";
import { indexOf, isNumber, type CheckRow, type Scene } from "./records";

const STEP = 1e-5, BEND = 1e-3, AGREES = 1e-7, CLOSE = 1e-4, WRONG = 1e-2;

/** Return the rows of a check anew; blank where a gradient no longer reaches its input. */
export function differences(engine: Scene, edits: Edits, now: Scene): CheckRow[] | null {
  return engine.check && engine.check.map((row) => compared(engine, edits, now, row));
}

function compared(engine: Scene, edits: Edits, now: Scene, row: CheckRow): CheckRow {
  const leaf = now.nodes.find((node) => node.kind === "leaf" && node.label === row.input);
  const blank = { ...row, backprop: null, difference: null, error: null, verdict: "", ok: true };
  if (!leaf || !isNumber(leaf.value)) return blank;
  const { value: x, grad: backprop } = leaf;
  if (!isNumber(backprop)) return { ...blank, value: x };
  const step = STEP * Math.max(1, Math.abs(x));
  const at = (t: number): number => output(engine, new Map([...edits, [leaf.id, x + t]]));
  const [right, here, left] = [at(step), at(0), at(-step)];
  const difference = (right - left) / (2 * step);
  const sides = [(here - left) / step, (right - here) / step] as const;
  const error = relative(backprop, difference);
  const bent = relative(...sides) > BEND && Math.abs(sides[0] - sides[1]) > BEND;
  const verdict =
    error <= AGREES ? "agrees" : bent ? "kink" : error <= CLOSE ? "close" : error <= WRONG ? "doubtful" : "wrong";
  const ok = verdict !== "wrong" && verdict !== "doubtful";
  return { input: row.input, value: x, backprop, difference, error, step, verdict, ok };
}

function output(scene: Scene, edits: Edits): number {
  const values = forward(scene, edits);
  const out = scene.nodes.find((node) => node.kind === "out");
  const wire = out && indexOf(scene).into.get(out.id)?.[0];
  const found = wire && values.get(wire.source);
  return isNumber(found) ? found : NaN;
}

const relative = (a: number, b: number): number =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
