"""Modules in print."""

import math
from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn


def test_modules_print_as_a_tree() -> None:
    model = nn.Sequential(nn.MLP(2, 3, 1, key=0, dropout=0.2), nn.LeakyReLU(slope=0.1))
    assert repr(model) == (
        "Sequential  [13 parameters]\n"
        "  layers.0  MLP\n"
        "    layers.0.layers.0  Linear  weight (3, 2), bias (3,)\n"
        "    layers.0.layers.1  ReLU\n"
        "    layers.0.layers.2  Dropout(p=0.2)\n"
        "    layers.0.layers.3  Linear  weight (1, 3), bias (1,)\n"
        "  layers.1  LeakyReLU(slope=0.1)"
    )


class Scale(nn.Module):
    factor: Any
    power: int = 1
    shape: Any = None


def test_settings_and_own_arrays() -> None:
    assert repr(Scale(factor=cr.tensor(1.0))) == "Scale(power=1)  factor ()  [1 parameter]"
    named = Scale(factor=np.ones(2), shape=math.cos)
    assert repr(named) == "Scale(power=1, shape=cos)  factor (2,)  [0 parameters]"
