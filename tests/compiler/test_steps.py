"""How a circuit is repeated: once, unless something else is said."""

from chainrule.compiler.steps import Steps


def test_once_by_default() -> None:
    steps = Steps()
    assert not steps.updates
    assert not steps.sliced
    assert not steps.stacked
    assert not steps.flushes
    assert steps == Steps(updates={})
