// How high the slots of a container stand: least squares under the order of each column, as in the
// layout that Python makes. Slots that a straight line joins are one rigid block; each column in
// turn is moved to where its links pull it, and neighbours that would collide move as one.

const WORK = 1500, LEAST = 2, MOST = 12; // slots that are moved in all; sweeps
const FULLY = 4; // columns of a block that is moved in all of them, not only at its ends
const NEAR = 12.5, STILL = 0.25; // bends that are straightened, moves that end the sweeps
const SLACK = 1e-3; // the pull of a block without links, to stay where it is

/** How much room a slot needs above and below its centre. */
export interface Slot {
  above: number;
  below: number;
}

/** A straight piece of wire from a slot of a column to one of the next. */
export interface Link {
  column: number;
  start: number;
  leave: number;
  end: number;
  arrive: number;
  weight: number;
  straight: number;
}

/** Return the centre of each slot, downward from 0, on half pixels. */
export function heights(columns: Slot[][], links: Link[]): number[][] {
  const first = settled(columns, links);
  const nearly = links.map((link) => (link.straight ? link : { ...link, straight: first.near(link) }));
  const same = nearly.every((link, i) => link.straight === links[i]!.straight);
  return (same ? first : settled(columns, nearly)).heights();
}

function settled(columns: Slot[][], links: Link[]): Blocks {
  const blocks = new Blocks(columns, links);
  const count = columns.reduce((sum, column) => sum + column.length, 0);
  const order = columns.map((_, c) => c);
  for (let sweep = Math.min(Math.max(Math.floor(WORK / Math.max(count, 1)), LEAST), MOST); sweep; sweep--) {
    let moved = 0;
    for (const column of [...order, ...order.toReversed()]) {
      moved = Math.max(moved, blocks.relax(column));
    }
    if (moved < STILL) break;
  }
  return blocks;
}

interface Pull {
  weight: number;
  other: number;
  distance: number;
}

/** A neighbour, and how far the two bases keep apart. */
type Apart = readonly [other: number, distance: number];

/** A block that moves in a column: its neighbours that stay, and those that move at the same time. */
interface Mover {
  block: number;
  shift: number; // what added to the bases makes neighbours that touch equal
  over: Apart[];
  under: Apart[];
  overMoving: Apart[];
  underMoving: Apart[];
}

class Blocks {
  private readonly block: number[][] = [];
  private readonly offset: number[][] = [];
  private readonly slots: [column: number, position: number][][] = [];
  private readonly over: Apart[][];
  private readonly under: Apart[][];
  private readonly pulls: Pull[][];
  private readonly runs: Mover[][][];
  private readonly base: number[];

  constructor(private readonly columns: Slot[][], links: Link[]) {
    this.align(straightened(links, columns.length));
    this.over = this.slots.map(() => []);
    this.under = this.slots.map(() => []);
    columns.forEach((_, c) => this.separate(c));
    this.pulls = this.pulled(links);
    this.runs = columns.map((_, c) => this.runsOf(c));
    this.base = this.stacked();
  }

  private align(straight: Map<number, Link>[]): void {
    this.columns.forEach((column, c) => {
      this.block.push([]);
      this.offset.push([]);
      column.forEach((_, i) => {
        const link = straight[c]!.get(i);
        const block = link ? this.block[c - 1]![link.start]! : this.slots.push([]) - 1;
        const offset = link ? this.offset[c - 1]![link.start]! + link.leave - link.arrive : 0;
        this.block[c]!.push(block);
        this.offset[c]!.push(offset);
        this.slots[block]!.push([c, i]);
      });
    });
  }

  private separate(column: number): void {
    const slots = this.columns[column]!, blocks = this.block[column]!, offset = this.offset[column]!;
    for (let i = 0; i + 1 < blocks.length; i++) {
      const distance = offset[i]! + slots[i]!.below + slots[i + 1]!.above - offset[i + 1]!;
      this.over[blocks[i + 1]!]!.push([blocks[i]!, distance]);
      this.under[blocks[i]!]!.push([blocks[i + 1]!, distance]);
    }
  }

  private pulled(links: Link[]): Pull[][] {
    const pulls: Pull[][] = this.slots.map(() => []);
    for (const { column: c, start, leave, end, arrive, weight } of links) {
      const a = this.block[c]![start]!, b = this.block[c + 1]![end]!;
      const distance = this.offset[c]![start]! + leave - (this.offset[c + 1]![end]! + arrive);
      if (a === b) continue;
      pulls[b]!.push({ weight, other: a, distance });
      pulls[a]!.push({ weight, other: b, distance: -distance });
    }
    return pulls;
  }

  /** The blocks that move in a column, neighbours together; long ones move in three columns. */
  private runsOf(column: number): Mover[][] {
    const found: number[][] = [[]];
    for (const block of this.block[column]!) {
      const slots = this.slots[block]!;
      const ends = [0, Math.floor(slots.length / 2), slots.length - 1].map((k) => slots[k]![0]);
      const run = found[found.length - 1]!;
      if (slots.length <= FULLY || ends.includes(column)) run.push(block);
      else if (run.length) found.push([]);
    }
    return found.filter((run) => run.length).map((run) => this.movers(run));
  }

