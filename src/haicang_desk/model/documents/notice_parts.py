"""The parts that notices (公示) share: title, table of facts, closing with the way to object, seal and QR code.

条文：C068 C097
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import (
    Align,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Inline,
    KeepTogether,
    Note,
    Para,
    Pictures,
    QrCode,
    Seal,
    Title,
    Words,
    label,
    row,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import field_label, photographs, span_text
from haicang_desk.model.funding import Funding
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Notice, NoticeKind, Source, Street
from haicang_desk.model.values import full_date

MOST_BRIEF = 300  # characters of a QR code: more cannot be read from a printed page at arm's length
_MOST_TITLE = 60  # characters of a project's name in a QR code
_QR = 26  # mm
_LEAST_PICTURE = 28  # mm: the height of a photograph on a full page
_SHORT = 11.6  # characters, Latin ones by halves: two such facts stand side by side
_FACTS = (0, 1, 0, 1)  # weights of label, fact, label, fact
BY_HAND = 5  # characters: the rule where a sum or a name is written in


# ---- the record of a notice


def notice_for(case: Casefile, kind: NoticeKind) -> Notice | None:
    """The last notice of a kind: the project's own, else one that its village posted for the year."""
    year = case.project.fund_year
    fitting = [n for n in case.notices if n.kind is kind and (n.project or n.fund_year in (None, year))]
    own = [notice for notice in fitting if notice.project]
    return next(reversed(own or fitting), None)


def posted_on(case: Casefile, kind: NoticeKind) -> date | None:
    """The first day of the last notice of a kind."""
    notice = notice_for(case, kind)
    return notice.posted_on if notice else None


Period = tuple[date, date]


def period_of(notice: Notice | None) -> Period | None:
    """First and last day of a notice, where both are known."""
    return (notice.posted_on, notice.ends_on) if notice and notice.posted_on and notice.ends_on else None


# ---- head and facts


