"""The day printed is the day recorded: of a seal, of 填报日期, of a signature, of a notice's period, and of an issue.

What each document bears is said here once more, straight from the records, so that a composer that takes another day,
such as that of printing, is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from haicang_desk.model.blocks import Across, Colophon, Paper, PaperKind, Para, Seal
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import DocumentContext, ProjectContext, VillageContext
from haicang_desk.model.documents.judge.cells import Part, Table, Unfit, shown
from haicang_desk.model.records import Issue, Notice, NoticeKind, Record
from haicang_desk.model.values import full_date

Days = Iterable[date | None]
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_PERIOD = re.compile(r"公示期：(\d{4}年\d{1,2}月\d{1,2}日)至(\d{4}年\d{1,2}月\d{1,2}日)")
_SIGNED = re.compile(r"(?:签字：|（盖章）|＿|\s)*\d{4}年\d{1,2}月\d{1,2}日")  # nothing that a person typed
_FILLED = "填报日期"


def _of_notices(kind: NoticeKind) -> Callable[[Any], Days]:
    def days(context: Any) -> Days:
        cases = (context.case,) if isinstance(context, ProjectContext) else context.cases
        return (notice.posted_on for case in cases for notice in case.notices if notice.kind is kind)

    return days


def _of_quarter(context: Any) -> Days:
    return (context.quarterly.written_on,) if context.quarterly is not None else ()


BORNE: Mapping[str, Callable[[Any], Days]] = {  # the days that a document may bear at its seal or as 填报日期
    "application-form": lambda c: (c.case.project.submitted_on,),
    "approval-form": lambda c: (each.decided_on for each in c.case.approvals),
    "filing-form": lambda c: (each.sent_on for each in c.case.filings),
    "disbursement-form": lambda c: (each.paid_on for each in c.case.disbursements),
    "project-notice": _of_notices(NoticeKind.PROJECT),
    "completion-notice": _of_notices(NoticeKind.COMPLETION),
    "survey-notice": _of_notices(NoticeKind.SURVEY),
    "award-notice": lambda c: (c.award_notice.posted_on if c.award_notice else None,),
    "filing-letter": lambda c: (each.sent_on for case in c.cases for each in case.filings[-1:]),
    "inspection-report": lambda c: (each.reported_on for each in c.inspections),
    "quarterly-report": _of_quarter,
    "year-plan-letter": lambda c: (c.plan.reported_on if c.plan else None,),
}


def refuse_wrong_days(paper: Paper, parts: Iterable[Part], name: str, context: DocumentContext) -> None:
    """Raises Unfit where a day at a seal, a signature or 填报日期 is not the one recorded. Blank days are none."""
    recorded = BORNE.get(name)
    borne = {day for day in recorded(context) if day is not None} if recorded is not None else None
    parts = tuple(parts)
    for where, day in _borne_by(parts):
        if borne is not None and day not in borne:
            raise Unfit(_differs(where, day, borne))
    if isinstance(context, ProjectContext):
        known: set[date] | None = None
        for where, day in _signed_on(parts):
            known = known if known is not None else {*_days_of(context.case), context.today}
            if day not in known:
                raise Unfit(_differs(where, day, ()))
    if paper.setup.kind is PaperKind.NOTICE:
        _refuse_wrong_period(parts, context)


def refuse_wrong_issue(paper: Paper, issue: Issue, replaces: Issue | None) -> None:
    """Raises Unfit where a paper bears another 存证码 or number than its issue, or names another predecessor."""
    setup = paper.setup
    if setup.seal_code and setup.seal_code != issue.seal_code:
        raise Unfit(_codes("存证码", setup.seal_code, issue.seal_code))
    numbers = [int(each) for each in re.findall(r"第(\d+)次印发", setup.reissued)]
    if numbers and numbers != [issue.number, replaces.number if replaces else 0]:
        raise Unfit(_codes("印发次数", setup.reissued, f"第{issue.number}次印发"))
    scanned = str(getattr(setup, "qr", "")).split(" ")[0]
    if scanned and issue.seal_code and scanned.upper() != issue.seal_code.upper():
        raise Unfit(_codes("二维码里的存证码", scanned, issue.seal_code))


def _borne_by(parts: Iterable[Part]) -> Iterator[tuple[str, date]]:
    """The days that the whole paper bears, each with its place."""
    for block in parts:
        if isinstance(block, Seal) and block.on is not None:
            yield "落款日期", block.on
        elif isinstance(block, Colophon) and block.on is not None:
            yield "印发日期", block.on
        elif isinstance(block, Across):
            for words in block.items:
                text = shown(words)
                if text.startswith(_FILLED):
                    yield from ((_FILLED, day) for day in _days_in(text))


def _signed_on(parts: Iterable[Part]) -> Iterator[tuple[str, date]]:
    """The days at signatures within tables."""
    for part in parts:
        if isinstance(part, Table):
            for span in part.spans:
                for words in (*span.cell.foot, *span.cell.seal):
                    if _SIGNED.fullmatch(text := shown(words)):
                        yield from (("签字日期", day) for day in _days_in(text))


def _days_in(text: str) -> Iterator[date]:
    for year, month, day in _DAY.findall(text):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:  # a day that no calendar has, typed by a person
            continue


def _days_of(case: Casefile) -> Iterator[date]:
    """Every day that the records of a case hold."""
    for value in vars(case).values() if hasattr(case, "__dict__") else _values(case):
        for record in value if isinstance(value, tuple) else (value,):
            if isinstance(record, Record):
                yield from (day for name in record.fields if isinstance(day := getattr(record, name), date))


def _values(thing: Any) -> Iterator[object]:
    return (getattr(thing, name) for name in thing.__dataclass_fields__)


def _refuse_wrong_period(parts: Iterable[Part], context: DocumentContext) -> None:
    """The period in the words of a notice begins on the day of its seal, and is one that is recorded."""
    parts = tuple(parts)
    seal = next((block.on for block in parts if isinstance(block, Seal)), None)
    posted: set[tuple[date | None, date | None]] | None = None
    for block in parts:
        words = block.words if isinstance(block, Para) else ""
        for first, last in _PERIOD.findall(shown(words)) if words else ():
            (start,), (end,) = _days_in(first), _days_in(last)
            if seal is not None and start != seal:
                raise Unfit(_differs("落款日期", seal, (start,)))
            posted = posted if posted is not None else {(each.posted_on, each.ends_on) for each in _notices(context)}
            if (start, end) not in posted:
                raise Unfit(_differs("公示期", start, (day for day, _ in posted if day)))


def _notices(context: DocumentContext) -> Iterator[Notice]:
    if isinstance(context, ProjectContext):
        yield from context.case.notices
    elif isinstance(context, VillageContext):
        yield from (notice for case in context.cases for notice in case.notices)
    elif context.award_notice is not None:
        yield context.award_notice


def _differs(where: str, day: date, recorded: Iterable[date]) -> str:
    known = "、".join(full_date(each) for each in sorted(set(recorded))) or "没有这一天"
    return f"“{where}”与登记的不符（印 {full_date(day)}，登记 {known}），没有印。请核对有关日期，改正后再印"


def _codes(what: str, shown: str, recorded: str) -> str:
    return f"“{what}”与印发记录不符（印 {shown or '空'}，记录 {recorded or '空'}），没有印。请关闭台账重新打开后再印"
