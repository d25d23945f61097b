// Which entries of its operands made an entry of a gate's output.

export type Index = readonly number[];
export type Lights = (operand: Index) => boolean;

/** Return a test for the entries of one operand; null where the gate mixes in another way. */
export function lights(
  op: string, elementwise: boolean, position: number, operand: Index, output: Index, cell: Index,
): Lights | null {
  if (op === "matmul") return product(position, operand.length, output.length, cell);
  if (op === "transpose" && operand.length === 2) return (at) => at[0] === cell[1] && at[1] === cell[0];
  if (op === "sum" || op === "mean") return total(operand, output, cell);
  return elementwise ? broadcast(operand, cell) : null;
}

/** Row of the left operand, column of the right one; a vector is used whole. */
function product(position: number, rank: number, outputRank: number, cell: Index): Lights | null {
  if (rank === 1) return () => true;
  if (rank !== 2) return null;
  const row = cell[0], column = cell[outputRank - 1];
  return position === 0 ? (at) => at[0] === row : (at) => at[1] === column;
}

/** What was summed up: the entries that agree where the output still has an axis. */
function total(operand: Index, output: Index, cell: Index): Lights | null {
  if (!output.length) return () => true;
  if (output.length === operand.length) {
    return (at) => at.every((i, axis) => output[axis] === 1 || i === cell[axis]);
  }
  if (operand.length !== 2 || output.length !== 1 || operand[0] === operand[1]) return null;
  const axis = output[0] === operand[0] ? 0 : 1;
  return (at) => at[axis] === cell[0];
}

function broadcast(operand: Index, cell: Index): Lights {
  const shift = cell.length - operand.length;
  return (at) => at.every((i, axis) => operand[axis] === 1 || i === cell[axis + shift]);
}

/** The index of an entry by its place in the rows one after another. */
export function indexAt(shape: Index, place: number): number[] {
  const found: number[] = [];
  for (const size of [...shape].reverse()) {
    found.unshift(place % size);
    place = Math.floor(place / size);
  }
  return found;
}
