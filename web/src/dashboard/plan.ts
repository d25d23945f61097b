// Where the columns of the network table stand, and how high its rows are.

export type Kind = "modules" | "name" | "std" | "rms" | "ratio" | "idle" | "histogram";

export interface Column {
  kind: Kind;
  x: number;
  width: number;
}

export interface Plan {
  columns: Column[];
  row: number; // height
  top: number; // of the first row
  bottom: number; // of the last one
  map: { x: number; width: number };
  narrow: boolean;
}

const HEAD = 48, GAP = 16, LEAST_MAP = 220;
const WIDTHS: Record<Kind, number> = { modules: 88, name: 64, std: 76, rms: 92, ratio: 104, idle: 72, histogram: 88 };
const DROPPED: Kind[] = ["histogram", "idle", "std", "modules", "ratio"]; // first what a narrow window lacks
const ROOM = 620; // for all rows

/** Place the columns in so many pixels: names as wide as they are, the map takes what is left. */
export function planOf(width: number, rows: number, depth: number, name: number, lacking: readonly Kind[] = []): Plan {
  const widths = { ...WIDTHS, modules: 44 + 44 * Math.max(depth, 1), name: Math.ceil(name) };
  let kinds = (Object.keys(WIDTHS) as Kind[]).filter((kind) => !lacking.includes(kind) && (kind !== "modules" || depth > 0));
  const taken = (): number => kinds.reduce((sum, kind) => sum + widths[kind] + GAP, 0);
  const most = Math.max(LEAST_MAP, 0.4 * width);
  for (const kind of DROPPED) if (width - taken() < most) kinds = kinds.filter((other) => other !== kind);
  let x = 0;
  const columns = kinds.map((kind) => {
    const column = { kind, x, width: widths[kind] };
    x += widths[kind] + GAP;
    return column;
  });
  const row = Math.max(12, Math.min(24, Math.floor(ROOM / Math.max(rows, 1))));
  return { columns, row, top: HEAD, bottom: HEAD + row * rows, map: { x, width: Math.max(80, width - x) }, narrow: width < 700 };
}

/** The row at a height, kept within the table. */
export const rowAt = (plan: Plan, y: number, rows: number): number =>
  Math.max(0, Math.min(rows - 1, Math.floor((y - plan.top) / plan.row)));
