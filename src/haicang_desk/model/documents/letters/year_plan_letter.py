"""年度工作安排报告: the street's plan for a fund year, sent to the district's leading group. 四(一)¶2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from haicang_desk.model.blocks import Addressee, Annotation, Block, PaperKind, Para, Seal
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import field_label, joined
from haicang_desk.model.documents.letters.letter_wording import (
    BUREAU,
    CLOSING,
    FINANCE,
    colophon,
    contact,
    letter_title,
    points,
    report_head,
    sections,
    wan,
)
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import YearPlan
from haicang_desk.model.rules import PHASES, phase_starts
from haicang_desk.model.values import Money, full_date

LEADING_GROUP = f"区{SCHEME}工作领导小组"  # 二¶2, 四(一)¶2
ELEMENTS = ("kinds", "range", "budget", "duration")  # 种类、范围、预算资金、实施时长, which the clause asks for


def not_planned(context: StreetContext) -> str:
    """The letter needs the year's plan with the four elements of the clause."""
    where = f"请在“登记簿”的{YearPlan.label}里登记"
    if context.plan is None:
        return f"{context.year} 年度还没有登记{YearPlan.label}，{where}"
    missing = joined(field_label(YearPlan, name) for name in ELEMENTS if not _text(context.plan, name))
    return f"{context.year} 年度的{YearPlan.label}缺{missing}，{where}" if missing else ""


def is_reported(context: StreetContext) -> bool:
    """Signed off once the plan is recorded as reported."""
    return context.plan is not None and context.plan.reported_on is not None


def not_reported(context: StreetContext) -> str:
    """The letter bears the day on which the plan was reported (报送日期)."""
    day = field_label(YearPlan, "reported_on")
    return "" if is_reported(context) else f"{YearPlan.label}还没有登记{day}，成文日期留空；登记{day}后再印"


@document(
    "year-plan-letter",
    "年度工作安排报告",
    after="village-ledger",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=not_planned,
    signed_off=is_reported,
    undated=not_reported,
)
def year_plan_letter(context: StreetContext) -> Iterator[Block]:
    """年度工作安排报告 to the district's leading group: kinds, range, money and time of the year's projects.

    With the assessment of feasibility; 签发人 signs, the street seals.

    条文：C113 C114 C115 C116
    """
    street, plan, year = context.street, context.plan, context.year
    assert plan is not None
    yield report_head(street.office, plan.reported_on)
    yield letter_title(street, f"关于{year}年度{SCHEME}工作安排的报告")
    yield Addressee(LEADING_GROUP)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）要求，{street.name}结合实际，对{year}年度{SCHEME}项目的"
        "种类、范围、预算资金和实施时长作出安排，现报告如下。"
    )
    yield from sections(
        (
            ("项目种类", _paragraphs(_text(plan, "kinds"))),
            ("实施范围", _paragraphs(_text(plan, "range"))),
            ("预算资金", [Para(_budget(context, plan))]),
            ("实施时长", _paragraphs(_text(plan, "duration"))),
            (field_label(YearPlan, "feasibility"), _paragraphs(_text(plan, "feasibility"))),
            (field_label(YearPlan, "visits"), _paragraphs(_text(plan, "visits"))),
            ("下一步安排", _steps(context, plan)),
        )
    )
    yield Para(CLOSING)
    yield Seal(street.office, plan.reported_on)
    yield Annotation(contact(street))
    yield colophon(street, f"{BUREAU}、{FINANCE}", plan.reported_on)


def _paragraphs(text: str) -> list[Para]:
    """A text as typed, each of its lines a paragraph that ends with a mark."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [Para(line if count < len(lines) else _sentence(line)) for count, line in enumerate(lines, 1)]


def _budget(context: StreetContext, plan: YearPlan) -> str:
    """The budget, and what it comes to for each village of the street."""
    assert plan.budget is not None
    text = f"本年度预算资金{wan(plan.budget)}"
    count = len(context.register.villages)
    if count > 1:
        text += f"，按全街道{count}个村居平均，每个村居约{Money(plan.budget // count).wan}万元"
    return f"{text}。"


_TASKS = (  # of the three phases, 四(一) to 四(三)
    "征集群众意见，梳理备选项目，通过公告栏、微信公众号等开展宣传，发动群众参与。",
    "按责任分工审批、备案和实施项目，按季度报送项目进展情况，每半年开展一次自查。",
    "组织居民评议、专家评议，公开满意度测评和考评结果，推荐年度优秀项目。",
)


def _steps(context: StreetContext, plan: YearPlan) -> list[Para]:
    """The three phases, each with its days and what is done in it. 四(一)–(三)."""
    starts = phase_starts(plan, context.year)
    ends = (*(start - timedelta(1) for start in starts[1:]), date(context.year, 12, 31))
    named = []
    for name, start, end, task in zip(PHASES, starts, ends, _TASKS, strict=True):
        span = f"{full_date(start)}至{full_date(end)}" if start <= end else f"自{full_date(start)}起"
        named.append((f"{name}阶段（{span}）", task))
    return points(named)


def _text(plan: YearPlan, name: str) -> str:
    return plan.fields[name].show(plan).strip()


def _sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith(("。", "！", "？", "；", "…")) else f"{text}。"