def notice_title(subject: str, what: str) -> Title:
    """Two lines: what the notice is about, and what is posted of it."""
    return Title(f"{subject}\n{what}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the table of facts. Without ``words`` it has none, unless it is ``needed``: then a rule to write on."""

    name: str
    words: str = ""
    needed: bool = False

    @property
    def absent(self) -> bool:
        """Whether there is nothing to be said."""
        return not self.words.strip()

    @property
    def shown(self) -> str | Blank:
        """Its words, or a rule to write on."""
        return Blank(0) if self.absent else self.words

    @property
    def short(self) -> bool:
        """Whether it leaves room for another in its row."""
        return sum(0.5 if each < "\u0100" else 1 for each in self.words) <= _SHORT and "\n" not in self.words


def facts(items: Iterable[Fact]) -> Grid:
    """The table of facts: short ones two in a row, long ones across."""
    return Grid(tuple(_fact_rows([each for each in items if each.needed or not each.absent])), _FACTS, by_content=True)


def _fact_rows(items: Sequence[Fact]) -> Iterator[GridRow]:
    at = 0
    while at < len(items):
        first = items[at]
        second = items[at + 1] if at + 1 < len(items) else None
        if second is not None and first.short and second.short:
            yield row(label(first.name), _fact(first), label(second.name), _fact(second))
            at += 2
        else:
            yield row(label(first.name), _fact(first, 3))
            at += 1


def _fact(fact: Fact, columns: int = 1) -> GridCell:
    align = Align.LEFT if fact.short else Align.JUSTIFIED
    words = Blank(BY_HAND) if fact.absent and columns == 1 else fact.shown
    return GridCell(words, columns=columns, align=align)


def days_text(start: date | None, end: date | None) -> str:
    """Two days, the year of the second left out where it is that of the first."""
    if start and end and start.year == end.year:
        return f"{full_date(start)}至{end.month}月{end.day}日"
    return span_text(start, end)


def dated(on: date, after: date | None) -> str:
    """A day; without its year where ``after`` is of the same year and stands before it."""
    return f"{on.month}月{on.day}日" if after is not None and after.year == on.year else full_date(on)


# ---- closing


def signed(
    street: Street,
    office: str,
    period: Period | None,
    policy: Policy,
    brief: str,
    *,
    watched: bool = False,
) -> Block:
    """The end of a notice on one page: period, way to object, seal and date, the QR code at their left."""
    code = QrCode(brief, _QR, "扫码读公示")
    seal = Seal(office, period[0] if period else None, beside=code)
    return KeepTogether((closing(street, period, policy, watched=watched), seal))


def closing(street: Street, period: Period | None, policy: Policy, *, watched: bool = False) -> Para:
    """The period of the notice, and how to object: in writing, to whom, where, by which telephone.

    ``watched``: with the telephone for complaints (监督电话).
    """
    days = policy.number_of("notice_days")
    by_hand: tuple[Inline, ...] = (*_day_by_hand(), "至", *_day_by_hand(), f"（不少于{days}日，张贴当日不计）")
    text: Words = (
        "公示期：",
        *((span_text(*period),) if period else by_hand),
        "。如有异议，请于公示期内以书面形式向",
        (street.office if street.name else "") or Blank(8),
        "反映（地址：",
        street.address or Blank(12),
        "，联系人：",
        street.contact or Blank(4),
        "，联系电话：",
        street.phone or Blank(7),
        "）。",
        *(("监督电话：", street.watch_phone or Blank(7), "。") if watched else ()),
    )
    return Para(text)


def _day_by_hand() -> tuple[Blank | str, ...]:
    return (Blank(2.5), "年", Blank(1.5), "月", Blank(1.5), "日")


def closing_blanks(street: Street, period: Period | None, *, watched: bool = False) -> Iterator[str]:
    """What the closing leaves to be written by hand."""
    if period is None:
        yield "公示期"
    names = ("name", "address", "contact", "phone", *(("watch_phone",) if watched else ()))
    yield from (f"{Street.label}的{field_label(Street, name)}" for name in names if not getattr(street, name))


# ---- photographs


def public_photographs(context: ProjectContext, item: str) -> Iterator[Block]:
    """The photographs of an item side by side, as high as the page has room for.

    The name that a camera gave a file is no caption.
    """
    for block in photographs(context, item):
        if isinstance(block, Pictures):
            shown = tuple(replace(each, caption=_caption(each.caption)) for each in block.pictures)
            columns = len(shown)
            yield Pictures(shown, columns, least=_LEAST_PICTURE)
        elif not isinstance(block, Note):
            yield block


def _caption(text: str) -> str:
    stem = PurePath(text).stem
    chinese = any("\u3400" <= each <= "\u9fff" for each in stem)
    return text if chinese and not stem.startswith(("微信图片", "屏幕截图", "截图", "图片")) else ""


# ---- money


def money_by_source(funding: Funding) -> list[tuple[Source, str]]:
    """The sources that give something, with their sums in figures."""
    return [(source, str(funding.source(source))) for source in Source if funding.source(source)]


# ---- the words of the QR code


def brief_of(head: str, items: Iterable[str], tail: str) -> str:
    """The words of a QR code, at most ``MOST_BRIEF`` characters: of the items as many as there is room for."""
    whole = list(items)
    for count in range(len(whole), -1, -1):
        body = "；".join(whole[:count])
        more = "……" if count < len(whole) else "。"
        text = f"{head}{body}{more if whole else ''}{tail}"
        if len(text) <= MOST_BRIEF:
            return text
    return f"{head}{tail}"[:MOST_BRIEF]


def brief_title(title: str) -> str:
    """A project's name, cut where it is very long."""
    return title if len(title) <= _MOST_TITLE else title[:_MOST_TITLE]


def brief_closing(street: Street, period: Period | None, *, watched: bool = False) -> str:
    """Period and telephone in a QR code, as far as they are known."""
    days = f"公示期：{span_text(*period)}。" if period else ""
    phone = f"联系电话：{street.phone}。" if street.phone else ""
    watch = f"监督电话：{street.watch_phone}。" if watched and street.watch_phone else ""
    return f"{days}{phone}{watch}"
