"""The circuit's tables, from wide to narrow."""

from chainrule.draw.gate_table import gate_table, legend
from chainrule.draw.terminal import plain_text
from tests.golden.graphs import sum_product, two_layers


def test_tables_give_up_roles_first_and_then_columns() -> None:
    wide, middle, narrow = (plain_text(gate_table(sum_product(), w), w) for w in (80, 60, 40))
    assert "switcher" in wide.split("\n")[3]
    assert middle.startswith("gate")
    assert "switcher" not in middle
    assert narrow.startswith(
        "v1 = x + y   distributor\n  value  3\n  g      −4\n  to x   1 × g = −4"
    )


def test_the_legend_tells_roles_that_occur() -> None:
    assert plain_text(legend(sum_product()), 100).split("\n") == [
        "distributor  hands every input the upstream gradient (a minus turns its sign)",
        "switcher     gives each input the upstream gradient, scaled by the other input",
    ]
    assert plain_text(legend(two_layers())).startswith("g is the upstream gradient")
