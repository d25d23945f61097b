"""Writes kernels that begin with a sum of products: by register tiles, with the rest as epilogue.

Nothing here knows an op: what makes a product is that two entries at linear places are multiplied
and summed. The places say which index runs along rows, columns, terms, or a stack of products.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from chainrule.compiler.blas import write_blas
from chainrule.compiler.code import Function
from chainrule.compiler.define import Definitions, factors, reduction
from chainrule.compiler.entry import Typed, register
from chainrule.compiler.gemm import Product, tiles, workspace, write_product
from chainrule.compiler.group import Group
from chainrule.compiler.kernel import Body, Kernel, body_of, over
from chainrule.compiler.llvm import Host
from chainrule.compiler.memory import Slot
from chainrule.compiler.parts import in_steps, parts_of
from chainrule.compiler.reduce import finish, write_reduce
from chainrule.compiler.route import route
from chainrule.compiler.values import Value, constant, lanes_of
from chainrule.graph.builder import Load, Reduce
from chainrule.graph.place import Index, Place, flat

BLOCK = 1024  # rows or columns of C in a call of the BLAS: less costs some per cent
MOST_BLOCKS = 8


@dataclass(frozen=True)
class Reading:
    """A sum of products as a stack of matrix products.

    Attributes:
        product: sizes and distances.
        left, right: the entries that are multiplied; the columns are the right one's.
        row, column: the indices of the result; no row for a single one.
        stack: the other indices.
    """

    product: Product
    left: Load
    right: Load
    row: Index | None
    column: Index
    stack: tuple[Index, ...]


def reading(body: Body, reduce: Reduce) -> Reading | None:
    """Return the sum as a stack of matrix products, if it is worth it."""
    found = factors(reduce)
    if found is None:
        return None
    left, right = found
    column = body.space[-1]
    if left.at.coefficient(column):
        left, right = right, left
    if left.at.coefficient(column) or not right.at.coefficient(column):
        return None
    terms = merged(reduce.over, left.at, right.at)
    if terms is None:
        return None
    k, by_left, by_right = terms
    row = row_of(body, left, right)
    product = Product(
        m=row.size if row else 1,
        n=column.size,
        k=k,
        kind=register(left.array.dtype),
        a=(left.at.coefficient(row) if row else 0, by_left),
        b=(by_right, right.at.coefficient(column)),
    )
    if product.n == 1 or (product.m == 1 and product.b[1] != 1):
        return None
    stack = tuple(i for i in body.space[:-1] if i is not row)
    return Reading(product, left, right, row, column, stack)


def row_of(body: Body, left: Load, right: Load) -> Index | None:
    """Return the largest index that the left factor alone depends on."""
    found = [
        i
        for i in body.space[:-1]
        if left.at.coefficient(i) and not right.at.coefficient(i) and i.size > 1
    ]
    return max(found, key=lambda i: i.size, default=None)


def merged(over: tuple[Index, ...], *places: Place) -> tuple[int, int, int] | None:
    """Return the number of terms and their distances, if all indices act as a single one."""
    held = [i for i in over if i.size != 1]
    if not held:
        return 1, 0, 0
    size, steps = held[-1].size, [p.coefficient(held[-1]) for p in places]
    for i in reversed(held[:-1]):
        if any(p.coefficient(i) != s * size for p, s in zip(places, steps, strict=True)):
            return None
        size *= i.size
    return size, steps[0], steps[1]


def write_products(k: Kernel) -> None:
    """Write a kernel that begins with a sum of products."""
    body = k.body()
    reduce = reduction(body.statements[0][1])
    assert reduce is not None
    found = reading(body, reduce)
    if found is None:
        write_reduce(k)
        return
    layers, some = k.deal_either(found.stack, tiles(found.product, k.host))
    with ExitStack() as stack:
        index = over(k.f, found.stack, stack, layers)
        left, right = addresses(k, found, reduce, index)
        scratch, packed = None, None
        if workspace(found.product, k.host):
            scratch = k.slot_pointer(Slot("scratch", 0, 64))
        if k.parts > 1 and not found.stack:  # what this thread has packed for one part stays
            packed = k.f.compare("gt", k.slot_pointer(Slot("turn")), constant("i64", 0))

        def epilogue(
            f: Function, row: Value, column: Value, entries: Value, mask: Value | None
        ) -> None:
            at = {**index, found.column: column}
            if found.row is not None:
                at[found.row] = row
            lanes = lanes_of(entries.type)
            writer = k.writer(at, lane=found.column, lanes=lanes, mask=mask)
            finish(k, body, reduce, Typed(entries, found.left.array.dtype), writer)

        write_product(k.f, found.product, left, right, scratch, epilogue, k.host, some, packed)


def addresses(
    k: Kernel, found: Reading, reduce: Reduce, index: Mapping[Index, Value]
) -> list[Value]:
    """Return where the two factors of the current product of the stack begin."""
    anywhere = k.writer(index)
    starts = [
        (x, anywhere.place(without(x.at, found, reduce)).base) for x in (found.left, found.right)
    ]
    return [k.f.at(k.pointer(x.array), found.product.kind, start) for x, start in starts]


def by_blas(group: Group, definitions: Definitions, host: Host) -> bool:
    """Return whether a product goes to the BLAS: it is large, and lies as a BLAS can read it."""
    body = body_of(group, definitions)
    reduce = reduction(body.statements[0][1])
    found = reading(body, reduce) if reduce is not None else None
    if found is None or route(found.product, host).name != "blas":
        return False
    (node,) = group.nodes
    at = flat(body.at, node.shape)
    rows = found.row is None or at.coefficient(found.row) == found.product.n
    whole = isinstance(body.statements[0][1], Reduce)
    return whole and rows and at.coefficient(found.column) == 1


def write_by_blas(k: Kernel) -> None:
    """Write a kernel that is a product by the BLAS alone."""
    (node,) = k.group.nodes
    body = k.body()
    reduce = reduction(body.statements[0][1])
    assert reduce is not None
    found = reading(body, reduce)
    assert found is not None
    function = k.slot_pointer(Slot(f"blas {found.product.kind}"))
    with ExitStack() as stack:
        index = over(k.f, found.stack, stack)
        left, right = addresses(k, found, reduce, index)
        start = without(flat(body.at, node.shape), found, reduce)
        result = k.f.at(k.pointer(node), found.product.kind, k.writer(index).place(start).base)
        write_blocks(k, found.product, left, right, result, function)


def write_blocks(
    k: Kernel, product: Product, a: Value, b: Value, c: Value, function: Value
) -> None:
    """Write calls for blocks of columns, or of rows where there are more of them.

    They are few and large, because each call packs the other matrix anew.
    """
    f, across = k.f, product.n >= product.m
    longer = max(product.m, product.n)
    count = min(MOST_BLOCKS, parts_of(k.work.total, max(2, longer // BLOCK)))
    by_a, by_b, by_c = (0, product.b[1], 1) if across else (product.a[0], 0, product.n)

    def block(start: Value, size: int) -> None:
        small = replace(product, n=size) if across else replace(product, m=size)
        kind = product.kind
        starts = [f.mul(start, constant("i64", stride)) for stride in (by_a, by_b, by_c)]
        here = [f.at(*x) for x in zip((a, b, c), (kind,) * 3, starts, strict=True)]
        write_blas(f, small, here[0], here[1], here[2], function, product.n)

    size = -(-longer // count)
    in_steps(f, longer, size, k.deal(-(-longer // size)), block)


def without(at: Place, found: Reading, reduce: Reduce) -> Place:
    """Return the place of the first entry: rows, columns and terms at 0."""
    gone = {found.row, found.column, *reduce.over}
    return Place(at.constant, tuple((atom, c) for atom, c in at.terms if atom not in gone))


def scratch_bytes(k: Kernel) -> int:
    """Return how much scratch memory the kernel's product needs."""
    body = k.body()
    reduce = reduction(body.statements[0][1])
    found = reading(body, reduce) if reduce is not None else None
    return workspace(found.product, k.host) if found else 0
