"""备案报送函 (F6): the letter that sends approved projects to the district for filing. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Annotation,
    Attachments,
    Block,
    Colophon,
    Grid,
    GridRow,
    Masthead,
    PaperKind,
    Para,
    Seal,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT_OFFICE, day_text, field_label, number_by_hand
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.forms.filing_register import fund_columns
from haicang_desk.model.documents.letters.letter_wording import (
    FINANCE,
    contact,
    inner_quotes,
    letter_title,
    project_names,
    sources,
)
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Category, Filing, FilingResult, Project, Stage
from haicang_desk.model.values import Money


def nothing_to_file(context: StreetContext) -> str:
    """The letter needs an approved project."""
    return "" if projects_to_file(context) else f"{context.year} 年度尚无已批准的项目"


def projects_to_file(context: StreetContext) -> list[Casefile]:
    """Projects approved and not yet sent, or returned by the district; if there are none, those sent last."""
    approved = [case for case in context.cases if case.approval and case.stage is not Stage.TERMINATED]
    waiting = [case for case in approved if _sent_on(case) is None]
    last = max(filter(None, map(_sent_on, approved)), default=None)
    return waiting or [case for case in approved if _sent_on(case) == last]


def _sent_on(case: Casefile) -> date | None:
    """The day a project last went to the district; None where it has yet to go, or to go again."""
    last = case.filings[-1] if case.filings else None
    return last.sent_on if last and last.result is not FilingResult.RETURNED else None


def sent_together(context: StreetContext) -> date | None:
    """The day on which all that the letter lists was sent."""
    cases = projects_to_file(context)
    return _sent_on(cases[0]) if cases else None


def all_sent(context: StreetContext) -> bool:
    """Signed off once all that the letter lists was sent on one day."""
    return sent_together(context) is not None


def not_sent(context: StreetContext) -> str:
    """The letter bears the day on which it was sent (报送日期)."""
    return "" if all_sent(context) else "所列项目还没有登记报送日期，成文日期留空；报送备案后再印，印上报送当日"


def sent_on_text(context: StreetContext) -> str:
    """The day of sending: a year has one letter for each such day."""
    return Filing.fields["sent_on"].label + day_text(sent_together(context))


@document(
    "filing-letter",
    "备案报送函",
    after="filing-register",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=nothing_to_file,
    signed_off=all_sent,
    issue_part=sent_on_text,
    undated=not_sent,
)
def filing_letter(context: StreetContext) -> Iterator[Block]:
    """F6 备案报送函 to the office of the district's leading group, with 备案汇总表 annexed; sealed by the street.

    条文：C008 C010 C011 C025 C077
    """
    cases, street = projects_to_file(context), context.street
    sent_on = sent_together(context)
    listed = f"{context.year}年度项目备案汇总表"
    yield Masthead(street.office, number=number_by_hand(sent_on), letterhead=True)
    yield letter_title(street, f"关于报送{context.year}年度{SCHEME}项目备案材料的函")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}）规定，我街道已审批{context.year}年度{SCHEME}项目"
        f"{_counted(cases)}，{_sums(cases)}。{_over_caps(cases, context.policy)}"
    )
    yield Para(_after_filing(cases, context.policy))
    yield Para(f"现随函报送备案汇总表1份、区备案表{len(cases)}份，请予备案。")
    yield Attachments((listed,))
    yield Seal(street.office, sent_on)
    yield Annotation(contact(street))
    yield Annex()
    yield Title(listed)
    funds = fund_columns(cases)
    weights = (0, 1, 0, *(0 for _ in funds))
    yield Grid(tuple(_rows(cases, funds)), weights, heading=1, size=10, unit="单位：元", by_content=True)
    yield Colophon(FINANCE)  # a 函 has neither 印发机关 nor 印发日期 (§10.1)


def _counted(cases: list[Casefile]) -> str:
    """How many projects of which kinds, or the one by its name and kind,."""
    if len(cases) == 1:
        (case,) = cases
        kind = case.project.category.label
        return f"“{inner_quotes(case.project.title)}”（{case.village.name}，{kind}）1个"
    kinds = [(kind.label, sum(case.project.category is kind for case in cases)) for kind in Category]
    present = [(name, count) for name, count in kinds if count]
    villages = len({case.village.id for case in cases})
    by_kind = f"均属{present[0][0]}" if len(present) == 1 else "、".join(f"{name}{count}个" for name, count in present)
    return f"{len(cases)}个（{by_kind}），涉及{villages}个村居"


def _sums(cases: list[Casefile]) -> str:
    """The approved total and its sources, to the fen."""
    funds = [case.approved for case in cases if case.approved]

    def whole(name: str) -> Money:
        return Money(sum(int(getattr(each, name)) for each in funds))

    names = (
        ("专项资金", "special"),
        ("以奖代补资金", "matching"),
        ("其他财政资金", "other_fiscal"),
        ("社会投入", "social"),
    )
    parts = sources(((shown, whole(name)) for shown, name in names), lambda money: f"{money}元")
    return f"核定总资金{whole('total')}元" + (f"，{parts}" if parts else "")


def _over_caps(cases: list[Casefile], policy: Policy) -> str:
    """The projects above the cap for one project, and what the villages therefore raise themselves. 三(三)¶2."""
    over = [
        (case, case.approved.total - cap)
        for case in cases
        if case.approved and case.approved.total > (cap := policy.money(f"cap_{case.project.category.code}"))
    ]
    if not over:
        return ""
    whose = "该项目" if len(cases) == 1 else project_names([case for case, _ in over])
    total = sum((excess for _, excess in over), Money(0))
    return f"{whose}超出单项上限，超出的{total}元由村居自筹解决。"


def _after_filing(cases: list[Casefile], policy: Policy) -> str:
    """What comes after the filing: who leads the work and within what time. 三(三), 三(四)."""
    kinds = {case.project.category for case in cases}
    lead = lead_unit(cases[0]) if len(cases) == 1 else "各牵头单位"
    limits = [
        text
        for kind, text in (
            (Category.SERVICE, f"服务类项目{policy.number_of('service_start_months')}个月内开展"),
            (Category.WORKS, f"工程类项目{policy.number_of('works_finish_months')}个月内完工"),
        )
        if kind in kinds
    ]
    within = f"，{'、'.join(limits)}" if limits else ""
    return f"备案后由{lead}组织实施{within}。"


def _rows(cases: list[Casefile], columns: Sequence[tuple[str, str]]) -> Iterator[GridRow]:
    heads = (
        "序号",
        f"{field_label(Project, 'title')}\n村居",
        "类别",
        *(name for name, _ in columns),
    )
    sources = [source for _, source in columns]
    yield row(*map(label, heads))
    for count, case in enumerate(cases, 1):
        funds = case.approved
        assert funds is not None
        yield row(
            centred(str(count)),
            value(f"{case.project.title}\n{case.village.name}"),
            centred(case.project.category.label),
            *(amount(str(money)) for money in (getattr(funds, source) for source in sources)),
        )
    funds_all = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(f, name) for f in funds_all), Money(0)) for name in sources]
    yield row(label("合计", columns=3), *(amount(str(money)) for money in sums))
