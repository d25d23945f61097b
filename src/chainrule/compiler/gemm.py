"""Matrix products by register tiles: a few rows by a few vectors of C stay in registers.

C is cut into panels of columns, a panel into tiles of rows. A panel's columns of B are packed side
by side unless they are read in order anyway; then each tile adds up its products over l, and gives
its finished entries to the caller, who adds a bias, applies an activation and stores.

Every entry is summed in the order of l, by one tile: the result does not depend on how tiles are
dealt out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.compiler.code import Function, Value, constant, size_of, vector
from chainrule.compiler.llvm import Host
from chainrule.compiler.pack import Panel, first_lanes, load_first, scaled, write_packing

LATENCY = 8  # sums that must be under way at once, to keep the arithmetic units busy
START = 24  # what a tile costs beside its products, in products of vectors
MANY_VECTORS = 4  # columns of a tile, in vectors
LARGE = 16 * 1024  # entries of B that do not stay in the nearest cache

Epilogue = Callable[[Function, Value, Value, Value, Value | None], None]


@dataclass(frozen=True)
class Product:
    """C[i, j] = sum over l of A[i, l] B[l, j], for m rows, n columns and k terms.

    Attributes:
        m, n, k: the sizes; all may be 0.
        kind: "float" or "double".
        a: distances between entries of A: (by i, by l); 0 repeats an entry.
        b: distances between entries of B: (by l, by j).
    """

    m: int
    n: int
    k: int
    kind: str
    a: tuple[int, int]
    b: tuple[int, int]


@dataclass(frozen=True)
class Tiling:
    """How a product is cut.

    Attributes:
        rows, vectors, lanes: a tile has `rows` by `vectors` vectors of `lanes` entries.
        packs: whether panels of B are packed.
        unroll: how many terms a turn of the inner loop adds.
    """

    rows: int
    vectors: int
    lanes: int
    packs: bool
    unroll: int = 4

    @property
    def width(self) -> int:
        """How many columns a panel has."""
        return self.vectors * self.lanes


def tiling(product: Product, host: Host) -> Tiling:
    """Return how the product is cut for a processor: a function of shapes alone."""
    lanes = host.lanes(size_of(product.kind))
    needed = max(-(-product.n // lanes), 1)
    shapes = [
        (rows, vectors)
        for vectors in range(1, min(needed, MANY_VECTORS) + 1)
        for rows in range(1, max(product.m, 1) + 1)
        if rows * vectors + vectors + 1 <= host.registers
    ]
    rows, vectors = min(shapes, key=lambda s: (_cost(product, lanes, *s), -s[0] * s[1]))
    return Tiling(rows, vectors, lanes, _packs(product, lanes, host))


def _cost(product: Product, lanes: int, rows: int, vectors: int) -> float:
    """Return about how long the product takes with such tiles, in products of vectors."""
    width = vectors * lanes
    panels, rest = divmod(product.n, width)
    last = -(-rest // lanes)
    return panels * _panel_cost(product, rows, vectors) + (
        _panel_cost(product, rows, last) if last else 0
    )


def _panel_cost(product: Product, rows: int, vectors: int) -> float:
    tiles, rest = divmod(product.m, rows)
    cost = tiles * _tile_cost(product.k, rows, vectors)
    return cost + (_tile_cost(product.k, rest, vectors) if rest else 0)


def _tile_cost(k: int, rows: int, vectors: int) -> float:
    """Count loads and products, two of which start at once; sums wait for each other."""
    return k * max(rows * vectors, rows + vectors, LATENCY) + START


def _packs(product: Product, lanes: int, host: Host) -> bool:
    ragged = product.n % lanes and host.vector_bytes < 32  # no masked loads
    large = product.k * product.n > LARGE and product.m >= 64
    return bool(product.b[1] != 1 or ragged or large)


def workspace(product: Product, host: Host) -> int:
    """Return how many bytes of scratch memory the product needs, aligned as a vector is."""
    plan = tiling(product, host)
    return product.k * plan.width * size_of(product.kind) if plan.packs else 0


def tiles(product: Product, host: Host) -> int:
    """Return into how many parts the product can be dealt out between threads."""
    return -(-product.n // tiling(product, host).width) if product.m else 0


def write_product(
    f: Function,
    product: Product,
    a: Value,
    b: Value,
    scratch: Value | None,
    epilogue: Epilogue,
    host: Host,
    first: Value | int = 0,
    last: Value | int | None = None,
) -> None:
    """Write the loops of a product into a function.

    Arguments:
        a, b: the addresses of A[0, 0] and B[0, 0].
        scratch: `workspace` bytes of memory, of this thread alone.
        epilogue: called as (f, row, column, entries, mask) for each vector of finished entries
            C[row, column], C[row, column + 1] ...; a mask says which of them there are, no mask
            that all are.
        first, last: which of the `tiles` to do: all, or first <= tile < last.
    """
    plan = tiling(product, host)
    count = tiles(product, host)
    writer = _Writer(f, product, plan, a, b, scratch, epilogue)
    whole = product.n // plan.width if count else 0
    start = first if isinstance(first, Value) else constant("i64", first)
    stop = constant("i64", count) if last is None else last
    stop = stop if isinstance(stop, Value) else constant("i64", stop)
    if whole:
        least = f.intrinsic("smin", "i64", stop, constant("i64", whole))
        with f.loop(least, start) as loop:
            writer.panel(scaled(f, loop.index, plan.width), plan.width)
    if whole < count:
        here = f.bit_and(
            f.compare("le", start, constant("i64", whole)),
            f.compare("gt", stop, constant("i64", whole)),
        )
        with f.when(here):
            done = whole * plan.width
            writer.panel(constant("i64", done), product.n - done)


@dataclass
class _Writer:
    """What all parts of a product have in common while it is written."""

    f: Function
    product: Product
    plan: Tiling
    a: Value
    b: Value
    scratch: Value | None
    epilogue: Epilogue

    def panel(self, column: Value, width: int) -> None:
        """Write a panel of columns: its packing and its tiles."""
        f, product, lanes = self.f, self.product, self.plan.lanes
        b = f.at(self.b, product.kind, scaled(f, column, product.b[1]))
        panel = Panel(product.kind, product.k, width, -(-width // lanes), lanes, product.b)
        if not self.plan.packs:
            return self.tiles(_Strip(column, width, b, panel))
        assert self.scratch is not None, "this product needs scratch memory"
        write_packing(f, panel, b, self.scratch)
        return self.tiles(_Strip(column, width, self.scratch, panel.packed()))

    def tiles(self, strip: "_Strip") -> None:
        """Write the tiles of a panel, one below the other."""
        rows, m = self.plan.rows, self.product.m
        whole = m // rows * rows
        if whole:
            with self.f.loop(whole, step=rows) as loop:
                self.tile(strip, loop.index, rows)
        if whole < m:
            self.tile(strip, constant("i64", whole), m - whole)

    def tile(self, strip: "_Strip", row: Value, rows: int) -> None:
        """Write a tile: the sums over l, then what the caller does with them."""
        f, panel, unroll = self.f, strip.panel, self.plan.unroll
        rest = panel.k % unroll
        whole = panel.k - rest
        a = f.at(self.a, panel.kind, scaled(f, row, self.product.a[0]))
        zero = Value("zeroinitializer", vector(panel.kind, panel.lanes))
        with f.loop(whole, step=unroll, carried=[zero] * (rows * panel.vectors)) as loop:
            loop.next = self.terms(strip, a, loop.index, unroll, loop.carried)
        sums = self.terms(strip, a, constant("i64", whole), rest, loop.carried)
        self.finish(strip, row, sums)

    def terms(
        self, strip: "_Strip", a: Value, term: Value, count: int, sums: list[Value]
    ) -> list[Value]:
        """Return the sums with `count` more terms."""
        f, kind, (by_row, _) = self.f, strip.panel.kind, strip.panel.strides
        by_term = self.product.a[1]
        a = f.at(a, kind, scaled(f, term, by_term))
        b = f.at(strip.address, kind, scaled(f, term, by_row))
        for step in range(count):
            entries, row = f.at(a, kind, step * by_term), f.at(b, kind, step * by_row)
            sums = self.term(strip.panel, entries, row, sums)
        return sums

    def term(self, panel: Panel, a: Value, b: Value, sums: list[Value]) -> list[Value]:
        """Return the sums with one more term: a column of A times a row of B."""
        f, lanes, kind = self.f, panel.lanes, panel.kind
        row = [
            load_first(f, kind, lanes, f.at(b, kind, v * lanes), panel.columns(v))
            for v in range(panel.vectors)
        ]
        found = []
        for i in range(len(sums) // panel.vectors):
            entry = f.splat(f.load(kind, f.at(a, kind, i * self.product.a[0])), lanes)
            for v, part in enumerate(row):
                before = sums[i * panel.vectors + v]
                found.append(f.intrinsic("fmuladd", before.type, entry, part, before))
        return found

    def finish(self, strip: "_Strip", row: Value, sums: list[Value]) -> None:
        """Give the finished sums to the caller."""
        f, lanes = self.f, strip.panel.lanes
        for number, total in enumerate(sums):
            i, v = divmod(number, strip.panel.vectors)
            count = strip.width - v * lanes
            mask = first_lanes(count, lanes) if count < lanes else None
            here = f.add(row, constant("i64", i)) if i else row
            there = f.add(strip.column, constant("i64", v * lanes)) if v else strip.column
            self.epilogue(f, here, there, total, mask)


@dataclass(frozen=True)
class _Strip:
    """A panel in its place: its first column, its width, and where its entries are read."""

    column: Value
    width: int
    address: Value
    panel: Panel
