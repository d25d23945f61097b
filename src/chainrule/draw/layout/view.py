"""What is in view of a plan when some boxes are open, and which wires stand for others."""

from collections.abc import Collection

from chainrule.draw.layout.records import TOP, Plan, Strand
from chainrule.explain.scene.records import BRANCH


def open_boxes(plan: Plan, opened: Collection[str] | None) -> list[str]:
    """Return the containers that are open, outermost first; with None, all there are."""
    found = [TOP]
    for name, item in plan.items.items():
        wanted = opened is None or name in opened
        if name in plan.containers and wanted and item.parent in found:
            found.append(name)
    return found


def strands_in_view(plan: Plan, containers: Collection[str]) -> dict[str, Strand]:
    """Return the wires in view, by the rules of `explain.scene.fold`.

    A wire that would end inside a closed box ends at it. Several with the same two ends are one,
    under the id of the first, without numbers. Numbers stand at one end only: at the target for
    what leaves a branch, else at the source.
    """
    stands_for: dict[str, str] = {}
    for name, item in plan.items.items():
        stands_for[name] = name if item.parent in containers else stands_for[item.parent]
    first: dict[tuple[str, str, int], str] = {}
    found: dict[str, Strand] = {}
    for name, strand in plan.strands.items():
        source, target = stands_for[strand.source], stands_for[strand.target]
        if source == target:
            continue
        changed = (source, target) != (strand.source, strand.target)
        key = (source, target, -1 if changed else strand.operand)
        if key in first:
            found[first[key]] = found[first[key]]._replace(near=0, far=0)
            continue
        first[key] = name
        branched = plan.items[source].kind == BRANCH
        near, far = (0, strand.far) if branched else (strand.near, 0)
        found[name] = Strand(source, target, strand.operand, near, far)
    return found
