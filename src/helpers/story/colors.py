"""The colours of text and rules, in charts and in tables alike, and how bright a colour is."""

from collections.abc import Sequence

INK, MUTED, RULE = "#1f2933", "#56626e", "#cfd6dd"
PALE = "#f4f5f7"  # behind what is to be done
TRACK, QUIET = "#e9edf1", "#a3aeb9"
GOOD, BAD = "#1b6f94", "#c4532a"  # told apart by every kind of colour vision, and in grey
# Of lines in one chart, in this order; each told apart from all others by every kind of colour vision.
LINES = ("#0b5c8a", BAD, "#867cd6", "#111111", "#b38c01", "#6f0347", "#13a59e", "#d14778")


def relative_luminance(rgb: Sequence[float]) -> float:
    """Luminance in 0-1 of a colour whose channels are in 0-1 (WCAG 2.2)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Contrast ratio of two luminances, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((one, other))
    return (light + 0.05) / (dark + 0.05)
