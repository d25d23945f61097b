"""The lectures' worked circuits: expression, values of the leaves, and what must come out."""

import math

SIGMOID = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
NEURON = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
E1, Y = math.exp(-1), 1 / (1 + math.exp(-1))
SLOPE = Y * (1 - Y)
NEURON_VALUES = [-2, 6, 4, 1, -1, E1, 1 + E1, Y]
NEURON_BACK = [1, -(Y**2), -(Y**2), -SLOPE, SLOPE]  # from the output
NEURON_GRADIENTS = {"w0": -SLOPE, "x0": 2 * SLOPE, "w1": -2 * SLOPE, "x1": -3 * SLOPE, "w2": SLOPE}

CASES = {  # name -> expression, leaves, values of the gates in order, gradients of the leaves
    "product": (
        "(x+y)*z",
        {"x": -2.0, "y": 5.0, "z": -4.0},
        [3, -12],
        {"x": -4, "y": -4, "z": 3},
    ),
    "neuron": (SIGMOID, NEURON, NEURON_VALUES, NEURON_GRADIENTS),
    "router": (
        "2*(x*y+max(z,w))",
        {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0},
        [-12, 2, -10, -20],
        {"x": -8, "y": 6, "z": 2, "w": 0},
    ),
    "cost": (
        "3*(a+b*c)",
        {"a": 5.0, "b": 3.0, "c": 2.0},
        [6, 11, 33],
        {"a": 3, "b": 6, "c": 9},
    ),
}
STAGED = "(x + sigmoid(y)) / (sigmoid(x) + (x+y)^2)"
