"""大写 equals the figure beside it: it is read back by rules of its own, so that both cannot be wrong alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from haicang_desk.model.blocks import CellSpan, texts_in
from haicang_desk.model.documents.judge.cells import Part, Table, Unfit, one_line
from haicang_desk.model.values import Money

_CAPITALS = re.compile(r"人民币([零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分]+整?)")
_FIGURE = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})*|\d+)\.(\d\d)(?![\d.])")
_DIGITS = {digit: at for at, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
_NAMED = "大写"


def fen_of_capitals(text: str) -> int | None:
    """The fen that a sum in 大写 says, without 人民币: 壹拾万柒仟元伍角整 is 10700050. None for what is no sum."""
    yuan, rest = text.removesuffix("整").split("元", 1) if "元" in text else ("", text.removesuffix("整"))
    whole, part = _number(yuan), re.fullmatch(r"零?(?:([壹贰叁肆伍陆柒捌玖])角)?零?(?:([壹贰叁肆伍陆柒捌玖])分)?", rest)
    if whole is None or part is None:
        return None
    tens, ones = (_DIGITS[digit] if digit else 0 for digit in part.groups())
    return whole * 100 + tens * 10 + ones


def _number(text: str) -> int | None:
    """The whole number of digits and places; "" is 0."""
    total = group = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            group, digit = group + digit * _UNITS[character], 0
        elif character == "亿":
            total, group, digit = (total + group + digit) * _GROUPS["亿"], 0, 0
        elif character == "万":
            total, group, digit = total + (group + digit) * _GROUPS["万"], 0, 0
        else:
            return None
    return total + group + digit


def refuse_wrong_capitals(parts: Iterable[Part]) -> int:
    """Raises Unfit where a sum in 大写 differs from the figure beside it. Returns how many were compared."""
    compared = 0
    for part in parts:
        found = _of_table(part) if isinstance(part, Table) else _of_texts(part)
        for figure, capitals, where in found:
            compared += 1
            if fen_of_capitals(capitals) != figure:
                raise Unfit(
                    f"“{where or '金额'}”的大写与小写不符（小写 {Money(figure)}，大写 人民币{capitals}），没有印。"
                    "这是程序差错，不是登记有误：请报告，改正以前不要用这份文书"
                )
    return compared


def _of_texts(block: object) -> Iterator[tuple[int, str, str]]:
    for text in texts_in(block):
        for match in _CAPITALS.finditer(text):
            if (figure := _beside(text, match)) is not None:
                yield figure, match.group(1), one_line(text[max(0, match.start() - 24) : match.start()])


def _of_table(table: Table) -> Iterator[tuple[int, str, str]]:
    for span in table.spans:
        text = table.text(span)
        if "人民币" not in text:
            continue
        for match in _CAPITALS.finditer(text):
            if (figure := _beside(text, match)) is None:
                figure = _elsewhere(table, span)
            if figure is not None:
                yield figure, match.group(1), table.place(span)


def _beside(text: str, capitals: re.Match[str]) -> int | None:
    """The nearest figure before the 大写, or else the first behind it, in fen."""
    figures = list(_FIGURE.finditer(text))
    before = [figure for figure in figures if figure.end() <= capitals.start()]
    behind = [figure for figure in figures if figure.start() >= capitals.end()]
    chosen = before[-1] if before else behind[0] if behind else None
    return None if chosen is None else _fen(chosen)


def _fen(figure: re.Match[str]) -> int:
    return int(figure.group(1).replace(",", "")) * 100 + int(figure.group(2))


def _elsewhere(table: Table, span: CellSpan) -> int | None:
    """The figure in the cell that the label names without 大写, or else in the nearest cell of the row at the left."""
    left = [each for each in table.rows[span.row] if each.past_column <= span.column]
    labels = [table.words(each) for each in left if each.cell.label]
    if labels and labels[-1].endswith(_NAMED) and (stem := labels[-1].removesuffix(_NAMED).strip("（(：")):
        for head in table.spans:
            if head.cell.label and table.words(head) == stem:
                for answer in table.beside(head):
                    if (figure := _FIGURE.search(table.text(answer))) is not None:
                        return _fen(figure)
    for each in reversed(left):
        if (figure := _FIGURE.search(table.text(each))) is not None:
            return _fen(figure)
    return None
