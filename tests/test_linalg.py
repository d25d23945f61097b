"""The public face of linear algebra."""

import pytest

import chainrule as cr


def test_names():
    assert {"cholesky", "det", "inv", "norm", "slogdet", "solve"} <= set(dir(cr.linalg))
    with pytest.raises(AttributeError, match=r"chainrule\.linalg has no 'inverse'"):
        cr.linalg.inverse  # noqa: B018
