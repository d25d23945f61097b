// From a plan and the open boxes to places, paths and labels: the same numbers as Python has.
import { Across, LEVEL } from "./across";
import { APART, closedMember, Frame, type Member } from "./frame";
import { TOP, type Arranged, type Label, type Place, type Plan, type Point, type Strand } from "./records";
import { openBoxes, pieces, strandsInView, type Piece } from "./view";

const HEADER = 24, PADDING = 20, MARGIN = 24; // of an open box; around everything

/** An open container, arranged: where its contents begin, from its top left corner. */
interface Box {
  across: Across;
  width: number;
  height: number;
  left: number;
  top: number;
}

/** Return the layout of a plan with these boxes open; null opens all. */
export function arrange(plan: Plan, opened: ReadonlySet<string> | null): Arranged {
  const containers = openBoxes(plan, opened);
  const strands = strandsInView(plan, containers);
  const members = new Map<string, string[]>(containers.map((name) => [name, []]));
  for (const [name, item] of Object.entries(plan.items)) members.get(item.parent)?.push(name);
  const found = new Map<string, Piece[]>(containers.map((name) => [name, []]));
  const cut = Object.entries(strands).map(([wire, strand]) => pieces(wire, strand, plan));
  for (const piece of cut.flat()) found.get(piece.container)!.push(piece);
  const boxes = new Map<string, Box>();
  for (const name of [...containers].reverse()) {
    const inside = membersInView(members.get(name)!, plan, strands, found.get(name)!, boxes);
    const frame = new Frame(plan.containers[name]!, inside, found.get(name)!, strands);
    boxes.set(name, boxed(name, plan, frame));
  }
  const { places, corners } = placed(containers, boxes);
  const { width, height } = boxes.get(TOP)!;
  return { width, height, places, paths: paths(cut, boxes, corners), labels: labels(boxes, corners, containers) };
}

function membersInView(
  names: string[], plan: Plan, strands: Record<string, Strand>, found: Piece[], boxes: Map<string, Box>,
): Map<string, Member> {
  const into = new Map<string | null, string[]>(names.map((name) => [name, []]));
  const outOf = new Map<string | null, string[]>(names.map((name) => [name, []]));
  for (const piece of found) {
    into.get(piece.target)?.push(piece.wire);
    outOf.get(piece.source)?.push(piece.wire);
  }
  return new Map(
    names.map((name) => {
      const box = boxes.get(name);
      return [
        name,
        box
          ? openMember(plan, name, box)
          : closedMember(name, plan, strands, into.get(name)!, outOf.get(name)!),
      ];
    }),
  );
}

/** An open box as a member of the container around it. */
function openMember(plan: Plan, name: string, { across, width, height, top }: Box): Member {
  const half = height / 2;
  const { arrive, leave } = across.border();
  const shifted = (ports: Map<string, number>) => new Map([...ports].map(([wire, y]) => [wire, y + top - half]));
  return {
    item: { ...plan.items[name]!, width, height, above: half + APART, below: half + APART },
    arrive: shifted(arrive),
    leave: shifted(leave),
    isOpen: true,
  };
}

/** A container with header and padding; wires cross the border of a box at its edge. */
function boxed(name: string, plan: Plan, frame: Frame): Box {
  let left = MARGIN, right = MARGIN, top = MARGIN, bottom = MARGIN, least = 0;
  if (name !== TOP) {
    left = frame.pieces.some((piece) => piece.source === null) ? 0 : PADDING;
    right = frame.pieces.some((piece) => piece.target === null) ? 0 : PADDING;
    [top, bottom] = [HEADER + PADDING, PADDING];
    least = plan.items[name]!.width - left - right;
  }
  const across = new Across(frame, least);
  const height = 2 * Math.ceil(frame.height / 2) + top + bottom;
  return { across, width: across.width + left + right, height, left, top };
}

function placed(containers: string[], boxes: Map<string, Box>) {
  const places: Record<string, Place> = {};
  const corners = new Map<string, Point>();
  for (const name of containers) {
    const { across, left, top } = boxes.get(name)!;
    const [x, y, width, height] = name === TOP ? [0, 0, 0, 0] : places[name]!;
    const corner: Point = [x - width / 2 + left, y - height / 2 + top];
    corners.set(name, corner);
    for (const [member, { item }] of across.frame.members) {
      places[member] = [corner[0] + across.x(member), corner[1] + across.y(member), item.width, item.height];
    }
  }
  return { places, corners };
}

function paths(cut: Piece[][], boxes: Map<string, Box>, corners: Map<string, Point>) {
  const numbers = new Map<string, number>();
  for (const [name, { across }] of boxes) {
    across.frame.pieces.forEach(({ wire }, k) => numbers.set(`${name} ${wire}`, k));
  }
  const found: Record<string, Point[]> = {};
  for (const along of cut) {
    const points = along.flatMap(({ container, wire }) => {
      const [left, top] = corners.get(container)!;
      const path = boxes.get(container)!.across.path(numbers.get(`${container} ${wire}`)!);
      return path.map(([x, y]): Point => [left + x, top + y]);
    });
    found[along[0]!.wire] = simplified(points);
  }
  return found;
}

function labels(boxes: Map<string, Box>, corners: Map<string, Point>, containers: string[]) {
  const found: Record<string, Label> = {};
  for (const name of containers) {
    const { across } = boxes.get(name)!;
    const [left, top] = corners.get(name)!;
    across.frame.pieces.forEach(({ wire }, k) => {
      const label = across.label(k);
      if (label) found[wire] = [left + label[0], top + label[1], label[2]];
    });
  }
  return found;
}

/** A path without the way-points inside of its level runs. */
function simplified(points: Point[]): Point[] {
  const found = [points[0]!];
  points.slice(0, -1).forEach((point, i) => {
    const before = found.at(-1)![1], after = points[i + 1]![1];
    if (Math.abs(point[1] - before) > LEVEL || Math.abs(after - point[1]) > LEVEL) found.push(point);
  });
  return [...found, points.at(-1)!];
}
