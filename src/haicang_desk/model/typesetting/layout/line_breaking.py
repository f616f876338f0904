"""Line breaking of Chinese text.

A text is divided into clusters, between any two of which a line may end.
A cluster is a character with the opening marks before it and the closing marks after it (避头尾,
GB/T 15834—2011 §5.1), a number with its sign and unit (GB/T 15835—2011 §5.1.7), a document number
such as 〔2018〕63号, a date, a telephone number, a word of Latin letters, or a whole —— or …….

A justified paragraph is weighed as a whole: of all ways to break it, the one whose lines are stretched and squeezed
least and most alike (Knuth and Plass, “Breaking Paragraphs into Lines”, 1981). A line that is slightly too long has the
empty half of a mark at its end taken away, then all its marks squeezed by the same width. Other paragraphs are filled
line by line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
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
_TELEPHONE = r"[（(]0[0-9]{2,3}[）)] ?[0-9]{7,8}|0[0-9]{2,3} [0-9]{7,8}(?![0-9])|1[3-9][0-9] [0-9]{4} [0-9]{4}(?![0-9])"
_NUMBER = rf"第?〔[^〔〕\n]{{1,8}}〕第?[0-9０-９]+号|{_TELEPHONE}"
_DATE = re.compile(r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月[0-9]{1,2}日")
_CORE = (
    rf"第?[+\-−±]?[{LATIN}]+(?:[.,:/\-–'’@_&+=?%#~*×\xa0]+[{LATIN}]+)*"
    rf"(?:(?<=[0-9０-９])(?: (?:[十百千]?[万亿])?(?:{_UNITS})"
    rf"|[余多]?(?:[十百千]?[万亿]|[十百千])?[余多]?(?:{_UNITS})?))?"
    rf"|{_INSEPARABLE}"
    "|.[\u0300-\u036f\u20d0-\u20ff\u3099\u309a]*"
)
_OPEN, _CLOSE = f"[{re.escape(NO_END)}]", rf"(?:{_INSEPARABLE}|[{re.escape(NO_START)}])"
_CLUSTER = re.compile(
    rf"[ \u3000]+|{_OPEN}*?(?:{_NUMBER}){_CLOSE}*|{_OPEN}+{_CLOSE}+"
    rf"|{_OPEN}*(?:(?![ \u3000])(?:{_CORE})){_CLOSE}*|{_OPEN}+",
    re.DOTALL,
)
_SMALLER = re.compile(rf"{_OPEN}*(?:{_INSEPARABLE}|.){_CLOSE}*", re.DOTALL)
_ADDRESS = re.compile(r"[A-Za-z][/@?&=.]+[A-Za-z]")  # a code, such as that of a project, is not parted
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


TIGHT = re.compile(rf"(?<=[{LATIN}.,:/\-'@_&+=%#])(?=[{LATIN}.,:/\-'@_&+=%#℃])|(?<=—)(?=—)|(?<=…)(?=…)")
_SPACES = " \u3000"
_MARKS = CLOSING | OPENING
_NEAR = 0.01  # points: what rounding may add up to
_TOO_EMPTY = 1 / 4  # of a line: emptier lines get part of the next cluster
_LOOK_AHEAD = 3  # clusters beyond the full line that squeezed marks might make room for
_DATE_PART = 1 / 3  # of a line: a longer date may be broken after 年
# of weighing a paragraph as a whole
_SHORTER = 2.0  # em: how much shorter than full the lines that are tried may be
_KEPT = 6  # ways to set the lines up to here that are followed further
# Costs in units of stretching every gap of a line by 1/100 em; those of a paragraph's lines are squared and added.
_HALVED_END = 0.2
_SQUEEZED = 40.0  # times the square of what each mark loses, in em
_ORPHAN = 30.0
_NEVER = 1e6


class Measure(NamedTuple):
    """The measure of a paragraph in points: line width, first-line indent `inset`, type size, and the setting."""

    width: float
    inset: float
    size: float
    justified: bool
    even: bool = False  # centred titles and labels: lines of similar length
    flush: bool = False  # an opening mark at the head of a line is set without its empty half


class LineRange(NamedTuple):
    """A line from index `start` to `end`, and whether it is the last of its paragraph.

    The marks at the indices `halved` are set in half their width: an opening one at the head, a closing one at the end.
    Those at `squeezed` lose `by` points each.
    """

    start: int
    end: int
    last: bool
    halved: tuple[int, ...] = ()
    squeezed: tuple[int, ...] = ()
    by: float = 0.0


class _Fit(NamedTuple):
    """A possible line: what it costs, and how its marks are set."""

    cost: float
    halved: tuple[int, ...] = ()
    squeezed: tuple[int, ...] = ()
    by: float = 0.0


def break_lines(text: ParagraphText, measure: Measure) -> Iterator[LineRange]:
    """Break one paragraph into lines; an empty paragraph has one empty line."""
    chars = text.chars
    if measure.inset + add_up(text.advances) <= measure.width + _NEAR:
        flush = measure.flush and chars[:1] in OPENING and 0 not in text.closed and text.font_at(0).squeezes(chars[0])
        yield LineRange(0, len(chars), True, (0,) if chars and flush else ())
        return
    breaker = _LineBreaker(text, measure)
    if measure.even and (even := breaker.even()):
        yield from even
    elif measure.justified and (whole := breaker.weighed()):
        yield from whole
    else:
        yield from breaker.without_orphan(list(breaker.fills()))


class _LineBreaker:
    """Breaks one paragraph, weighed as a whole or line by line, then looking at most three clusters ahead."""

    def __init__(self, text: ParagraphText, measure: Measure) -> None:
        self._text, self._measure = text, measure
        self._at = [0.0, *accumulate(text.advances)]
        self._ends = self._cluster_ends()
        self._spaced = any(space in text.chars for space in _SPACES)
        self._marks = (
            [
                at
                for at, char in enumerate(text.chars)
                if char in _MARKS and at not in text.closed and text.font_at(at).squeezes(char)
            ]
            if _MARKS & set(text.chars)
            else []
        )
        self._half_empty = frozenset(self._marks)
        self._tight = [found.start() for found in TIGHT.finditer(text.chars)]

    def fills(self) -> Iterator[LineRange]:
        """The lines, without regard to the length of the last one."""
        start, total = 0, len(self._text.chars)
        while start < total:
            end, fit = self._best(start)
            past = self._past_spaces(end)
            yield LineRange(start, self._trimmed(start, end), past >= total, *fit[1:])
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
                fills.append(LineRange(past, self._trimmed(past, end), end == line_ends[-1]))
            start = end
        return fills

    def without_orphan(self, fills: list[LineRange]) -> list[LineRange]:
        """The lines, with a cluster moved down where the last line has a single character (单字不成行)."""
        if len(fills) < 2 or not self._measure.justified or not self._is_orphan(*fills[-1][:2]):
            return fills
        before, last = fills[-2:]
        ends = self._ends[: bisect_right(self._ends, before.end - 1)]
        enough = before.start + (before.end - before.start) * 3 // 4
        if not ends or ends[-1] <= enough:
            return fills
        kept = ends[-1]
        moved = self._fit(before.start, self._trimmed(before.start, kept), last=False)
        start = self._past_spaces(kept)
        rest = self._fit(start, last.end, last=True)
        if moved is None or rest is None:
            return fills
        return [
            *fills[:-2],
            LineRange(before.start, self._trimmed(before.start, kept), False, *moved[1:]),
            LineRange(start, last.end, True, *rest[1:]),
        ]

    # ---- a paragraph as a whole

    def weighed(self) -> list[LineRange] | None:
        """The lines of least cost; None where a cluster is too wide for a line, which has to be broken by itself.

        Dynamic programming over the places where a line may end, line by line; of the ways to set as many lines only
        the few cheapest are followed further.
        """
        total = len(self._text.chars)
        steps: list[dict[int, tuple[float, int, int]]] = []  # of each line, by where the next starts: cost, start, end
        reached = [(0.0, 0)]
        done: tuple[float, int, int] | None = None  # the cost of all, the number of lines before the last, its start
        while reached:
            step: dict[int, tuple[float, int, int]] = {}
            for before, start in reached:
                for end in self._candidates(start):
                    past = self._past_spaces(end)
                    cost = before + self._cost(start, self._trimmed(start, end), last=past >= total) ** 2
                    if past < total:
                        if past not in step or cost < step[past][0]:
                            step[past] = cost, start, end
                    elif cost < _NEVER and (done is None or cost < done[0]):
                        done = cost, len(steps), start
            limit = _NEVER if done is None else done[0]
            reached = sorted((cost, past) for past, (cost, _, _) in step.items() if cost < limit)[:_KEPT]
            steps.append(step)
        return None if done is None else self._traced(steps[: done[1]], done[2])

    def _traced(self, steps: list[dict[int, tuple[float, int, int]]], start: int) -> list[LineRange]:
        """The lines that lead to the last one, which begins at `start`."""
        bounds = [(start, len(self._text.chars))]
        for step in reversed(steps):
            _, start, end = step[start]
            bounds.append((start, end))
        fills = []
        for start, end in reversed(bounds):
            trimmed, last = self._trimmed(start, end), start == bounds[0][0]
            fit = self._fit(start, trimmed, last=last)
            fills.append(LineRange(start, trimmed, last, *(fit or _Fit(0.0))[1:]))
        return fills

    def _candidates(self, start: int) -> list[int]:
        """The places where the line that begins at `start` may end; none where it needs a cluster to be broken."""
        room, ends, at = self._room(start), self._ends, self._at
        index = bisect_right(ends, bisect_right(at, at[start] + room + self._head(start) + _NEAR) - 1)
        if not index or ends[index - 1] <= start:
            return []
        plain = ends[index - 1]
        following = self._text.chars[plain : ends[index]] if index < len(ends) else ""
        if room - self._width(start, plain) > room * _TOO_EMPTY and _ADDRESS.search(following):
            return []
        first, least = index - 1, at[start] + room - _SHORTER * self._measure.size
        while first and ends[first - 1] > start and at[ends[first - 1]] >= least:
            first -= 1
        return ends[first : index + _LOOK_AHEAD]

    # ---- one line

    def _best(self, start: int) -> tuple[int, _Fit]:
        room, ends = self._room(start), self._ends
        index = bisect_right(ends, bisect_right(self._at, self._at[start] + room + self._head(start) + _NEAR) - 1)
        plain = ends[index - 1] if index and ends[index - 1] > start else start
        best, chosen = plain, self._fit(start, self._trimmed(start, plain), last=False) if plain > start else None
        for end in ends[index : index + _LOOK_AHEAD]:
            fit = self._fit(start, self._trimmed(start, end), last=False)
            if fit is not None and (chosen is None or fit.cost < chosen.cost):
                best, chosen = end, fit
        if chosen is None:
            return self._forced(start, start, ends[bisect_right(ends, start)]), _Fit(0.0)
        following = ends[bisect_right(ends, best)] if best < ends[-1] else best
        if self._at[following] - self._at[best] > self._measure.width:  # no line will hold it: begin it here
            return self._forced(start, best, following), _Fit(0.0)
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
        """The last separator of an address that fits on the line, so that it is not left half empty."""
        limit = self._at[start] + self._room(start) + _NEAR
        joints = accumulate((len(part) for part in split_cluster(self._text.chars[begun:end])[0]), initial=begun)
        fitting = [at for at in joints if at < end and self._at[at] <= limit]
        return fitting[-1] if _ADDRESS.search(self._text.chars[begun:end]) else begun

    def _cost(self, start: int, end: int, *, last: bool) -> float:
        """What it costs to set this line: to stretch it, or to squeeze its marks so that it fits; _NEVER: it can't."""
        size, head = self._measure.size, self._head(start)
        over = self._at[end] - self._at[start] - head - self._room(start)
        cost = _ORPHAN if last and start and self._is_orphan(start, end) else 0.0
        if over > _NEAR and (at := end - 1) in self._half_empty and at > start and self._text.chars[at] in CLOSING:
            over, end, cost = over - size / 2, at, cost + _HALVED_END
        if over <= _NEAR:
            return cost if last else cost + self._stretch_cost(start, end, -over)
        count = bisect_right(self._marks, end - 1) - bisect_right(self._marks, start if head else start - 1)
        if over > count * size / 2 + _NEAR:
            return _NEVER
        return cost + self._stretch_cost(start, end, over) + _SQUEEZED * (over / count / size) ** 2

    def _fit(self, start: int, end: int, *, last: bool) -> _Fit | None:
        """How the marks of the line are set so that it fits, and what that costs; None where it can't."""
        cost, size, head = self._cost(start, end, last=last), self._measure.size, self._head(start)
        if cost >= _NEVER:
            return None
        halved: tuple[int, ...] = (start,) if head else ()
        over = self._width(start, end) - head - self._room(start)
        if over > _NEAR and (at := end - 1) in self._half_empty and at > start and self._text.chars[at] in CLOSING:
            over, end, halved = over - size / 2, at, (*halved, at)
        if over <= _NEAR:
            return _Fit(cost, halved)
        first = bisect_right(self._marks, start if head else start - 1)
        marks = tuple(self._marks[first : bisect_right(self._marks, end - 1)])
        return _Fit(cost, halved, marks, over / len(marks))

    def _stretch_cost(self, start: int, end: int, slack: float) -> float:
        """The cost of making the line so many points longer: the space to add to each gap, in 1/100 em."""
        tight = bisect_right(self._tight, end - 1) - bisect_right(self._tight, start)
        return 100 * max(0.0, slack) / self._measure.size / max(1, end - start - 1 - tight)

    def _head(self, start: int) -> float:
        """The empty half of an opening mark at the head of a line, in points; 0 without one."""
        if self._measure.flush and start in self._half_empty and self._text.chars[start] in OPENING:
            return self._measure.size / 2
        return 0.0

    def _is_orphan(self, start: int, end: int) -> bool:
        """Whether it is a single character, without counting marks."""
        return len(self._text.chars[start:end].strip(NO_START + NO_END)) <= 1

    # ---- places

    def _cluster_ends(self) -> list[int]:
        """The indices where a line may end."""
        chars, measure = self._text.chars, self._measure
        ends = list(accumulate(len(cluster) for cluster in clusters(chars)))
        whole = [(start, end, measure.width - measure.inset, "") for start, end in self._text.whole]
        if "月" in chars:
            for found in _DATE.finditer(chars):
                start, end = found.span()
                long = self._at[end] - self._at[start] > measure.width * _DATE_PART
                whole.append((start, end, measure.width, "年" if long else ""))
        for start, end, most, after in whole:
            if after or self._at[end] - self._at[start] <= most:
                ends = [at for at in ends if not start < at < end or chars[at - 1] == after]
        return ends

    def _room(self, start: int) -> float:
        """The room of the line that begins at `start`, in points; the first line is indented."""
        return self._measure.width - (self._measure.inset if start == 0 else 0.0)

    def _width(self, start: int, end: int) -> float:
        """The width of the characters from start to end, in points."""
        return self._at[end] - self._at[start]

    def _trimmed(self, start: int, end: int) -> int:
        """The end of the line without trailing spaces."""
        while self._spaced and end > start + 1 and self._text.chars[end - 1] in _SPACES:
            end -= 1
        return end

    def _past_spaces(self, end: int) -> int:
        """The index of the first character after the spaces at `end`."""
        while self._spaced and end < len(self._text.chars) and self._text.chars[end] in _SPACES:
            end += 1
        return end
