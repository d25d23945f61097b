"""A net as a picture: columns where its layers form a chain, nested blocks elsewhere."""

from chainrule.draw.architecture import blocks, columns
from chainrule.draw.marks import Picture
from chainrule.draw.svg_pen import written
from chainrule.explain.architecture import Architecture


def picture(net: Architecture, theme: str = "light") -> Picture:
    """Return the drawing of a net on a light or a dark page."""
    return columns.picture(net, theme) if net.columns else blocks.picture(net, theme)


def svg(net: Architecture, theme: str = "light") -> str:
    """Return the drawing of a net as the text of an SVG file.

    >>> from chainrule.explain.architecture import columns
    >>> svg(columns([2, 2, 1])).startswith('<svg xmlns="http://www.w3.org/2000/svg" width="')
    True
    """
    return written(picture(net, theme))
