"""Colours that mean different things in one chart are told apart by the colour-blind, in simulation."""

from itertools import combinations

import numpy as np
import pytest

from helpers.story.chart import BAD, GOOD, INK, MUTED, QUIET, TRACK, luminance
from helpers.story.colors import LINES, contrast

# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# severity 1: a person who lacks one kind of cone; for linear RGB.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
LEAST = 15  # CIE76; about 2.3 can just be seen when side by side (Mahy et al. 1994), and lines are thin and apart
# What stands in one chart beside one another.
TOGETHER = {
    "lines": LINES,
    "verdicts": (GOOD, BAD, MUTED, INK),
    "bars": (GOOD, BAD, QUIET, TRACK),
    "answers": (BAD, "#d3dae1", GOOD),
}


def seen(color: str, vision: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a hex colour as that vision has it."""
    channels = np.array(list(bytes.fromhex(color[1:]))) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    light = TO_XYZ @ np.clip(VISIONS[vision] @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    x, y, z = np.where(light > 216 / 24389, np.cbrt(light), (24389 / 27 * light + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, vision: str) -> float:
    return float(np.linalg.norm(seen(one, vision) - seen(other, vision)))


def test_the_simulation_gives_known_values() -> None:
    """White is L* 100 to all; pure red is L* 53.2, a* 80.1, b* 67.2; its distance from green shrinks without a cone."""
    assert all(seen("#ffffff", vision) == pytest.approx([100, 0, 0], abs=0.1) for vision in VISIONS)
    assert seen("#ff0000", "usual") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert distance("#d00000", "#5a7a00", "usual") > 60 > 15 > distance("#b04000", "#5f7000", "deuteranopia")


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("colors", TOGETHER.values(), ids=TOGETHER)
def test_colours_of_one_chart_are_told_apart(colors: tuple[str, ...], vision: str) -> None:
    near = {(a, b): round(distance(a, b, vision)) for a, b in combinations(colors, 2)}
    assert {pair: d for pair, d in near.items() if d < LEAST} == {}


def test_lines_stand_out_from_paper() -> None:
    """WCAG 2 asks 3 to 1 of graphics."""
    assert all(contrast(luminance(color), 1) >= 3 for color in LINES)
