"""What the letters share: full titles, headings, closing words, colophon; sums and names in a clerk's prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from haicang_desk.model.blocks import Block, Colophon, Face, Heading, Masthead, Para, Run, Title, ordinal
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.form_parts import number_by_hand, percent
from haicang_desk.model.records import Street
from haicang_desk.model.values import Money

FINANCE = "区财政局"  # 五(一)¶2: the district's budget pays
BUREAU = "区民政局"  # 二¶3, 四(二)¶2
CLOSING = "特此报告。"
MOST_NAMED = 4  # projects named in a sentence; all are in the annexed tables
_SIGNED_BY_HAND = "　　　　"
_WAN_IN_FEN = 10_000  # of the last decimal of a sum in 万元
_SPACE_AT_FIGURE = re.compile(r"(?<=[^\x00-\x7f]) (?=[-−\d])|(?<=[\d.%]) (?=[^\x00-\x7f])")
_WHAT_TO_DO = re.compile(r"，(?=请|应|可将|须)")
_ASIDE = re.compile(r"（(?:申报口径|按专项资金计)[^（）]*）")


def report_head(office: str, on: date | None) -> Masthead:
    """The head of a report to a higher office of a day; 签发人 and 文号 are written in by hand when it is signed."""
    return Masthead(f"{office}文件", number=number_by_hand(on), signer=_SIGNED_BY_HAND)


def letter_title(street: Street, matter: str) -> Title:
    """The full title: 发文机关, 事由 and 文种 (GB/T 9704—2012 §7.3.1); ``matter`` begins with 关于."""
    return Title(f"{street.office}{matter}")


def sections(parts: Iterable[tuple[str, Sequence[Para]]]) -> Iterator[Block]:
    """Headings 一、二、三 on lines of their own, each with its paragraphs; those without a paragraph are left out."""
    for count, (heading, paragraphs) in enumerate(((text, paras) for text, paras in parts if paras), 1):
        yield Heading(f"{ordinal(1, count)}{heading}")
        yield from paragraphs


def points(named: Iterable[tuple[str, str]]) -> list[Para]:
    """Paragraphs that begin with （一） and a name in 楷体; a single one is its text alone. Empty ones are left out."""
    kept = [(name, text) for name, text in named if text]
    if len(kept) == 1:
        return [Para(kept[0][1])]
    return [Para((Run(f"{ordinal(2, count)}{name}。", Face.KAI), text)) for count, (name, text) in enumerate(kept, 1)]


def colophon(street: Street, copies: str, on: date | None) -> Colophon:
    """版记 of a report: the copies, and the office that printed it, on the day that it bears. A 函 has copies alone."""
    return Colophon(copies, street.office, on)


def contact(street: Street) -> str:
    """附注: whom to ask about the letter, with blanks where it is not known."""
    return f"联系人：{street.contact or '　　　　'}，联系电话：{street.phone or '　　　　　　'}"


def wan(money: Money) -> str:
    """The sum in 万元; in 元 where two decimals of 万元 are not exact."""
    return f"{money.wan}万元" if money % _WAN_IN_FEN == 0 else f"{money}元"


def sources(parts: Iterable[tuple[str, Money]], text: Callable[[Money], str] = wan) -> str:
    """What a total consists of: 其中专项资金3.00万元、社会投入2.00万元; 均为专项资金 where it is of one source."""
    given = [(name, money) for name, money in parts if money]
    if len(given) == 1:
        return f"均为{given[0][0]}"
    return "其中" + "、".join(f"{name}{text(money)}" for name, money in given) if given else ""


def share(part: int, whole: int) -> str:
    """A percentage without needless zeros: 40%, 56.36%. ``whole`` may not be 0."""
    digits = percent(part, whole).rstrip("%")
    return f"{digits.rstrip('0').rstrip('.')}%"


def share_of(ratio: Fraction) -> str:
    """A limit as the policy writes it: 40%, and 三分之一 where it is no whole percentage."""
    if ratio.denominator in (1, 2, 4, 5, 10, 20, 25, 50, 100):
        return share(ratio.numerator, ratio.denominator)
    return f"{ratio.numerator}/{ratio.denominator}"


def project_names(cases: Sequence[Casefile], most: int = MOST_NAMED) -> str:
    """The projects with their villages, the first ``most`` of many: “甲”（东社区）、“乙”（西村）等5个项目."""
    named = "、".join(quoted(case.project.title, case.village.name) for case in cases[:most])
    return f"{named}等{len(cases)}个项目" if len(cases) > most else named


def quoted(title: str, village: str) -> str:
    """A project in a sentence: its title in quotation marks, its own being inner ones (GB/T 15834), and its village."""
    return f"“{inner_quotes(title)}”（{village}）"


def inner_quotes(title: str) -> str:
    """A title that stands in quotation marks: its own become inner ones (GB/T 15834)."""
    return title.replace("“", "‘").replace("”", "’")


def flat(text: str) -> str:
    """A text typed in one or more lines, as part of a sentence: without line ends and without its last mark."""
    return "".join(line.strip() for line in text.splitlines()).rstrip("。；，")


def said_and_to_do(message: str) -> tuple[str, str]:
    """A finding of the rules in two parts, without spaces at figures: what was found, and what is to be done."""
    text = _ASIDE.sub("", _SPACE_AT_FIGURE.sub("", message))
    found, *to_do = _WHAT_TO_DO.split(text, maxsplit=1)
    return found, to_do[0] if to_do else ""
