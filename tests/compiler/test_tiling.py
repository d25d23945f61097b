"""How products are cut: shapes alone decide, and registers suffice."""

from dataclasses import replace

import pytest

from chainrule.compiler.llvm import Host, host
from chainrule.compiler.tiling import (
    Product,
    fetches_ahead,
    tile_shape,
    tiles,
    tiling,
    workspace,
)

WIDE = replace(host(), vector_bytes=64, registers=32)
NARROW = replace(host(), vector_bytes=32, registers=16)


def plain(m: int, n: int, k: int) -> Product:
    return Product(m, n, k, "float", (k, 1), (n, 1))


@pytest.mark.parametrize("on", [WIDE, NARROW])
def test_a_tile_fits_the_registers(on: Host) -> None:
    for m, n, k in [(1, 1, 1), (32, 64, 64), (127, 10, 5), (784, 512, 128), (1, 512, 512)]:
        plan = tiling(plain(m, n, k), on)
        assert plan.rows * plan.vectors + plan.vectors + 1 < on.registers
        assert plan.rows <= m


def test_rows_are_divided_evenly_where_that_costs_little() -> None:
    for m in (32, 64, 128, 100):
        rows, vectors = tile_shape(plain(m, 64, 64), 16, 32)
        assert m % rows == 0
        assert 64 % (16 * vectors) == 0


def test_small_matrices_in_order_need_no_memory() -> None:
    assert workspace(plain(32, 64, 64), WIDE) == 0


def test_a_transposed_weight_is_packed() -> None:
    product = Product(32, 128, 64, "float", (64, 1), (1, 64))
    plan = tiling(product, WIDE)
    assert plan.packs
    assert workspace(product, WIDE) == 64 * plan.width * 4


def test_gradients_of_large_weights_go_by_rows() -> None:
    product = Product(784, 512, 128, "float", (1, 784), (512, 1))
    plan = tiling(product, WIDE)
    assert plan.order == "rows"
    assert tiles(product, WIDE) == -(-784 // plan.rows)


def test_nothing_to_do() -> None:
    assert tiles(plain(0, 5, 5), WIDE) == tiles(plain(5, 0, 5), WIDE) == 0
    assert tiles(plain(5, 5, 0), WIDE) == 1


def test_the_next_panel_is_fetched_where_it_is_large_and_rows_are_few() -> None:
    def fetches(m: int, n: int, k: int, b: tuple[int, int]) -> bool:
        product = Product(m, n, k, "float", (k, 1), b)
        return fetches_ahead(product, tiling(product, WIDE))

    assert fetches(128, 512, 784, (1, 784))
    assert fetches(128, 784, 512, (784, 1))
    assert not fetches(128, 1024, 1024, (1024, 1))  # a page for each row
    assert not fetches(1024, 512, 784, (1, 784))
    assert not fetches(32, 128, 64, (1, 64))
    assert not fetches(128, 512, 784, (3, 2400))
