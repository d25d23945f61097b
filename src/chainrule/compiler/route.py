"""Chooses who computes a matrix product: a function of shapes alone, so that results repeat."""

from dataclasses import dataclass

from chainrule.compiler.blas import takes
from chainrule.compiler.llvm import Host
from chainrule.compiler.tiling import Product, tiling
from chainrule.compiler.values import size_of

FEW = 16  # products of numbers up to which plain code is as fast as a loop
LONG_BYTES = 24 * 1024  # of a column of B: longer ones make a panel leave the second cache
MANY = 2**20  # products of numbers from which on a call of the BLAS costs nothing


@dataclass(frozen=True)
class Route:
    """The way of a product.

    Attributes:
        name: "unrolled" (plain code without a loop), "kernel" (own tiles) or "blas" (a call).
        reason: a sentence with the figures that decided.
    """

    name: str
    reason: str


def route(product: Product, host: Host) -> Route:
    """Return the way of a product.

    >>> from chainrule.compiler.llvm import host
    >>> route(Product(2, 2, 2, "float", (2, 1), (2, 1)), host()).reason
    '16 FLOP on 48 B: too few for a loop'
    """
    many = product.m * product.n * product.k
    work = f"{figure(2 * many, 'FLOP')} on {figure(traffic(product), 'B')}"
    if many <= FEW:
        return Route("unrolled", f"{work}: too few for a loop")
    column = product.k * size_of(product.kind)
    if column > LONG_BYTES and many >= MANY and takes(product):
        return Route("blas", f"{work}: sums of {product.k} terms want blocks of terms")
    plan = tiling(product, host)
    return Route("kernel", f"{work}: tiles of {plan.rows} x {plan.width} stay in registers")


def traffic(product: Product) -> int:
    """Return how many bytes the three matrices take."""
    m, n, k = product.m, product.n, product.k
    return size_of(product.kind) * (m * k + k * n + m * n)


def figure(count: int, unit: str) -> str:
    """Return a count with three digits.

    >>> figure(524288, "FLOP")
    '524 kFLOP'
    """
    power = min(len(f"{float(f'{count:.3g}'):.0f}") - 1, 14) // 3
    return f"{count / 1000**power:.3g} {' kMGT'[power].strip()}{unit}"
