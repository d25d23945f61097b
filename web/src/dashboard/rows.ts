// The rows of the network table: one for each tensor of parameters, input at the top.
import type { Start } from "./records";
import type { Heat } from "./series";

/** What a layer that does too little is called, by its activation. */
const IDLE: Record<string, "dead" | "saturated"> = { sigmoid: "saturated", tanh: "saturated", softsign: "saturated" };
export const MANY = 24; // rows from which biases are left out at first
const MOST = 150; // rows from which modules are closed at first

export interface Row {
  name: string; // of the parameter, or of the module that is closed
  label: string;
  shape: string;
  members: number[]; // rows of the map
  activation: string | null; // the output that tells what the layer does
  activates: boolean;
  idle: "dead" | "saturated"; // what is said of units that do too little
}

/** A module around several rows. */
export interface Bracket {
  path: string;
  label: string;
  first: number;
  last: number;
  depth: number;
  closed: boolean;
}

export interface Rows {
  rows: Row[];
  brackets: Bracket[];
  depth: number;
}

type Known = { name: string; shape: string; module: string; member: number; activation: string | null; activates: boolean; idle: Row["idle"] };

/** Arrange the parameters of a run; `closed` are the modules that are one row. */
export function rowsOf(
  start: Start, map: readonly string[], outputs: ReadonlySet<string>, closed: ReadonlySet<string>, all: boolean,
): Rows {
  const known = parametersOf(start, map, outputs);
  const shown = all ? known : known.filter((one) => one.shape.includes("×") || !one.shape);
  const listed = shown.length ? shown : known;
  const prefix = shared(listed.map((one) => one.module));
  const rows: Row[] = [], brackets: Bracket[] = [];
  const modules = boxes(start, listed.map((one) => one.module));
  let box: string | undefined;
  for (const one of listed) {
    const shut = modules.filter((path) => closed.has(path)).find((path) => within(one.module, path));
    if (shut !== undefined && shut === box) {
      rows.at(-1)!.members.push(one.member);
      continue;
    }
    box = shut;
    const { member, module, ...rest } = one;
    const label = shut ?? (all ? one.name : module || one.name);
    rows.push({ ...rest, name: shut ?? one.name, members: [member], label: label.slice(prefix.length) || label });
  }
  let depth = 0;
  for (const path of modules) {
    const inside = rows.flatMap((row, i) => (within(row.name, path) ? [i] : []));
    if (!inside.length || (inside.length < 2 && !closed.has(path))) continue;
    if (!closed.has(path) && listed.every(({ module }) => module === path || !within(module, path))) continue; // names say it
    const level = modules.filter((other) => other !== path && within(path, other)).length;
    depth = Math.max(depth, level + 1);
    brackets.push({
      path, label: path.slice(prefix.length) || path, first: inside[0]!, last: inside.at(-1)!, depth: level,
      closed: closed.has(path),
    });
  }
  return { rows, brackets, depth: Math.min(depth, 2) };
}

/** The modules that are closed at first, so that no more rows are there than a screen can hold. */
export function closedAtFirst(start: Start, map: readonly string[]): ReadonlySet<string> {
  if (map.length <= MOST) return new Set();
  const modules = map.map((name) => moduleOf(start, name));
  const paths = boxes(start, modules);
  return new Set(paths.filter((path) => !paths.some((other) => other !== path && within(path, other))));
}

/** The modules around two parameters and more, but for those around all of them. */
function boxes(start: Start, modules: readonly string[]): string[] {
  const paths = (start.modules ?? []).map((module) => module.path).filter(Boolean);
  return paths.filter((path) => {
    const count = modules.filter((module) => within(module, path)).length;
    return count > 1 && count < modules.length;
  });
}

export const within = (name: string, path: string): boolean => name === path || name.startsWith(`${path}.`);

function moduleOf(start: Start, name: string): string {
  const holding = (start.modules ?? []).filter((module) => module.path && within(name, module.path));
  return holding.reduce((longest, { path }) => (path.length > longest.length ? path : longest), "");
}

function parametersOf(start: Start, map: readonly string[], outputs: ReadonlySet<string>): Known[] {
  const place = new Map(map.map((name, i) => [name, i]));
  const order = (start.parameters ?? []).filter(({ name }) => place.has(name));
  const listed = order.length ? order : map.map((name) => ({ name, shape: [] }));
  const modules = (start.modules ?? []).map((module) => module.path);
  const holders = new Set(listed.map(({ name }) => moduleOf(start, name)));
  return listed.map(({ name, shape }) => {
    const module = moduleOf(start, name);
    const activation = outputAfter(module, modules, holders, outputs);
    const kind = start.activations?.[activation ?? ""];
    const idle = IDLE[kind ?? ""] ?? "dead";
    return { name, shape: shape.join("×"), module, member: place.get(name)!, activation, activates: kind !== undefined, idle };
  });
}

/** The first output that was recorded at a module or after it, before the next one with parameters. */
function outputAfter(
  module: string, modules: readonly string[], holders: ReadonlySet<string>, outputs: ReadonlySet<string>,
): string | null {
  const begin = modules.indexOf(module);
  for (let i = Math.max(begin, 0); i < modules.length; i++) {
    const path = modules[i]!;
    if (i > begin && holders.has(path)) break;
    if (outputs.has(path)) return path;
  }
  return null;
}

/** What all names begin with, up to a dot. */
function shared(names: readonly string[]): string {
  const [first = ""] = names;
  let prefix = first.slice(0, first.lastIndexOf(".") + 1);
  while (prefix && !names.every((name) => name.startsWith(prefix))) {
    prefix = prefix.slice(0, prefix.lastIndexOf(".", prefix.length - 2) + 1);
  }
  // Numbers alone say little: they keep the word before them.
  const bare = names.every((name) => /^\d+$/.test(name.slice(prefix.length).split(".")[0]!));
  return bare ? prefix.slice(0, prefix.lastIndexOf(".", prefix.length - 2) + 1) : prefix;
}

/** The member of a row that is farthest from healthy: what a closed module shows. */
export function worst(row: Row, map: Heat, column: number, low: number, high: number): number {
  let found = row.members[0]!, distance = -1;
  for (const member of row.members) {
    const x = map.get(member, column);
    if (x === -1) continue;
    const power = Math.log10(x);
    const away = Number.isFinite(x) ? Math.max(low - power, power - high, 0) : Infinity;
    if (away > distance) [found, distance] = [member, away];
  }
  return found;
}
