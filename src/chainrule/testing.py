"""For tests of your own: `cr.testing.assert_healthy(run)`."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from chainrule.errors import Unhealthy, UsageError, nearest
from chainrule.explain.doctor.diagnosis import RULES, Diagnosis
from chainrule.runs.folder import Run
from chainrule.train.doctor.diagnose import diagnose
from chainrule.train.loop import Fit

__all__ = ["assert_healthy"]


def assert_healthy(
    run: Run | Fit | str | Path, data: Any = None, *, ignore: Collection[str] = ()
) -> Diagnosis:
    """Fail a test, with the doctor's report, if anything is wrong with a training run.

    Args:
        run, data: as for `cr.diagnose`.
        ignore: names of rules whose findings do not count.

    Returns:
        The diagnosis, ignored findings included.

    Raises:
        Unhealthy: an `AssertionError` that names each finding.
        UsageError: a rule that is not known.

    >>> import numpy as np
    >>> import chainrule as cr
    >>> x = np.random.default_rng(0).normal(size=(256, 4)).astype(np.float32)
    >>> y = (x[:, 0] > 0).astype(int)
    >>> net, rule = cr.nn.MLP(4, 16, 2, key=0), cr.optim.Adam(rate=0.01)
    >>> assert_healthy(cr.fit(net, (x, y), optimizer=rule, progress=False), (x, y)).ok
    True
    """
    for name in ignore:
        if name not in RULES:
            raise UsageError(f"there is no rule {name!r}", hint=nearest(name, RULES))
    found = diagnose(run, data)
    kept = tuple(finding for finding in found if finding.rule not in ignore)
    if kept:
        raise Unhealthy(str(Diagnosis(kept, found.title)))
    return found
