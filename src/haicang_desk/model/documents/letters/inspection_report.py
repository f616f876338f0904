"""半年自查报告 (F12): the report of the street on its inspections in half a year. 三(五)¶2, R22."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Attachments,
    Block,
    Grid,
    GridRow,
    PaperKind,
    Para,
    Seal,
    Title,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT_OFFICE, day_text
from haicang_desk.model.documents.letters.letter_wording import (
    BUREAU,
    CLOSING,
    colophon,
    flat,
    letter_title,
    points,
    project_names,
    quoted,
    report_head,
    sections,
    share,
    wan,
)
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import Inspection, InspectionKind
from haicang_desk.model.values import Money, full_date, half_year_span

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
    found = [each for each in inspections if each.problem.strip()]
    annexed = f"{half}自查问题整改台账"
    yield report_head(street.office, written_on)
    yield letter_title(street, f"关于{half}{SCHEME}项目自查情况的报告")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）关于每半年进行一次自查的要求，{street.name}对{half}"
        f"（{full_date(first)}至{full_date(last)}）{SCHEME}项目开展自查，现将情况报告如下。"
    )
    yield from sections(
        (
            ("自查开展情况", [Para(_held(context, inspections))]),
            ("四个环节情况", _phases(inspections)),
            ("存在问题和整改情况", _problems(context, found)),
            ("下一步安排", _next_steps(context, inspections)),
        )
    )
    yield Para(CLOSING)
    if found:
        yield Attachments((annexed,))
    yield Seal(street.office, written_on)
    if found:
        yield Annex()
        yield Title(annexed)
        yield Grid(tuple(_ledger(context, found)), (0, 1, 4, 4, 0, 0, 0), heading=1, size=10.5, by_content=True)
    yield colophon(street, BUREAU, written_on)


_MOST_DAYS = 4  # days of inspections that are named one by one


def _held(context: StreetContext, inspections: list[Inspection]) -> str:
    """When the street inspected, how many projects, and what money they are about."""
    days = list(dict.fromkeys(full_date(each.inspected_on) for each in inspections if each.inspected_on))
    count = f"共开展自查{len(inspections)}次"
    if len(days) > _MOST_DAYS:
        text = f"{count}，自{days[0]}至{days[-1]}"
    else:
        text = f"{count}，时间为{'、'.join(days)}" if days else count
    told = [f"{text}。"]
    seen = _inspected(context, inspections)
    live = sum(bool(case.project.submitted_on) for case in context.cases)
    if seen:
        part = f"，占本年度申报项目{live}个的{share(len(seen), live)}" if live >= len(seen) else ""
        money = sum((case.approved.scheme for case in seen if case.approved), Money(0))
        approved = f"，涉及核定专项资金和以奖代补资金{wan(money)}" if money else ""
        told.append(f"抽查项目{len(seen)}个{part}{approved}。")
    late = [each for each in inspections if each.late_reason.strip()]
    if late:
        reasons = "；".join(dict.fromkeys(flat(each.late_reason) for each in late))
        told.append(f"其中{len(late)}次为期满后补做，原因是{reasons}。")
    return "".join(told)


def _inspected(context: StreetContext, inspections: list[Inspection]) -> list[Casefile]:
    """The projects that were inspected, each once."""
    wanted = {each.project for each in inspections if each.project}
    return [case for case in context.cases if case.project.id in wanted]


def _phases(inspections: list[Inspection]) -> list[Para]:
    """What was seen of each of the four phases; then those of which nothing was recorded."""
    remarks = {
        title: "；".join(
            dict.fromkeys(flat(getattr(each, name)) for each in inspections if getattr(each, name).strip())
        )
        for name, title in PHASES
    }
    seen = [(title, f"{remark}。") for title, remark in remarks.items() if remark]
    told = points(seen) if len(seen) > 1 else [Para(f"{title}环节：{remark}") for title, remark in seen]
    silent = [title for title, remark in remarks.items() if not remark]
    if silent:
        told.append(Para(f"{'、'.join(silent)}{'四个' if len(silent) == len(PHASES) else ''}环节没有登记检查意见。"))
    return told


_NUMBERED = ("一是", "二是", "三是", "四是", "五是")


def _problems(context: StreetContext, found: list[Inspection]) -> list[Para]:
    """What was found, where, and what is done about it; many are summed up, all are in the ledger annexed."""
    if not found:
        return [Para("自查未发现问题。")]
    open_ = [each for each in found if each.done_on is None]
    if not open_:
        state = "已整改" if len(found) == 1 else "均已整改"
    elif len(open_) == len(found):
        state = "正按期限整改"
    else:
        state = f"已整改{len(found) - len(open_)}个，其余{len(open_)}个正按期限整改"
    told = [f"共发现问题{len(found)}个，{state}。"]
    for mark, each in zip(_NUMBERED, found, strict=False):
        remedy = f"，整改措施为{flat(each.remedy)}" if each.remedy.strip() else "，整改措施有待明确"
        told.append(f"{mark if len(found) > 1 else ''}{_where(context, each)}{flat(each.problem)}{remedy}。")
    if len(found) > len(_NUMBERED):
        told.append("其余问题和各项整改的责任人、期限见附件。")
    return [Para("".join(told))]


def _where(context: StreetContext, each: Inspection) -> str:
    case = next((case for case in context.cases if case.project.id == each.project), None)
    return quoted(case.project.title, case.village.name) if case else ""


def _next_steps(context: StreetContext, inspections: list[Inspection]) -> list[Para]:
    """What is still to be put right and by when, what was not inspected, and when the next half is inspected."""
    open_ = [each for each in inspections if each.problem.strip() and each.done_on is None]
    due: dict[str, int] = {}
    for each in sorted(open_, key=lambda each: each.due_on or date.max):
        day = f"于{full_date(each.due_on)}前" if each.due_on else "抓紧"
        due[day] = due.get(day, 0) + 1
    by = "，".join(f"{day}完成{count}个问题的整改" for day, count in due.items())
    seen = {case.project.id for case in _inspected(context, inspections)}
    rest = [
        case for case in context.cases if case.project.submitted_on and case.in_force and case.project.id not in seen
    ]
    year, half = (context.year, 2) if half_of(context) == 1 else (context.year + 1, 1)
    until = full_date(half_year_span(year, half)[1])
    return points(
        (
            ("完成整改", f"{by}，整改结果及时补报。" if by else ""),
            ("扩大抽查", f"将{project_names(rest, 3)}列入后续抽查。" if seen and rest else ""),
            ("开展下一次自查", f"{until}前完成{year}年{HALVES[half]}自查，并上报结果。"),
        )
    )


def _ledger(context: StreetContext, found: list[Inspection]) -> Iterator[GridRow]:
    fields = Inspection.fields
    titles = {case.project.id: f"{case.project.title}（{case.village.name}）" for case in context.cases}
    names = ("problem", "remedy", "responsible", "due_on", "done_on")
    yield row(label("序号"), label("项目"), *(label(fields[name].label) for name in names))
    for count, each in enumerate(found, 1):
        yield row(
            centred(str(count)),
            value(titles.get(each.project, "全街道")),
            value(each.problem),
            value(each.remedy),
            centred(each.responsible),
            centred(day_text(each.due_on)),
            centred(day_text(each.done_on) or "正在整改"),
            whole=True,
        )
