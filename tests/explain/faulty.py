"""Gates with a fault planted in them: what the check must find and name."""

from typing import Any

import numpy as np

import chainrule as cr


@cr.op(numpy=lambda x, y: x * y)
def swapped(g: Any, z: Any, x: Any, y: Any) -> Any:
    """A switcher that hands each input its own value."""
    return g * x, g * y


@cr.op(numpy=lambda x: x**3)
def halved(g: Any, z: Any, x: Any) -> Any:
    """Half a percent too steep."""
    return (g * 3.015 * x**2,)


@cr.op(numpy=lambda x: x * 1.0)
def misshapen(g: Any, z: Any, x: Any) -> Any:
    """Returns a gradient of another shape."""
    return (cr.concatenate([g, g]),)


@cr.op(numpy=lambda x: x * 1.0)
def forgetful(g: Any, z: Any, x: Any) -> Any:
    """Returns one gradient too many."""
    return g, g


@cr.op(numpy=lambda x: np.maximum(x, 0), kinks=lambda x: x > 0)
def leaky(g: Any, z: Any, x: Any) -> Any:
    """A rectifier that lets gradients through where it is off."""
    return (g,)


@cr.op(numpy=lambda x: np.maximum(x, 0))
def undeclared(g: Any, z: Any, x: Any) -> Any:
    """A correct rectifier that does not say where its kink is."""
    return (cr.where(x > 0, g, 0.0),)


@cr.op(numpy=lambda x: np.sin(x))
def constant_slope(g: Any, z: Any, x: Any) -> Any:
    """Right at first order; the second derivative is lost, since its cosine is a constant."""
    return (g * np.cos(np.asarray(getattr(x, "value", x))),)
