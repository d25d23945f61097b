"""`cr.diagnose`: a run in, findings out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from chainrule.explain.doctor.diagnosis import Diagnosis, examine
from chainrule.runs.folder import Run
from chainrule.train.doctor.measure import curvature, noise
from chainrule.train.doctor.reading import record_of, with_data
from chainrule.train.doctor.sanity import prepared
from chainrule.train.loop import Fit


def diagnose(
    run: Run | Fit | str | Path, data: Any = None, *, loss: str | None = None
) -> Diagnosis:
    """Say what is wrong with a training run, where, by which number, and what to try.

    Vanishing and exploding gradients, dead, saturated and duplicated units, updates too large or
    too small, a rate above the stable bound, batches too small for their noise, a loss at chance or
    standing still, overfitting, inputs badly scaled, constant labels. A run in training is looked
    at as far as it has come. What was not recorded is passed over.

    Args:
        run: a run folder or its path, or what `cr.fit` returned: with `run=...` it has recorded
            all that the rules ask for, with `watch=...` what was watched.
        data: (x, y) of the training rows, for what `cr.fit` returned: tells of inputs, labels and
            chance where no run recorded them; the largest eigenvalue of the Hessian, which
            bounds the rate, and the noise of the gradient are then estimated.
        loss: its name, where it is not the usual one and no run recorded it.

    Returns:
        A `Diagnosis`: a sequence of findings, likely causes first; printed it is a report.

    Raises:
        FileError: no such run, or nothing was recorded of it.
        UsageError: something else than a run.

    >>> import numpy as np
    >>> import chainrule as cr
    >>> x = np.random.default_rng(0).normal(size=(256, 4)).astype(np.float32)
    >>> y = (x[:, 0] * x[:, 1] > 0).astype(int)
    >>> net = cr.nn.MLP(4, 16, 2, init="zeros", key=0)
    >>> done = cr.fit(net, (x, y), epochs=8, progress=False)
    >>> diagnose(done, (x, y)).rules
    ['symmetric units', 'loss at chance', 'loss not moving']
    """
    record, title = record_of(run)
    if data is not None and isinstance(run, Fit):
        record = with_data(record, run.model, data, loss)
        subject = prepared(run.model, data, record.start["loss"], seed=0)
        rows = (subject.x, subject.y)
        record = replace(
            record,
            curvature=curvature(run.model, rows, subject.loss),
            noise=noise(run.model, rows, subject.loss),
        )
    return examine(record, title)
