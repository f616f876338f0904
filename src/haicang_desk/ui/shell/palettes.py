"""Colours of the window by meaning: a light, a dark and a high-contrast set. No other module names a colour.

Text on its ground has a contrast of at least 4.5 : 1 (WCAG 2.1, 1.4.3); a test computes it for every pair in use.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColourSet:
    """One set of colours, each as ``#rrggbb``. A level has a colour for text and one for the ground behind it."""

    name: str
    dark: bool
    surface: str  # behind everything
    raised: str  # cards, tables, fields
    rail: str  # navigation and status bar
    stripe: str  # every second row, heads of tables
    hover: str
    line: str
    line_strong: str  # borders of fields and buttons
    text: str
    muted: str  # secondary text
    disabled: str
    accent: str
    accent_strong: str  # under the pointer
    accent_tint: str  # selection
    on_accent: str
    track: str  # the empty part of a bar
    block: str
    block_ground: str
    exception: str
    exception_ground: str
    warn: str
    warn_ground: str
    info: str
    info_ground: str
    done: str
    done_ground: str


LIGHT = ColourSet(
    name="light",
    dark=False,
    surface="#f4f5f7",
    raised="#ffffff",
    rail="#eceff2",
    stripe="#f8f9fb",
    hover="#e2e7eb",
    line="#e3e6ea",
    line_strong="#c3cad2",
    text="#1c2430",
    muted="#5a636e",
    disabled="#9aa3ad",
    accent="#0f5f7a",
    accent_strong="#0b4a60",
    accent_tint="#e3f0f3",
    on_accent="#ffffff",
    track="#e3e6ea",
    block="#b3261e",
    block_ground="#fdecea",
    exception="#8a4b08",
    exception_ground="#fbf0e0",
    warn="#7a6200",
    warn_ground="#fdf6dc",
    info="#0f5f7a",
    info_ground="#e3f0f3",
    done="#1d6b43",
    done_ground="#e4f3ea",
)
DARK = ColourSet(
    name="dark",
    dark=True,
    surface="#14181d",
    raised="#1c2229",
    rail="#181d23",
    stripe="#20262e",
    hover="#262d35",
    line="#2c343d",
    line_strong="#46515d",
    text="#e6eaef",
    muted="#9aa6b2",
    disabled="#66717d",
    accent="#5cb3cc",
    accent_strong="#85cade",
    accent_tint="#1d3740",
    on_accent="#0d1a1f",
    track="#2c343d",
    block="#ff8a80",
    block_ground="#3a2020",
    exception="#f0b36b",
    exception_ground="#35291a",
    warn="#e8cf6a",
    warn_ground="#332d16",
    info="#5cb3cc",
    info_ground="#1d3740",
    done="#74cc9b",
    done_ground="#17301f",
)
CONTRAST = ColourSet(
    name="contrast",
    dark=False,
    surface="#ffffff",
    raised="#ffffff",
    rail="#ffffff",
    stripe="#ffffff",
    hover="#dfe8ff",
    line="#4a4a4a",
    line_strong="#000000",
    text="#000000",
    muted="#1f1f1f",
    disabled="#595959",
    accent="#00297a",
    accent_strong="#001a4d",
    accent_tint="#d6e2ff",
    on_accent="#ffffff",
    track="#c9c9c9",
    block="#8f0000",
    block_ground="#ffffff",
    exception="#6b3500",
    exception_ground="#ffffff",
    warn="#4d3d00",
    warn_ground="#ffffff",
    info="#00297a",
    info_ground="#ffffff",
    done="#004d26",
    done_ground="#ffffff",
)
COLOUR_SETS = {each.name: each for each in (LIGHT, DARK, CONTRAST)}
LEVELS = {  # level of a finding or a state, as style sheets know it, and its names among the colours above
    "block": "block",
    "exception": "exception",
    "warn": "warn",
    "info": "info",
    "good": "done",
}


def contrast(text: str, ground: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    one, other = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
