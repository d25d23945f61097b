"""Matrix products by register tiles: a few rows by a few vectors of C stay in registers.

C is cut into panels of columns, a panel into tiles of rows. A panel's columns of B are packed side
by side unless they are read in order anyway; then each tile adds up its products over l, and gives
its finished entries to the caller, who adds a bias, applies an activation and stores.

Every entry is summed in the order of l, by one tile: the result does not depend on how tiles are
dealt out.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from chainrule.compiler.code import Function
from chainrule.compiler.llvm import Host
from chainrule.compiler.pack import Panel, first_lanes, load_first, scaled, write_packing
from chainrule.compiler.parts import ALL, Body, Range, in_steps
from chainrule.compiler.tiling import (
    Product,
    Tiling,
    fetches_ahead,
    room_for_columns,
    tiles,
    tiling,
    workspace,
)
from chainrule.compiler.values import Value, constant, size_of, vector

__all__ = ["Epilogue", "Product", "tiles", "workspace", "write_product"]

Epilogue = Callable[[Function, Value, Value, Value, Value | None], None]
LINE = 64  # bytes that come from memory together


def write_product(
    f: Function,
    product: Product,
    a: Value,
    b: Value,
    scratch: Value | None,
    epilogue: Epilogue,
    host: Host,
    part: Range = ALL,
    packed: Value | None = None,
) -> None:
    """Write the loops of a product into a function.

    Arguments:
        a, b: the addresses of A[0, 0] and B[0, 0].
        scratch: `workspace` bytes of memory, of this thread alone.
        epilogue: called as (f, row, column, entries, mask) for each vector of finished entries
            C[row, column], C[row, column + 1] ...; a mask says which of them there are, no mask
            that all are. It is called once for each vector of a tile's row, while writing.
        part: which of the `tiles` to do: all, or first <= tile < last.
        packed: whether `scratch` holds all of B already, from another part.
    """
    plan = tiling(product, host)
    kept = f.local(plan.rows * plan.width * size_of(product.kind))
    nowhere = Value("null", "ptr")
    writer = _Writer(f, product, plan, a, b, scratch or nowhere, kept, epilogue, packed)
    if 0 in (product.m, product.n):
        return
    write = {"columns": writer.columns, "rows": writer.rows, "blocks": writer.blocks}
    write[plan.order](part)


@dataclass(frozen=True)
class _Columns:
    """A panel in its place: its first column, how many it has, and where to read its entries."""

    start: Value
    count: int
    address: Value
    panel: Panel


@dataclass(frozen=True)
class _Rows:
    """Some rows of A: the first, how many they are, and where to read them in which strides."""

    start: Value
    count: int
    address: Value
    strides: tuple[int, int]


@dataclass(frozen=True)
class _Writer:
    """What all parts of a product have in common while it is written; `kept` holds a tile."""

    f: Function
    product: Product
    plan: Tiling
    a: Value
    b: Value
    scratch: Value
    kept: Value
    epilogue: Epilogue
    packed: Value | None

    def columns(self, part: Range) -> None:
        """Write the loop over panels; each is packed once, and used by all rows."""

        def panel(start: Value, count: int) -> None:
            columns = self.panel(start, count, self.scratch, packing=self.plan.packs)
            self.each_row(lambda *here: self.tile(self.plain_rows(*here), columns))

        self.each_panel(panel, part)

    def rows(self, part: Range) -> None:
        """Write the loop over rows of tiles; all panels are packed beforehand."""

        def row(start: Value, count: int) -> None:
            rows = self.packed_rows(start, count, constant("i64", 0), packing=True)
            self.each_panel(lambda *here: self.tile(rows, self.kept_panel(*here)))

        missing = nullcontext() if self.packed is None else self.f.when(self.f.bit_not(self.packed))
        with missing:
            self.each_panel(lambda *here: self.kept_panel(*here, packing=True))
        self.each_row(row, part)

    def blocks(self, part: Range) -> None:
        """Write the loop over blocks of rows; each is packed, then it meets all panels."""

        def rows(block: Value, size: int, body: Callable[[_Rows], object], packing: bool) -> None:
            def row(inside: Value, count: int) -> None:
                start = self.f.add(block, inside)
                body(self.packed_rows(start, count, inside, packing=packing))

            in_steps(self.f, size, self.plan.rows, ALL, row)

        def block(start: Value, size: int) -> None:
            def panel(column: Value, count: int) -> None:
                columns = self.panel(column, count, self.scratch, packing=True)
                rows(start, size, lambda row: self.tile(row, columns), packing=False)

            rows(start, size, lambda row: None, packing=True)
            self.each_panel(panel)

        in_steps(self.f, self.product.m, self.plan.block, part, block)

    def each_panel(self, body: Body, part: Range = ALL) -> None:
        in_steps(self.f, self.product.n, self.plan.width, part, body)

    def each_row(self, body: Body, part: Range = ALL) -> None:
        in_steps(self.f, self.product.m, self.plan.rows, part, body)

    def kept_panel(self, start: Value, count: int, *, packing: bool = False) -> _Columns:
        """Return a panel that has a place of its own in the scratch memory."""
        place = scaled(self.f, start, self.product.k)
        target = self.f.at(self.scratch, self.product.kind, place)
        return self.panel(start, count, target, packing=packing)

    def panel(self, start: Value, count: int, target: Value, *, packing: bool) -> _Columns:
        """Return a panel of columns, after packing it to `target`."""
        f, product, lanes = self.f, self.product, self.plan.lanes
        source = f.at(self.b, product.kind, scaled(f, start, product.b[1]))
        panel = Panel(product.kind, product.k, count, -(-count // lanes), lanes, product.b)
        if packing:
            write_packing(f, panel, source, target)
        if self.plan.packs:
            return _Columns(start, count, target, panel.packed())
        return _Columns(start, count, source, panel)

    def plain_rows(self, start: Value, count: int) -> _Rows:
        """Return rows of A where they are."""
        address = self.f.at(self.a, self.product.kind, scaled(self.f, start, self.product.a[0]))
        return _Rows(start, count, address, self.product.a)

    def packed_rows(self, start: Value, count: int, inside: Value, *, packing: bool) -> _Rows:
        """Return rows of A that are packed behind the panels, the entries of a term together.

        `inside` is which row of its block the first one is.
        """
        f, product, lanes = self.f, self.product, self.plan.lanes
        while lanes >= 2 * self.plan.rows:
            lanes //= 2
        pitch = -(-self.plan.rows // lanes) * lanes
        panel = Panel(product.kind, product.k, count, -(-count // lanes), lanes, product.a[::-1])
        behind = f.at(self.scratch, product.kind, room_for_columns(product, self.plan) * product.k)
        tile = f.div(inside, constant("i64", self.plan.rows))
        target = f.at(behind, product.kind, scaled(f, tile, pitch * product.k))
        if packing:
            write_packing(f, panel, self.plain_rows(start, count).address, target)
        return _Rows(start, count, target, (1, panel.pitch))

    def tile(self, rows: _Rows, columns: _Columns) -> None:
        """Write a tile: the sums over l, then what the caller does with them."""
        f, panel, unroll = self.f, columns.panel, self.plan.unroll
        rest = panel.k % unroll
        whole = panel.k - rest
        zero = Value("zeroinitializer", vector(panel.kind, panel.lanes))
        with f.loop(whole, step=unroll, carried=[zero] * (rows.count * panel.vectors)) as loop:
            loop.next = _terms(f, rows, columns, loop.index, unroll, loop.carried)
            if fetches_ahead(self.product, self.plan):
                self.fetch_ahead(rows.start, columns.start, loop.index)
        sums = _terms(f, rows, columns, constant("i64", whole), rest, loop.carried)
        self.finish(rows, columns, sums)

    def fetch_ahead(self, row: Value, column: Value, term: Value) -> None:
        """Ask for a part of the panel that is packed next, while this one is in use.

        The tiles of a panel share the work. What lies beyond the last panel is asked for in vain.
        """
        f, product, plan = self.f, self.product, self.plan
        size, many = size_of(product.kind), product.m // plan.rows
        tile = f.div(row, constant("i64", plan.rows))
        if product.b[0] == 1:  # the panel is one piece of memory
            share = -(-plan.width * product.b[1] * size // (many * product.k))
            place = scaled(f, f.add(scaled(f, tile, product.k), term), share)
        else:  # a tile takes one line of every row or every second one
            turn = constant("i64", plan.unroll)
            line = f.rem(f.div(tile, turn), constant("i64", -(-plan.width * size // LINE)))
            begin = scaled(f, f.add(term, f.rem(tile, turn)), product.b[0] * size)
            place = f.add(begin, scaled(f, line, LINE))
        following = f.add(column, constant("i64", plan.width))
        place = f.add(place, scaled(f, following, product.b[1] * size))
        address = f.put("ptr", f"getelementptr i8, ptr {self.b.text}, {place}")
        reading, second_cache, data = (constant("i32", i) for i in (0, 2, 1))
        f.call_void("llvm.prefetch.p0", address, reading, second_cache, data)

    def finish(self, rows: _Rows, columns: _Columns, sums: list[Value]) -> None:
        """Give the finished sums to the caller, row by row.

        They go through memory, so that the epilogue is written for one row only: that takes no more
        time, and half the code.
        """
        f, kind, vectors, lanes = self.f, self.product.kind, columns.panel.vectors, self.plan.lanes
        for number, total in enumerate(sums):
            f.store(total, f.at(self.kept, kind, number * lanes))
        with f.loop(rows.count) as loop:
            here = f.at(self.kept, kind, scaled(f, loop.index, vectors * lanes))
            entries = [f.load(sums[0].type, f.at(here, kind, v * lanes)) for v in range(vectors)]
            self.finish_row(f.add(rows.start, loop.index), columns, entries)

    def finish_row(self, row: Value, columns: _Columns, entries: list[Value]) -> None:
        f, lanes = self.f, self.plan.lanes
        for v, many in enumerate(entries):
            count = columns.count - v * lanes
            mask = first_lanes(count, lanes) if count < lanes else None
            column = f.add(columns.start, constant("i64", v * lanes)) if v else columns.start
            self.epilogue(f, row, column, many, mask)


def _terms(
    f: Function, rows: _Rows, columns: _Columns, term: Value, count: int, sums: list[Value]
) -> list[Value]:
    """Return the sums with `count` more terms."""
    kind, by_row = columns.panel.kind, columns.panel.strides[0]
    by_term = rows.strides[1]
    a = f.at(rows.address, kind, scaled(f, term, by_term))
    b = f.at(columns.address, kind, scaled(f, term, by_row))
    for step in range(count):
        entries, row = f.at(a, kind, step * by_term), f.at(b, kind, step * by_row)
        sums = _term(f, columns.panel, rows.strides[0], entries, row, sums)
    return sums


def _term(
    f: Function, panel: Panel, by_row: int, a: Value, b: Value, sums: list[Value]
) -> list[Value]:
    """Return the sums with one more term: a column of A times a row of B."""
    kind, lanes = panel.kind, panel.lanes
    row = [
        load_first(f, kind, lanes, f.at(b, kind, v * lanes), panel.columns(v))
        for v in range(panel.vectors)
    ]
    found = []
    for i in range(len(sums) // panel.vectors):
        entry = f.splat(f.load(kind, f.at(a, kind, i * by_row)), lanes)
        for v, part in enumerate(row):
            before = sums[i * panel.vectors + v]
            found.append(f.intrinsic("fmuladd", before.type, entry, part, before))
    return found
