"""Line breaking of Chinese text.

A text is divided into clusters, between any two of which a line may end.
A cluster is a character with the opening marks before it and the closing marks after it (避头尾,
GB/T 15834—2011 §5.1), a number with its sign and unit (GB/T 15835—2011 §5.1.7), a document number
such as 〔2018〕63号, a word of Latin letters, or a whole —— or ……. The lines are then filled one
after the other; a line that is slightly too long has its punctuation marks squeezed to half width
where that disturbs the reader less than a shorter, stretched line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from haicang_desk.model.typesetting.layout.inline_runs import ParagraphText
from haicang_desk.model.typesetting.layout.measures import add_up
from haicang_desk.model.typesetting.layout.title_balancing import balanced_breaks
from haicang_desk.model.typesetting.pdf.font_set import CLOSING, OPENING

NO_START = "+＋，。、；：？！）》〉」』】〕〗｝］”’…—·・•‧％‰℃°′″～〜~々／,.;:?!)]}%>»＞．－-"
NO_END = "（《〈「『【〔〖｛［“‘￥¥＄$£(［[{#＃№<«＜□☑☒☐"
LATIN = r"0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f"

_UNITS = (
    "平方公里|平方米|立方米|平方|立方|公里|千米|厘米|毫米|公顷|公斤|千克|千瓦|工作日|自然日|季度|小时|分钟|"
    "人次|户次|个月|周年|周岁|工日|[元角分年月日号时点秒天周岁个项户人名次件份张页条处盏套台把棵株块段批期届"
    "米吨克升亩楼层室栋幢座路级类倍度折只本辆场家间组队位轮版章节款万亿]"
)
_INSEPARABLE = r"—+|…+|\.{3,}"
_NUMBER = r"第?〔[^〔〕\n]{1,8}〕第?[0-9０-９]+号"
_CORE = (
    rf"第?[+\-−±]?[{LATIN}]+(?:[.,:/\-–'’@_&+=?%#~*×\xa0]+[{LATIN}]+)*"
    rf"(?:(?<=[0-9０-９])(?: (?:[十百千]?[万亿])?(?:{_UNITS})"
    rf"|[余多]?(?:[十百千]?[万亿]|[十百千])?[余多]?(?:{_UNITS})?))?"
    rf"|{_INSEPARABLE}"
    "|.[\u0300-\u036f\u20d0-\u20ff\u3099\u309a]*"
)
_OPEN, _CLOSE = f"[{re.escape(NO_END)}]", rf"(?:{_INSEPARABLE}|[{re.escape(NO_START)}])"
_CLUSTER = re.compile(
    rf"[ \u3000]+|{_OPEN}*?{_NUMBER}{_CLOSE}*|{_OPEN}+{_CLOSE}+|{_OPEN}*(?:(?![ \u3000])(?:{_CORE})){_CLOSE}*|{_OPEN}+",
    re.DOTALL,
)
_SMALLER = re.compile(rf"{_OPEN}*(?:{_INSEPARABLE}|.){_CLOSE}*", re.DOTALL)
_JOINT = re.compile(r"(?<=[/\-–_@?&=])(?![/\-–_@?&=.:])|(?<=[.:])(?![/\-–_@?&=.:0-9])")


def clusters(text: str) -> list[str]:
    """Split a text into clusters, within which no line is broken; a run of spaces is a cluster of its own."""
    return _CLUSTER.findall(text)


def split_cluster(cluster: str) -> list[list[str]]:
    """The ways to split a cluster that is wider than a line, best first.

    After the separators of an address or a number; then keeping marks with their characters; then
    between any two characters.
    """
    return [[part for part in _JOINT.split(cluster) if part], _SMALLER.findall(cluster), list(cluster)]


_SPACES = " \u3000"
_MARKS = CLOSING | OPENING
_POINTS = frozenset("，。、；：？！．")
_NEAR = 0.01  # points: what rounding may add up to
_TOO_EMPTY = 1 / 4  # of a line: emptier lines get part of the next cluster
_LOOK_AHEAD = 3  # clusters beyond the full line that squeezed marks might make room for
# Costs of squeezing a mark, in units of stretching every gap of the line by 1/100 em.
_AT_END, _AT_MEETING, _AT_START, _INSIDE, _BRACKET = 0.2, 0.6, 0.8, 1.4, 2.2


class Measure(NamedTuple):
    """The measure of a paragraph in points: line width, first-line indent `inset`, type size, and the setting."""

    width: float
    inset: float
    size: float
    justified: bool
    even: bool = False  # centred titles and labels: lines of similar length


class LineRange(NamedTuple):
    """A line from index `start` to `end`, its squeezed marks, and whether it is the last of its paragraph."""

    start: int
    end: int
    squeezed: frozenset[int]
    last: bool


def break_lines(text: ParagraphText, measure: Measure) -> Iterator[LineRange]:
    """Break one paragraph into lines; an empty paragraph has one empty line."""
    chars = text.chars
    if measure.inset + add_up(text.advances) <= measure.width + _NEAR:
        yield LineRange(0, len(chars), frozenset(), True)
        return
    filler = _LineBreaker(text, measure)
    if measure.even and (even := filler.even()):
        yield from even
        return
    fills = list(filler.fills())
    yield from filler.without_orphan(fills)


class _LineBreaker:
    """Breaks one paragraph line by line, looking at most three clusters ahead."""

    def __init__(self, text: ParagraphText, measure: Measure) -> None:
        self._text, self._measure = text, measure
        self._at = [0.0, *accumulate(text.advances)]
        self._ends = self._cluster_ends()
        self._marks = (
            [
                at
                for at, char in enumerate(text.chars)
                if char in _MARKS and at not in text.closed and text.font_at(at).squeezes(char)
            ]
            if _MARKS & set(text.chars)
            else []
        )

    def fills(self) -> Iterator[LineRange]:
        """The lines, without regard to the length of the last one."""
        start, total = 0, len(self._text.chars)
        while start < total:
            end, squeezed = self._best(start)
            past = self._past_spaces(end)
            yield LineRange(start, self._trimmed(start, end), squeezed, past >= total)
            start = past

    def even(self) -> list[LineRange] | None:
        """Lines of similar length; None for a text that is too long for it."""
        line_ends = balanced_breaks(self._text.chars, self._ends, self._at, self._measure.width, self._measure.size)
        if line_ends is None:
            return None
        fills, start = [], 0
        for end in line_ends:
            past = self._past_spaces(start) if start else start
            if past < end:
                fills.append(LineRange(past, self._trimmed(past, end), frozenset(), end == line_ends[-1]))
            start = end
        return fills

    def without_orphan(self, fills: list[LineRange]) -> list[LineRange]:
        """The lines, with a cluster moved down where the last line has a single character (单字不成行)."""
        if len(fills) < 2 or not self._measure.justified:
            return fills
        before, last = fills[-2:]
        chars = self._text.chars
        if len(chars[last.start : last.end].strip(NO_START + NO_END)) > 1:
            return fills
        ends = self._ends[: bisect_right(self._ends, before.end - 1)]
        enough = before.start + (before.end - before.start) * 3 // 4
        if not ends or ends[-1] <= enough:
            return fills
        kept = ends[-1]
        moved = LineRange(before.start, self._trimmed(before.start, kept), frozenset(), False)
        if self._width(moved.start, moved.end) > self._room(moved.start) + _NEAR:
            return fills
        return [*fills[:-2], moved, LineRange(self._past_spaces(kept), last.end, last.squeezed, True)]

    # ---- one line

    def _best(self, start: int) -> tuple[int, frozenset[int]]:
        room, ends = self._room(start), self._ends
        index = bisect_right(ends, bisect_right(self._at, self._at[start] + room + _NEAR) - 1)
        plain = ends[index - 1] if index and ends[index - 1] > start else start
        best, chosen, cost = plain, frozenset[int](), self._stretch_cost(start, plain) if plain > start else 1e9
        for end in ends[index : index + _LOOK_AHEAD]:
            squeezed = self._squeeze(start, self._trimmed(start, end))
            if squeezed is None:
                continue
            if (dearer := squeezed[1]) < cost:
                best, chosen, cost = end, squeezed[0], dearer
        if best == start:
            return self._forced(start, start, ends[bisect_right(ends, start)]), frozenset()
        following = ends[bisect_right(ends, best)] if best < ends[-1] else best
        if self._at[following] - self._at[best] > self._measure.width:  # no line will hold it: begin it here
            return self._forced(start, best, following), frozenset()
        if self._measure.justified and room - self._width(start, self._trimmed(start, best)) > room * _TOO_EMPTY:
            return self._at_joint(start, best, following), chosen
        return best, chosen

    def _forced(self, start: int, begun: int, end: int) -> int:
        """The index at which to break a cluster (from `begun` to `end`) that is wider than a line."""
        cluster, limit = self._text.chars[begun:end], self._at[start] + self._room(start) + _NEAR
        for parts in split_cluster(cluster):
            at = best = begun
            for part in parts:
                at += len(part)
                if self._at[at] > limit:
                    break
                best = at
            if best > begun:
                return best
        return max(begun, start + 1)

    def _at_joint(self, start: int, begun: int, end: int) -> int:
        """The last separator of a Latin address or code that fits on the line, so that it is not left half empty."""
        limit = self._at[start] + self._room(start) + _NEAR
        joints = accumulate((len(part) for part in split_cluster(self._text.chars[begun:end])[0]), initial=begun)
        fitting = [at for at in joints if at < end and self._at[at] <= limit]
        return fitting[-1] if re.search("[A-Za-z]", self._text.chars[begun:end]) else begun

    def _stretch_cost(self, start: int, end: int, squeezed: int = 0) -> float:
        """The cost of stretching the line: the space to add to each gap, in 1/100 em."""
        end = self._trimmed(start, end)
        slack = self._room(start) - self._width(start, end) + squeezed * self._measure.size / 2
        return 100 * max(0.0, slack) / self._measure.size / max(1, end - start - 1)

    def _squeeze(self, start: int, end: int) -> tuple[frozenset[int], float] | None:
        """The marks to squeeze so that the line fits, and the cost of that; None if it cannot fit."""
        half = self._measure.size / 2
        over = self._width(start, end) - self._room(start)
        needed = max(0, ceil((over - _NEAR) / half))
        first = bisect_right(self._marks, start - 1)
        marks = self._marks[first : bisect_right(self._marks, end - 1)]
        if needed > len(marks):
            return None
        costs = sorted((self._disturbance(at, start, end), at) for at in marks)[:needed]
        total = add_up(cost for cost, _ in costs) + self._stretch_cost(start, end, needed)
        return frozenset(at for _, at in costs), total

    def _disturbance(self, at: int, start: int, end: int) -> float:
        """The cost of squeezing one mark, by its kind and its place on the line."""
        chars = self._text.chars
        if chars[at] in CLOSING:
            if at == end - 1:
                return _AT_END
            if chars[at + 1] in _MARKS:
                return _AT_MEETING
            return _INSIDE if chars[at] in _POINTS else _BRACKET
        if at == start:
            return _AT_START
        return _AT_MEETING if chars[at - 1] in OPENING else _BRACKET

    # ---- places

    def _cluster_ends(self) -> list[int]:
        """The indices where a line may end."""
        ends = list(accumulate(len(cluster) for cluster in clusters(self._text.chars)))
        for start, end in self._text.whole:
            if self._at[end] - self._at[start] <= self._measure.width - self._measure.inset:
                ends = [at for at in ends if not start < at < end]
        return ends

    def _room(self, start: int) -> float:
        """The room of the line that begins at `start`, in points; the first line is indented."""
        return self._measure.width - (self._measure.inset if start == 0 else 0.0)

    def _width(self, start: int, end: int) -> float:
        """The width of the characters from start to end, in points."""
        return self._at[end] - self._at[start]

    def _trimmed(self, start: int, end: int) -> int:
        """The end of the line without trailing spaces."""
        while end > start + 1 and self._text.chars[end - 1] in _SPACES:
            end -= 1
        return end

    def _past_spaces(self, end: int) -> int:
        """The index of the first character after the spaces at `end`."""
        while end < len(self._text.chars) and self._text.chars[end] in _SPACES:
            end += 1
        return end
