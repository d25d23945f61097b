"""The position survives its text, to the bit."""

import json
import math

import pytest

from chainrule.errors import FileError
from chainrule.train.position import Position


def test_round_trip() -> None:
    at = Position(
        epoch=3,
        batch=7,
        step=101,
        loss_sum=0.1 + 0.2,
        best=1 / 3,
        best_epoch=2,
        waited=1,
        seconds=1e-9,
    )
    assert Position.from_text(at.to_text()) == at


def test_start_has_met_no_loss() -> None:
    assert Position.from_text(Position().to_text()).best == math.inf


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "{}", '{"epoch": 1}', json.dumps({"epoch": "x"})]
)
def test_damaged(text: str) -> None:
    with pytest.raises(FileError, match="the checkpoint's position cannot be read"):
        Position.from_text(text)
