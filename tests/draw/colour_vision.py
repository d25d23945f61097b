"""Colours as eyes see them: contrast, distance, and the three dichromacies."""

import numpy as np

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0.
DICHROMACIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(  # linear sRGB to CIE XYZ at D65, IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)


def linear(colour: str) -> Vector:
    """Return the red, green and blue light of `#rrggbb`, each from 0 to 1."""
    coded = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (a, b))
    return (lighter + 0.05) / (darker + 0.05)


def lab(light: Vector) -> Vector:
    ratios = (TO_XYZ @ light) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(a: str, b: str, dichromacy: str) -> float:
    """Return how far apart (CIE76) two colours are to such eyes."""
    seen = np.array(DICHROMACIES[dichromacy])
    one, other = (lab(np.clip(seen @ linear(colour), 0, 1)) for colour in (a, b))
    return float(np.linalg.norm(one - other))
