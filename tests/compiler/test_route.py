"""The way of a product follows from its shape, and says why."""

import pytest

from chainrule.compiler.llvm import host
from chainrule.compiler.route import figure, route
from chainrule.compiler.tiling import Product


def name(m: int, n: int, k: int, b: tuple[int, int] | None = None) -> str:
    return route(Product(m, n, k, "float", (k, 1), b or (n, 1)), host()).name


def test_tiny_products_are_plain_code() -> None:
    assert name(2, 2, 2) == "unrolled"
    assert name(0, 5, 5) == "unrolled"


@pytest.mark.parametrize("size", [(32, 64, 64), (32, 10, 64), (128, 512, 784), (1024, 4096, 4096)])
def test_products_of_nets_are_ours(size: tuple[int, int, int]) -> None:
    assert name(*size) == "kernel"


def test_long_sums_go_to_the_blas_if_it_takes_them() -> None:
    assert name(512, 512, 8192) == "blas"
    assert name(512, 512, 8192, (1024, 2)) == "kernel"
    assert name(1, 16, 8192) == "kernel"


def test_the_reason_has_the_figures() -> None:
    found = route(Product(512, 512, 8192, "float", (8192, 1), (512, 1)), host())
    assert found.reason == "4.29 GFLOP on 34.6 MB: sums of 8192 terms want blocks of terms"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (10**16, "1e+04 TB")],
)
def test_figures(count: int, text: str) -> None:
    assert figure(count, "B") == text