  /**
   * Two neighbours of a run may be neighbours in other columns, too: the greatest distance counts.
   * Others of the run that are neighbours elsewhere move at the same time.
   */
  private movers(run: number[]): Mover[] {
    const members = new Set(run);
    let shift = 0;
    return run.map((block, i) => {
      const before = run[i - 1], after = run[i + 1];
      const over = this.over[block]!, under = this.under[block]!;
      const apart = over.filter(([other]) => other === before).map(([, distance]) => distance);
      shift -= apart.length ? Math.max(...apart) : 0;
      return {
        block,
        shift,
        over: over.filter(([other]) => !members.has(other)),
        under: under.filter(([other]) => !members.has(other)),
        overMoving: over.filter(([other]) => members.has(other) && other !== before),
        underMoving: under.filter(([other]) => members.has(other) && other !== after),
      };
    });
  }

  /** The highest places of all blocks that the order allows. */
  private stacked(): number[] {
    const waiting = this.over.map((over) => over.length);
    const base = this.slots.map(() => 0);
    const ready = waiting.flatMap((count, block) => (count ? [] : [block]));
    for (const block of ready) {
      for (const [below, distance] of this.under[block]!) {
        base[below] = Math.max(base[below]!, base[block]! + distance);
        if (!--waiting[below]!) ready.push(below);
      }
    }
    return base;
  }

  /** Move the blocks of a column as the other columns allow; return how far, at most. */
  relax(column: number): number {
    let moved = 0;
    for (const run of this.runs[column]!) {
      const pools: Pool[] = [];
      for (const mover of run) {
        let pool = this.pool(mover);
        while (pools.length && pools[pools.length - 1]!.place > pool.place) {
          pool = joined(pools.pop()!, pool);
        }
        pools.push(pool);
      }
      const places = pools.flatMap((pool) => Array<number>(pool.count).fill(pool.place));
      run.forEach(({ block, shift }, i) => {
        const base = places[i]! - shift;
        moved = Math.max(moved, Math.abs(base - this.base[block]!));
        this.base[block] = base;
      });
    }
    return moved;
  }

  /** Tell whether a link is nearly straight: 1 or 0. */
  near({ column: c, start, leave, end, arrive }: Link): number {
    const from = this.base[this.block[c]![start]!]! + this.offset[c]![start]! + leave;
    const to = this.base[this.block[c + 1]![end]!]! + this.offset[c + 1]![end]! + arrive;
    return Math.abs(from - to) < NEAR ? 1 : 0;
  }

  private pool(mover: Mover): Pool {
    let total = SLACK, sum = SLACK * this.base[mover.block]!;
    for (const { weight, other, distance } of this.pulls[mover.block]!) {
      total += weight;
      sum += weight * (this.base[other]! + distance);
    }
    const [low, high] = this.bounds(mover), shift = mover.shift;
    return pooled(sum / total + shift, total, low + shift, high + shift, 1);
  }

  /** How far its neighbours let a block go; of the way to one that moves too, half. */
  private bounds({ block, over, under, overMoving, underMoving }: Mover): [low: number, high: number] {
    const { base } = this;
    const now = base[block]!;
    const low = Math.max(
      ...over.map(([other, distance]) => base[other]! + distance),
      ...overMoving.map(([other, distance]) => (now + base[other]! + distance) / 2),
    );
    const high = Math.min(
      ...under.map(([other, distance]) => base[other]! - distance),
      ...underMoving.map(([other, distance]) => (now + base[other]! - distance) / 2),
    );
    return [Math.min(low, now), Math.max(high, now)];
  }

  heights(): number[][] {
    const base = this.base.map((y) => Math.floor(2 * y + 0.5) / 2);
    const found = this.block.map((blocks, c) =>
      blocks.map((block, i) => base[block]! + this.offset[c]![i]!),
    );
    const tops = found.flatMap((ys, c) => (ys.length ? [ys[0]! - this.columns[c]![0]!.above] : []));
    const top = Math.floor(2 * (tops.length ? Math.min(...tops) : 0)) / 2;
    return found.map((ys) => ys.map((y) => y - top));
  }
}

/** Neighbours that move as one: the mean of where they are pulled, and how far they may go. */
interface Pool {
  mean: number;
  weight: number;
  low: number;
  high: number;
  count: number;
  place: number;
}

const pooled = (mean: number, weight: number, low: number, high: number, count: number): Pool => ({
  mean, weight, low, high, count, place: Math.min(Math.max(mean, low), high),
});

function joined(a: Pool, b: Pool): Pool {
  const weight = a.weight + b.weight;
  const mean = (a.mean * a.weight + b.mean * b.weight) / weight;
  return pooled(mean, weight, Math.max(a.low, b.low), Math.min(a.high, b.high), a.count + b.count);
}

/** The links that arrive at each column and are straight, by their end; they never cross. */
function straightened(links: Link[], columns: number): Map<number, Link>[] {
  const found = Array.from({ length: columns }, () => new Map<number, Link>());
  const starts: number[][] = found.map(() => []);
  const ends: number[][] = found.map(() => []);
  const wanted = links.filter((link) => link.straight).sort((a, b) => b.straight - a.straight);
  for (const link of wanted) {
    const here = starts[link.column]!, there = ends[link.column]!;
    const beyond = here.findIndex((start) => start > link.start);
    const at = beyond < 0 ? here.length : beyond;
    const above = at === 0 || (here[at - 1]! < link.start && there[at - 1]! < link.end);
    if (above && (at === here.length || link.end < there[at]!)) {
      here.splice(at, 0, link.start);
      there.splice(at, 0, link.end);
      found[link.column + 1]!.set(link.end, link);
    }
  }
  return found;
}
