"""半年自查报告 (F12): the report of the street on its inspections in half a year. 三(五)¶2, R22."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Attachments,
    Block,
    Face,
    Grid,
    GridRow,
    PaperKind,
    Para,
    Run,
    Seal,
    Title,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT_OFFICE, day_text, percent
from haicang_desk.model.documents.letters.quarterly_report import letter_head
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import Inspection, InspectionKind
from haicang_desk.model.values import full_date, half_year_span

HALVES = {1: "上半年", 2: "下半年"}


def half_of(context: StreetContext) -> int:
    """The newest half of the year that has ended; before any has, the half that runs."""
    return 2 if half_year_span(context.year, 2)[1] <= context.today else 1


def inspections_of_half(context: StreetContext) -> list[Inspection]:
    """街道自查 of that half, by day. A later inspection counts for the next half, unless it names this one (R22)."""
    return sorted(
        (
            each
            for each in context.inspections
            if each.kind is InspectionKind.SELF and each.half_year == (context.year, half_of(context))
        ),
        key=lambda each: (each.inspected_on or date.min, each.id),
    )


def nothing_inspected(context: StreetContext) -> str:
    """The report needs an inspection in that half."""
    half = HALVES[half_of(context)]
    return "" if inspections_of_half(context) else f"{context.year} 年{half}没有街道自查记录"


PHASES = (("calling", "项目征集"), ("choosing", "项目确定"), ("carrying", "项目实施"), ("judging", "项目评议"))


def half_name(context: StreetContext) -> str:
    """上半年 or 下半年: a year has one report for each half."""
    return HALVES[half_of(context)]


def all_reported(context: StreetContext) -> bool:
    """Signed off once every inspection of the half is recorded as reported."""
    return all(each.reported_on for each in inspections_of_half(context))


def reported_on(context: StreetContext) -> date | None:
    """The day on which the last inspection of the half was reported (上报); None while one is not."""
    days = [each.reported_on for each in inspections_of_half(context)]
    return max(filter(None, days), default=None) if all(days) else None


def not_reported(context: StreetContext) -> str:
    """The report bears the day on which it was sent up (上报日期)."""
    return "" if reported_on(context) else "自查记录还没有登记上报日期，成文日期留空；登记上报日期后再印"


@document(
    "inspection-report",
    "半年自查报告",
    after="matching-form",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=nothing_inspected,
    signed_off=all_reported,
    issue_part=half_name,
    undated=not_reported,
)
def inspection_report(context: StreetContext) -> Iterator[Block]:
    """F12 半年自查报告 to the district, with the ledger of problems annexed; 签发人 signs, the street seals.

    条文：C102 C103
    """
    street, inspections = context.street, inspections_of_half(context)
    half = f"{context.year}年{HALVES[half_of(context)]}"
    first, last = half_year_span(context.year, half_of(context))
    written_on = reported_on(context)
    yield letter_head(street.office, written_on)
    yield Title(f"关于{half}{SCHEME}项目自查情况的报告")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）关于每半年进行一次自查的要求，{street.name}对{half}"
        f"（{full_date(first)}至{full_date(last)}）{SCHEME}项目开展自查，现将情况报告如下。"
    )
    yield Para((Run("一、自查开展情况。", Face.HEI), _inspection_counts(context, inspections)))
    yield Para((Run("二、四个环节情况。", Face.HEI), "".join(_phase(inspections, *phase) for phase in PHASES)))
    yield Para((Run("三、存在问题和整改情况。", Face.HEI), _problems(inspections)))
    if any(each.problem for each in inspections):
        yield Attachments((f"{half}自查问题整改台账",))
    yield Seal(street.office, written_on)
    if any(each.problem for each in inspections):
        yield Annex()
        yield Title(f"{half}自查问题整改台账")
        yield Grid(tuple(_ledger(context, inspections)), (4, 12, 22, 22, 8, 11, 11), heading=1, size=9)


def _inspection_counts(context: StreetContext, inspections: list[Inspection]) -> str:
    inspected = {each.project for each in inspections if each.project}
    live = [case for case in context.cases if case.project.submitted_on]
    if not inspected:
        return f"共自查{len(inspections)}次。"
    share = percent(len(inspected), len(live))
    return f"共自查{len(inspections)}次，抽查项目{len(inspected)}个，占本年度申报项目{len(live)}个的{share}。"


def _phase(inspections: list[Inspection], name: str, title: str) -> str:
    remarks = "；".join(
        dict.fromkeys(getattr(each, name).strip().rstrip("。") for each in inspections if getattr(each, name).strip())
    )
    return f"{title}：{remarks or '未记录'}。"


def _problems(inspections: list[Inspection]) -> str:
    problems = [each for each in inspections if each.problem]
    if not problems:
        return "自查未发现问题。"
    left = sum(each.done_on is None for each in problems)
    if not left:
        return f"共发现问题{len(problems)}个，均已整改。"
    if left == len(problems):
        return f"共发现问题{left}个，正按期限抓紧整改。"
    return f"共发现问题{len(problems)}个，已整改{len(problems) - left}个，其余{left}个按期限抓紧落实。"


def _ledger(context: StreetContext, inspections: list[Inspection]) -> Iterator[GridRow]:
    fields = Inspection.fields
    titles = {case.project.id: case.project.title for case in context.cases}
    names = ("problem", "remedy", "responsible", "due_on", "done_on")
    yield row(label("序号"), label("项目"), *(label(fields[name].label) for name in names))
    for count, each in enumerate((each for each in inspections if each.problem), 1):
        yield row(
            centred(str(count)),
            value(titles.get(each.project, "")),
            value(each.problem),
            value(each.remedy),
            centred(each.responsible),
            centred(day_text(each.due_on)),
            centred(day_text(each.done_on)),
        )
