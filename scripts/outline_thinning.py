"""Removal of outline points of a glyph that make no visible difference.

Fonts that were traced, or cut from a variable font, have points that no printer can show. A contour is thinned by
joining neighbouring segments whenever one segment stays within a tolerance (in font units, 1000 to the em) of the two.
At a tolerance of 1 a character of 16 pt moves by less than 0.006 mm, a seventh of a dot at 600 dpi.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from fontTools.pens.ttGlyphPen import TTGlyphPen


class Point(NamedTuple):
    """A point of a contour; ``real`` is false for a midpoint that TrueType implies."""

    x: float
    y: float
    real: bool = True


class Segment(NamedTuple):
    """A line (no ``control``) or a quadratic curve."""

    start: Point
    control: Point | None
    end: Point

    def at(self, t: float) -> Point:
        """The point of the curve at parameter ``t`` from 0 to 1."""
        a, b = self.start, self.end
        c = self.control or Point((a.x + b.x) / 2, (a.y + b.y) / 2)
        s = 1 - t
        return Point(s * s * a.x + 2 * s * t * c.x + t * t * b.x, s * s * a.y + 2 * s * t * c.y + t * t * b.y)


def thinned(glyph: Any, tolerance: float) -> Any:
    """The glyph drawn with fewer points, or the given one where that is no smaller. ``tolerance`` in font units."""
    if glyph.numberOfContours < 1:
        return glyph
    glyph.recalcBounds(None)
    pen = TTGlyphPen(None)
    for points in _contours(glyph):
        _draw(_joined(_straightened(_segments(points), tolerance), tolerance), pen)
    drawn = pen.glyph()
    drawn.recalcBounds(None)
    size = len(drawn.compile(None, recalcBBoxes=False)) if drawn.numberOfContours > 0 else 0
    return drawn if 0 < size < len(glyph.compile(None, recalcBBoxes=False)) else glyph


def _contours(glyph: Any) -> Iterator[list[tuple[float, float, bool]]]:
    points, ends, flags = glyph.getCoordinates(None)
    start = 0
    for end in ends:
        here = slice(start, end + 1)
        yield [(x, y, bool(flag & 1)) for (x, y), flag in zip(points[here], flags[here], strict=True)]
        start = end + 1


def _segments(points: list[tuple[float, float, bool]]) -> list[Segment]:
    """Lines and curves of a closed contour, with the implied midpoints between two control points."""
    whole: list[tuple[Point, bool]] = []
    for (x, y, on), (u, v, next_on) in pairwise([*points, points[0]]):
        whole.append((Point(x, y), on))
        if not on and not next_on:
            whole.append((Point((x + u) / 2, (y + v) / 2, real=False), True))
    first = next((i for i, (_, on) in enumerate(whole) if on), None)
    if first is None:
        return []
    whole = [*whole[first:], *whole[: first + 1]]
    found, i = [], 0
    while i < len(whole) - 1:
        on_curve = whole[i + 1][1]
        step = 1 if on_curve else 2
        found.append(Segment(whole[i][0], None if on_curve else whole[i + 1][0], whole[i + step][0]))
        i += step
    return found


def _straightened(segments: list[Segment], tolerance: float) -> list[Segment]:
    flat = [s._replace(control=None) if s.control and _distance(s.control, s) <= tolerance else s for s in segments]
    return [s for s in flat if s.control or s.start[:2] != s.end[:2]]


def _joined(segments: list[Segment], tolerance: float) -> list[Segment]:
    kept: list[Segment] = []
    for segment in segments:
        one = _one_for_two(kept[-1], segment, tolerance) if kept else None
        if one:
            kept[-1] = one
        else:
            kept.append(segment)
    return kept


def _one_for_two(a: Segment, b: Segment, tolerance: float) -> Segment | None:
    if a.control is None and b.control is None:
        line = Segment(a.start, None, b.end)
        return line if a.start[:2] != b.end[:2] and _distance(a.end, line) <= tolerance else None
    if a.control is None or b.control is None:
        return None
    control = _meeting(a.start, a.control, b.end, b.control)
    if control is None:
        return None
    curve = Segment(a.start, control, b.end)
    steps = [curve.at(i / 16) for i in range(17)]
    chords = [Segment(p, None, q) for p, q in pairwise(steps)]
    tried = [part.at(t) for part in (a, b) for t in (0.25, 0.5, 0.75, 1.0)]
    return curve if all(min(_distance(p, chord) for chord in chords) <= tolerance for p in tried) else None


def _meeting(p: Point, toward_p: Point, q: Point, toward_q: Point) -> Point | None:
    """The point where the tangents at both ends meet, if it lies ahead of both."""
    ax, ay, bx, by = toward_p.x - p.x, toward_p.y - p.y, toward_q.x - q.x, toward_q.y - q.y
    cross = ax * by - ay * bx
    if abs(cross) < 1e-9:
        return None
    along_p = ((q.x - p.x) * by - (q.y - p.y) * bx) / cross
    along_q = ((q.x - p.x) * ay - (q.y - p.y) * ax) / cross
    if along_p <= 0 or along_q <= 0:
        return None
    return Point(round(p.x + along_p * ax), round(p.y + along_p * ay))


def _distance(p: Point, line: Segment) -> float:
    """The distance of a point from the chord of a segment, in font units."""
    a, b = line.start, line.end
    dx, dy = b.x - a.x, b.y - a.y
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else min(1.0, max(0.0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square))
    return math.hypot(p.x - a.x - along * dx, p.y - a.y - along * dy)


def _draw(segments: list[Segment], pen: TTGlyphPen) -> None:
    if len(segments) < 2:
        return
    first = next((i for i, s in enumerate(segments) if s.start.real), 0)
    segments = segments[first:] + segments[:first]
    pen.moveTo((round(segments[0].start.x), round(segments[0].start.y)))
    for _, control, end in segments:
        target = (round(end.x), round(end.y))
        if control is None:
            pen.lineTo(target)
        else:
            pen.qCurveTo((round(control.x), round(control.y)), target)
    pen.closePath()
