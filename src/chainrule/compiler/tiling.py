"""How a matrix product is cut into tiles that stay in registers: a function of shapes alone."""

from dataclasses import dataclass

from chainrule.compiler.llvm import Host
from chainrule.compiler.values import size_of

LATENCY = 8  # sums that must be under way at once, to keep the arithmetic units busy
START = 24  # what a tile costs beside its terms, in products of vectors
EXTRA_SHAPE = 1.03  # how much slower tiles of fewer shapes may be: there is less code
MANY_VECTORS = 4  # columns of a tile, in vectors
FIRST_CACHE = 24 * 1024  # bytes of a panel of B that stay in it, beside all else
MANY_TERMS = 64  # columns of A from which on, each in lines of its own, they leave that cache
LARGE = 16 * 1024  # entries of B from which on packing pays
PAGE = 4096  # bytes whose place in memory is looked up together
BLOCK = 512  # rows of A that are packed at a time; fewer would make B be packed too often
NEAR = 512 * 1024  # bytes of a matrix that stay in the second cache, beside all else


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
        packs: whether panels of B, as wide as a tile, are packed.
        order: what the outer loop goes over.
            "columns": over panels of B; it packs one at a time, for all rows.
            "rows": over rows of tiles; it packs their rows of A, and all of B beforehand.
            "blocks": over blocks of rows of tiles; it packs their rows of A, then goes over panels.
        block: how many rows a step of the outer loop does, where it goes over rows.
    """

    rows: int
    vectors: int
    lanes: int
    packs: bool
    order: str
    block: int

    @property
    def width(self) -> int:
        """How many columns a panel has."""
        return self.vectors * self.lanes

    @property
    def unroll(self) -> int:
        """How many terms a turn of the inner loop adds."""
        return 2 if self.rows * self.vectors >= 16 else 4


def tiling(product: Product, host: Host) -> Tiling:
    """Return how the product is cut for a processor."""
    size = size_of(product.kind)
    lanes = host.lanes(size)
    ragged = product.n % lanes and host.vector_bytes < 32  # no masked loads
    large = product.k * product.n > LARGE and product.m >= 64
    packs = bool(product.b[1] != 1 or ragged or large)
    order = _order(product) if large else "columns"
    rows, vectors = tile_shape(product, lanes, host.registers, order)
    block = _even(product.m, rows) if order == "blocks" else rows
    return Tiling(rows, vectors, lanes, packs, order, block)


def _even(m: int, rows: int) -> int:
    """Return the size of blocks of rows: about alike, and whole tiles but for the last one."""
    blocks = -(-m // BLOCK)
    return -(-m // (blocks * rows)) * rows


def _order(product: Product) -> str:
    """Return the order of a product with a large B: by rows if B stays at hand.

    A transposed A is read from many lines at once. If it is large it is packed, block by block.
    """
    size = size_of(product.kind)
    if product.k * product.n * size <= NEAR and product.m > product.k:
        return "rows"
    apart = product.a[1] != 1 and product.m * product.k * size > NEAR
    return "blocks" if apart else "columns"


def tile_shape(
    product: Product, lanes: int, registers: int, order: str = "columns"
) -> tuple[int, int]:
    """Return the rows and vectors of a tile: the fastest, or nearly so with less code.

    Panels that are read again and again from a distant cache want tall tiles.
    """
    widest = min(max(-(-product.n // lanes), 1), MANY_VECTORS)
    free = registers - registers // 16
    scattered = order == "columns" and product.a[1] != 1 and product.k >= MANY_TERMS
    costs = {}
    for vectors in range(1, widest + 1):
        panel = product.k * vectors * lanes * size_of(product.kind)
        far = 0.5 if order == "rows" else float(panel > FIRST_CACHE)
        loads = vectors * far + 1.5 * scattered
        for rows in range(1, min(product.m, (free - 1) // vectors - 1) + 1):
            costs[rows, vectors] = _cost(product, lanes, rows, vectors, loads)
    costs = costs or {(1, 1): 0}
    good = [shape for shape, cost in costs.items() if cost <= EXTRA_SHAPE * min(costs.values())]
    return min(good, key=lambda s: (_kinds(product, lanes, *s), -s[1], costs[s]))


def _kinds(product: Product, lanes: int, rows: int, vectors: int) -> int:
    """Return how many different tiles there are, each with code of its own."""
    return (1 + bool(product.m % rows)) * (1 + bool(product.n % (vectors * lanes)))


def _cost(product: Product, lanes: int, rows: int, vectors: int, distant: float) -> float:
    """Return about how long the product takes with such tiles, in products of vectors."""

    def panel(wide: int) -> float:
        count, rest = divmod(product.m, rows)
        return count * _tile_cost(product.k, rows, wide, distant) + (
            _tile_cost(product.k, rest, wide, distant) if rest else 0
        )

    panels, rest = divmod(product.n, vectors * lanes)
    return panels * panel(vectors) + (panel(-(-rest // lanes)) if rest else 0)


def _tile_cost(k: int, rows: int, vectors: int, distant: float) -> float:
    """Count products, two of which start at once, and loads; sums wait for each other.

    `distant` is what the loads of a term cost beside that, where they miss the first cache.
    """
    loads = rows + vectors
    term = max(rows * vectors, loads, LATENCY) + loads / 4 + distant
    return k * term + START


def workspace(product: Product, host: Host) -> int:
    """Return how many bytes of scratch memory a product needs, aligned as a vector is."""
    plan = tiling(product, host)
    return (room_for_columns(product, plan) + _room_for_rows(plan)) * (
        product.k * size_of(product.kind)
    )


def fetches_ahead(product: Product, plan: Tiling) -> bool:
    """Return whether tiles ask for the next panel: if it is large and they are few.

    Measured at 128 rows: 3 to 5 % faster. Rows in pages of their own would make it slower.
    """
    by_row, by_column = product.b
    size = size_of(product.kind)
    large = plan.packs and product.k * plan.width * size > FIRST_CACHE
    close = by_row * size < PAGE if by_column == 1 else by_row == 1 and by_column <= 2 * product.k
    return plan.order == "columns" and large and close and 4 <= product.m // plan.rows <= 16


def room_for_columns(product: Product, plan: Tiling) -> int:
    """Return how many packed columns of B are kept at a time."""
    if not plan.packs:
        return 0
    return plan.width * (-(-product.n // plan.width) if plan.order == "rows" else 1)


def _room_for_rows(plan: Tiling) -> int:
    """Return how many packed rows of A are kept at a time."""
    if plan.order == "columns":
        return 0
    return plan.block // plan.rows * -(-plan.rows // plan.lanes) * plan.lanes


def tiles(product: Product, host: Host) -> int:
    """Return into how many parts a product can be dealt out between threads."""
    plan = tiling(product, host)
    if 0 in (product.m, product.n):
        return 0
    if plan.order == "columns":
        return -(-product.n // plan.width)
    return -(-product.m // plan.block)
