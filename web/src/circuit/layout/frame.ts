// One open container: members with their ports, columns from top to bottom, links between them.
import { heights, type Link, type Slot } from "./heights";
import type { Item, Plan, Strand } from "./records";
import type { Piece } from "./view";

const PITCH = 16, NARROW_PITCH = 12, SHARE_PITCH = 24, NUMBER_PITCH = 44; // between ports of one side
const RIM = 8; // of a side beyond its outermost ports
const CORNER = 20; // the radius of gates
const SHARE_ROOM = 22, NUMBERS = 22; // under a port that has a share, beside one with numbers
export const APART = 8; // space around everything
const LANES = 6; // room that a passing wire needs above and below
const LEAVES = 4, BESIDE = 0.25, ENDING = 1, PASSING = 8; // weights of links

type Ports = Map<string, number>;

/** A member in view: its size, and the heights of its ports by wire. */
export interface Member {
  item: Item;
  arrive: Ports;
  leave: Ports;
  isOpen: boolean;
}

/** How far left of the centre a wire arrives: gates are round. */
export function reach({ item, arrive }: Member, wire: string): number {
  if (item.kind !== "op") return item.width / 2;
  const beyond = Math.max(Math.abs(arrive.get(wire)!) - (item.height / 2 - CORNER), 0);
  return item.width / 2 - CORNER + Math.sqrt(CORNER ** 2 - beyond ** 2);
}

/** A node, or a closed box, with its ports in operand order; higher where it has many. */
export function closedMember(
  name: string, plan: Plan, strands: Record<string, Strand>, into: string[], outOf: string[],
): Member {
  const item = plan.items[name]!;
  const layers = plan.containers[name];
  const entries = rank(layers?.[0]), exits = rank(layers?.at(-1));
  const arriving = sorted(into, (wire) => entries.get(wire) ?? strands[wire]!.operand);
  const leaving = sorted(outOf, (wire) => exits.get(wire) ?? 0);
  const shares = arriving.some((wire) => strands[wire]!.far);
  const numbers = leaving.some((wire) => strands[wire]!.near);
  const pitch = shares ? SHARE_PITCH : arriving.length === 2 ? PITCH : NARROW_PITCH;
  const arrive = fanned(arriving, pitch);
  const leave = fanned(leaving, item.kind !== "module" ? 0 : numbers ? NUMBER_PITCH : PITCH);
  const lowestIn = Math.max(...arrive.values(), arrive.size ? -Infinity : 0);
  const lowestOut = Math.max(...leave.values(), leave.size ? -Infinity : 0);
  const grown = Math.max(Math.max(lowestIn, lowestOut) + RIM - item.height / 2, 0);
  const forNumbers = numbers ? lowestOut + NUMBERS + APART : 0;
  const forShares = shares ? lowestIn + SHARE_ROOM : 0;
  const sized = {
    ...item,
    height: item.height + 2 * grown,
    above: Math.max(item.above + grown, forNumbers),
    below: Math.max(item.below + grown, forNumbers, forShares),
  };
  return { item: sized, arrive, leave, isOpen: false };
}

const rank = (names: readonly string[] = []): Map<string, number> =>
  new Map(names.map((name, i) => [name, i]));
const sorted = (names: string[], key: (name: string) => number): string[] =>
  [...names].sort((a, b) => key(a) - key(b));
const fanned = (wires: string[], pitch: number): Ports =>
  new Map(wires.map((wire, i) => [wire, (i - (wires.length - 1) / 2) * pitch]));

type Stop = [column: number, position: number];

export class Frame {
  readonly columns: string[][];
  readonly links: Link[][];
  readonly ys: number[][];
  readonly height: number;
  private readonly stops = new Map<string, Map<number, number>>();
  private readonly mixed: Set<string | null>;

  constructor(
    layers: readonly (readonly string[])[],
    readonly members: Map<string, Member>,
    readonly pieces: Piece[],
    readonly strands: Record<string, Strand>,
  ) {
    const passing = new Set(pieces.map((piece) => piece.wire));
    this.columns = layers.map((layer) =>
      layer.filter((name) => members.has(name) || passing.has(name)),
    );
    const follows = ({ source }: Piece): boolean => source !== null && this.kind(source) === "leaf";
    this.mixed = new Set(pieces.filter((p) => !follows(p)).map((p) => p.target));
    this.columns.forEach((column, c) =>
      column.forEach((name, i) => {
        const known = this.stops.get(name) ?? new Map<number, number>();
        this.stops.set(name, known.set(c, i));
      }),
    );
    this.links = pieces.map((piece) => this.linksOf(piece, this.route(piece)));
    const slots = this.columns.map((column) => column.map((name) => this.slot(name)));
    this.ys = heights(slots, this.links.flat());
    this.height = Math.max(0, ...this.ys.flatMap((ys, c) => ys.map((y, i) => y + slots[c]![i]!.below)));
  }

  /** Column and position of a member. */
  stop(name: string): Stop {
    return [...this.stops.get(name)!][0]!;
  }

  private kind(name: string): string {
    return this.members.get(name)!.item.kind;
  }

  private route({ wire, source, target }: Piece): Stop[] {
    const start = source === null ? [] : [this.stop(source)];
    const end = target === null ? [] : [this.stop(target)];
    const first = start[0] ? start[0][0] + 1 : 0;
    const last = end[0] ? end[0][0] : this.columns.length;
    const passed: Stop[] = [];
    for (let c = first; c < last; c++) passed.push([c, this.stops.get(wire)!.get(c)!]);
    return [...start, ...passed, ...end];
  }

  private slot(name: string): Slot {
    return this.members.get(name)?.item ?? { above: LANES, below: LANES };
  }

  private linksOf(piece: Piece, route: Stop[]): Link[] {
    return route.slice(1).map(([, end], k) => {
      const [column, start] = route[k]!;
      const source = k === 0 ? piece.source : null;
      const target = k === route.length - 2 ? piece.target : null;
      const leave = source === null ? 0 : this.members.get(source)!.leave.get(piece.wire)!;
      const arrive = target === null ? 0 : this.members.get(target)!.arrive.get(piece.wire)!;
      const weight = this.weight(source, target);
      return { column, start, leave, end, arrive, weight, straight: this.straight(piece, source, target) };
    });
  }

  /** How hard a bend counts: gates stand in the middle of their leaves. */
  private weight(source: string | null, target: string | null): number {
    if (source === null && target === null) return PASSING;
    if (source === null || target === null || this.kind(source) !== "leaf") return ENDING;
    return this.mixed.has(target) ? BESIDE : LEAVES;
  }

  /** How important it is that a link is straight: long wires first, then chains. */
  private straight(piece: Piece, source: string | null, target: string | null): number {
    if (source === null && target === null) return 4;
    const single = (name: string | null, ports: "arrive" | "leave"): boolean =>
      name === null || this.members.get(name)![ports].size === 1;
    const oneUse = single(piece.source, "leave"), oneOperand = single(piece.target, "arrive");
    if (oneUse && oneOperand) return 3;
    if (source === null) {
      const branched = piece.source === null || this.kind(piece.source) === "branch";
      return branched || oneOperand ? 2 : 0;
    }
    if (target === null) return oneUse ? 2 : 0;
    return oneOperand ? 1 : 0;
  }
}
