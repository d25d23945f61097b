"""Upright wires between two columns: which stands on which track, so that none lies on another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

FEW = 5  # upright wires whose orders are all tried


@dataclass(frozen=True)
class Bus:
    """An upright wire: lanes enter from the left, one line leaves to the right.

    `lanes` are the lines of the wires that enter, by their ids; `exit` is the line that leaves;
    `track` is the place of the upright wire, from left to right. A detour leads one lane to the bus
    with the same target, on another line.
    """

    target: str
    lanes: Mapping[str, int]
    exit: int
    track: int = 0
    is_detour: bool = False

    @property
    def is_straight(self) -> bool:
        return set(self.lanes.values()) == {self.exit}

    @property
    def lines(self) -> range:
        """The lines that the upright wire covers."""
        ends = [*self.lanes.values(), self.exit]
        return range(min(ends), max(ends) + 1)


def tracked(buses: Sequence[Bus]) -> list[Bus]:
    """Return the buses with their tracks; where two are in each other's way, one takes a detour."""
    straight = [bus for bus in buses if bus.is_straight]
    upright = [bus for bus in buses if not bus.is_straight]
    while True:
        orders = permutations(upright) if len(upright) <= FEW else [tuple(upright)]
        found = [placed for order in orders if (placed := assigned(order)) is not None]
        if found:
            best = min(found, key=lambda placed: (crossings(placed + straight), tracks(placed)))
            return straight + best
        upright = with_detour(upright, [bus.exit for bus in straight])


def tracks(buses: Sequence[Bus]) -> int:
    """Return how many tracks are in use."""
    return max((bus.track + 1 for bus in buses if not bus.is_straight), default=0)


def assigned(order: Sequence[Bus]) -> list[Bus] | None:
    """Give each bus the leftmost track that is free, in this order; None where that cannot be."""
    done: list[Bus] = []
    waiting = list(order)
    while waiting:
        ready = next((bus for bus in waiting if not any(precedes(o, bus) for o in waiting)), None)
        if ready is None:
            return None
        waiting.remove(ready)
        after = [bus.track + 1 for bus in done if precedes(bus, ready)]
        track = max(after, default=0)
        while any(bus.track == track and overlap(bus, ready) for bus in done):
            track += 1
        done.append(replace(ready, track=track))
    return done


def precedes(bus: Bus, other: Bus) -> bool:
    """Tell whether `bus` must stand left of `other`: it ends a lane that `other` leaves on."""
    if bus.target == other.target:
        return bus.is_detour and not other.is_detour
    return other.exit in bus.lanes.values()


def overlap(bus: Bus, other: Bus) -> bool:
    a, b = bus.lines, other.lines
    return a.start < b.stop and b.start < a.stop


def crossings(buses: Sequence[Bus]) -> int:
    """Count where a level wire passes under an upright one."""
    return sum(
        other.track < bus.track and line in other.lines
        for bus in buses
        for line in bus.lanes.values()
        for other in buses
        if not other.is_straight and other is not bus
    ) + sum(
        other.track > bus.track and bus.exit in other.lines
        for bus in buses
        for other in buses
        if not other.is_straight and other is not bus
    )


def with_detour(buses: Sequence[Bus], taken: Sequence[int]) -> list[Bus]:
    """Lead one lane that ends on another's exit over a free line first."""
    used = {*taken, *(bus.exit for bus in buses), *(y for bus in buses for y in bus.lanes.values())}
    bus, wire, line = next(blocking(buses))
    free = next(y for y in nearby(line) if y not in used)
    detour = Bus(bus.target, {wire: line}, free, is_detour=True)
    rest = replace(bus, lanes={**bus.lanes, wire: free})
    return [detour, *(rest if other is bus else other for other in buses)]


def blocking(buses: Sequence[Bus]) -> Iterator[tuple[Bus, str, int]]:
    """Yield the lanes that end on the line by which another bus leaves, and take no detour yet."""
    for bus in (bus for bus in buses if not bus.is_detour):
        for wire, line in bus.lanes.items():
            if any(other.target != bus.target and other.exit == line for other in buses):
                yield bus, wire, line


def nearby(line: int) -> Iterator[int]:
    distance = 1
    while True:
        yield line + distance
        if line >= distance:
            yield line - distance
        distance += 1
