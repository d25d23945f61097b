// The columns of a container from left to right. Wires bend in the middle of a gap only: left of
// the bend is room for the numbers of the column before, right of it for the shares of the next.
import { reach, type Frame } from "./frame";
import type { Link } from "./heights";
import type { Label, Point } from "./records";
import type { Piece } from "./view";

const BESIDE = 10; // between a node and the number at its wire: an arrowhead stands there
const LEAST_BEND = 32, MOST_BEND = 160, SLOPE = 0.15;
const ROOM = 24; // the least space beside the widest number of a gap
export const LEVEL = 0.01; // heights that differ less are the same

export class Across {
  width = 0;
  private readonly widths: number[];
  private readonly left: number[] = [];
  private readonly begin: number[] = [];
  private readonly end: number[] = [];

  constructor(readonly frame: Frame, least: number) {
    const { columns, members } = frame;
    this.widths = columns.map((column) =>
      Math.max(0, ...column.map((name) => members.get(name)?.item.width ?? 0)),
    );
    const before = columns.map(() => 0), after = columns.map(() => 0), bend = columns.map(() => 0);
    frame.pieces.forEach((piece, k) => this.makeRoom(piece, frame.links[k]!, before, after, bend));
    columns.forEach((_, c) => {
      this.left.push(this.width);
      const rise = bend[c]!;
      const wide = rise > LEVEL ? Math.min(LEAST_BEND + SLOPE * rise, MOST_BEND) : ROOM;
      const last = c === columns.length - 1;
      this.begin.push(Math.ceil(this.width + this.widths[c]! + before[c]!));
      this.end.push(this.begin[c]! + (last ? 0 : Math.ceil(wide)));
      this.width = Math.ceil(this.end[c]! + after[c]!);
    });
    if (this.width < least) this.widen(least);
  }

  /** Widen the gaps for the numbers and bends of a piece. */
  private makeRoom(
    { wire, source, target }: Piece, links: Link[],
    before: number[], after: number[], bend: number[],
  ): void {
    const strand = this.frame.strands[wire]!;
    for (const link of links) {
      const c = link.column;
      after[c] = Math.max(after[c]!, BESIDE);
      bend[c] = Math.max(bend[c]!, Math.abs(this.start(link) - this.stop(link)));
    }
    const closed = (name: string): boolean => !this.frame.members.get(name)!.isOpen;
    if (source !== null && strand.near && closed(source)) {
      const [c] = this.frame.stop(source);
      before[c] = Math.max(before[c]!, strand.near + 2 * BESIDE - this.slack(source));
    }
    if (target !== null && strand.far && closed(target)) {
      const c = this.frame.stop(target)[0] - 1;
      after[c] = Math.max(after[c]!, strand.far + 2 * BESIDE - this.slack(target));
    }
  }

  /** Make everything this wide; what goes out does so at the new border. */
  private widen(width: number): void {
    const out = this.frame.pieces.some((piece) => piece.target === null);
    if (out) this.left[this.left.length - 1]! += width - this.width;
    this.width = width;
  }

  /** How much narrower than its column a member is, on one side. */
  private slack(name: string): number {
    const [column] = this.frame.stop(name);
    return (this.widths[column]! - this.half(name) * 2) / 2;
  }

  private half(name: string): number {
    return this.frame.members.get(name)!.item.width / 2;
  }

  x(name: string): number {
    const [column] = this.frame.stop(name);
    return this.left[column]! + this.widths[column]! / 2;
  }

  y(name: string): number {
    const [column, position] = this.frame.stop(name);
    return this.frame.ys[column]![position]!;
  }

  private start(link: Link): number {
    return this.frame.ys[link.column]![link.start]! + link.leave;
  }

  private stop(link: Link): number {
    return this.frame.ys[link.column + 1]![link.end]! + link.arrive;
  }

  /** At what height each wire comes in, and at what height it goes out. */
  border(): { arrive: Map<string, number>; leave: Map<string, number> } {
    const arrive = new Map<string, number>(), leave = new Map<string, number>();
    this.frame.pieces.forEach(({ wire, source, target }, k) => {
      const links = this.frame.links[k]!;
      if (source === null) arrive.set(wire, this.start(links[0]!));
      if (target === null) leave.set(wire, this.stop(links.at(-1)!));
    });
    return { arrive, leave };
  }

  /** The way-points of a piece, from port to port or to the border. */
  path(number: number): Point[] {
    const piece = this.frame.pieces[number]!, links = this.frame.links[number]!;
    const bends = links.flatMap((link): Point[] => [
      [this.begin[link.column]!, this.start(link)],
      [this.end[link.column]!, this.stop(link)],
    ]);
    return [
      [this.leaveX(piece), this.start(links[0]!)],
      ...bends,
      [this.arriveX(piece), this.stop(links.at(-1)!)],
    ];
  }

  private leaveX({ source }: Piece): number {
    return source === null ? 0 : this.x(source) + this.half(source);
  }

  private arriveX({ wire, target }: Piece): number {
    return target === null ? this.width : this.x(target) - reach(this.frame.members.get(target)!, wire);
  }

  /** Where the numbers of a wire stand, if they stand at this piece of it. */
  label(number: number): Label | null {
    const piece = this.frame.pieces[number]!, links = this.frame.links[number]!;
    const strand = this.frame.strands[piece.wire]!;
    if (strand.near && piece.source === strand.source) {
      return [this.leaveX(piece) + BESIDE + strand.near / 2, this.start(links[0]!), "middle"];
    }
    if (strand.far && piece.target === strand.target) {
      return [this.arriveX(piece) - BESIDE, this.stop(links.at(-1)!), "end"];
    }
    return null;
  }
}
