"""年度工作安排报告: the street's plan for a fund year, sent to the district's leading group. 四(一)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Addressee, Annotation, Block, Face, PaperKind, Para, Run, Seal, Title, ordinal
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import field_label, joined
from haicang_desk.model.documents.letters.quarterly_report import letter_head
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import YearPlan
from haicang_desk.model.rules import PHASES, phase_starts
from haicang_desk.model.values import full_date

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
    yield letter_head(street.office, plan.reported_on)
    yield Title(f"关于{year}年度{SCHEME}工作安排的报告")
    yield Addressee(LEADING_GROUP)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）要求，{street.name}结合实际梳理了{year}年度{SCHEME}工作安排，"
        "现报告如下，请予研究。"
    )
    starts = zip(PHASES, phase_starts(plan, year), strict=True)
    phases = "，".join(f"{name}阶段自{full_date(start)}起" for name, start in starts)
    sections = (
        ("项目种类", _text(plan, "kinds")),
        ("实施范围", _text(plan, "range")),
        ("预算资金", f"本年度预算资金{_text(plan, 'budget')}元"),
        ("实施时长", f"{_sentence(_text(plan, 'duration'))}{phases}"),
        (field_label(YearPlan, "feasibility"), _text(plan, "feasibility")),
        (field_label(YearPlan, "visits"), _text(plan, "visits")),
    )
    for count, (heading, text) in enumerate(((heading, text) for heading, text in sections if text), 1):
        yield Para((Run(f"{ordinal(1, count)}{heading}。", Face.HEI), _sentence(text)))
    yield Seal(street.office, plan.reported_on)
    yield Annotation(f"联系人：{street.contact or '　　　　'}，联系电话：{street.phone or '　　　　　　'}")


def _text(plan: YearPlan, name: str) -> str:
    return plan.fields[name].show(plan).strip()


def _sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith(("。", "！", "？", "；", "…")) else f"{text}。"
