"""街道审批表 (F5): the sums requested and approved, the balance of funds, and the result of every rule. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.balances import Balance
from haicang_desk.model.blocks import Across, Block, Grid, GridRow, PageBreak, Title, amount, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    SIDE,
    change_text,
    day_text,
    field_cells,
    form_foot,
    joined,
    last_date,
    money_cell,
    money_text,
    percent,
    with_side_label,
)
from haicang_desk.model.documents.forms.application_rows import lines_of
from haicang_desk.model.documents.forms.compliance import compliance, title_of_rule
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.decision_rows import decision_grid, opinion_text
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Consulted, Phase, Project, Stage, Waiver

TITLE = f"{SCHEME}项目街道审批表"
_WIDE = 33  # characters a line in a whole row


def not_filed(context: ProjectContext) -> str:
    """The form needs an application."""
    return "" if context.case.project.submitted_on else "项目尚未申报"


def is_decided(context: ProjectContext) -> bool:
    """Signed off once decided; a project submitted again after it was sent back waits for another decision."""
    return last_decision(context.case) is not None and context.case.stage is not Stage.SUBMITTED


def approval_number(case: Casefile) -> str:
    """批准文号; "" before the project is approved."""
    return case.approval.number if case.approval else ""


@document(
    "approval-form",
    "街道审批表",
    after="opinion-form",
    unavailable_reason=not_filed,
    with_findings=True,
    most_pages=1,
    signed_off=is_decided,
    filed=Filed(
        Phase.CHOOSING,
        YEARS_30,
        lambda case: last_date(case.approvals, "decided_on"),
        by_street=True,
        number=approval_number,
        there=lambda case: bool(case.approvals),
    ),
)
def approval_form(context: ProjectContext) -> Iterator[Block]:
    """F5 街道审批表: a page to sign, and one with the compliance check, as the project stood when it was decided on.

    Signed by handler, deputy head and leading group of the street, then by the district. 条文：C031 C033 C034 C076 C137
    """
    case = context.case
    project, approval = case.project, last_decision(case)
    more = Continuation("项目街道审批表", project)
    yield Title(TITLE)
    yield Across(
        (
            f"项目编号：{project.code or '　　　　　　　　'}",
            f"资金年度：{project.fund_year}",
            f"填报日期：{day_text(approval.decided_on) if approval else DATE_BY_HAND}",
            "单位：元",
        )
    )
    yield _part("项目摘要", _summary(context, more), (0, 0, 3, 0, 2))
    yield _part("资金", _sums(case), (0, 1, 1, 1, 1), heading=1)
    yield _part("审批", _decided(context, approval, more), (0, 0, 2, 0, 3, 0, 1))
    yield decision_grid(context, approval, more, dated=True)
    yield from form_foot(by=context.street.contact, phone=context.street.phone)
    yield PageBreak()
    yield from compliance(context)
    yield from more.blocks(SCHEME)


def _part(side: str, rows: Iterator[GridRow], weights: tuple[float, ...], heading: int = 0) -> Grid:
    """A part of the form with its side label."""
    return Grid(with_side_label(side, rows), weights, heading=heading, by_content=True, side=SIDE)


def last_decision(case: Casefile) -> Approval | None:
    """The last decision, whether it approved, rejected or sent back."""
    return case.approvals[-1] if case.approvals else None


def _summary(context: ProjectContext, more: Continuation) -> Iterator[GridRow]:
    case = context.case
    project, fields = case.project, Project.fields
    yield row(*field_cells(project, "title", 1, 3))
    yield row(label(fields["village"].label), value(case.village.name), *field_cells(project, "category", 1, 1))
    yield row(*field_cells(project, "content", 1, 1), *field_cells(project, "urgency", 1, 1))
    people = "" if project.beneficiaries is None else f"{project.beneficiaries} 人"
    yield row(*field_cells(project, "place", 1, 1), label(fields["beneficiaries"].label), value(people))
    yield row(*field_cells(project, "submitted_on", 1, 1), label("五类意见"), value(_consulted_groups(case)))
    said = fields["works"].label
    works = more.fitted(said, fields["works"].show(project), _lines_of_works(context), _WIDE)
    yield GridRow((label("建设\n服务内容"), prose(works, columns=3)), stretch=0.6)


def _lines_of_works(context: ProjectContext) -> int:
    """How many lines of 建设服务内容 the page has room for beside the other texts."""
    case, project = context.case, context.case.project
    taken = lines_of(project.title, 34) + lines_of(case.village.name, 17) + lines_of(project.place, 17)
    taken += lines_of(balance_opinion(context), _WIDE - 3) + sum(
        lines_of(waiver_line(each), _WIDE) for each in case.waivers
    )
    taken += lines_of(case.approved.total.capitals, 20) if case.approved else 0
    taken += 2 * (lines_of(opinion_text(last_decision(case)), 12) > 2)  # beside its seal
    return max(2, 17 - taken)


def _consulted_groups(case: Casefile) -> str:
    consulted = {opinion.consulted.label: None for opinion in case.opinions}
    groups = len(Consulted) - (case.village.has_elders is False)
    return f"{len(consulted)} 类：{joined(consulted)}" if 0 < len(consulted) < groups else joined(consulted, "未登记")


def _sums(case: Casefile) -> Iterator[GridRow]:
    """申报数, 核定数 and their difference, for each kind of money."""
    asked, approved = case.asked, case.approved
    yield row(*map(label, ("项目", "申报数", "核定数", "核减数")))
    for name, title in (
        ("special", Project.fields["special"].label),
        ("matching", Project.fields["matching"].label),
        ("fiscal", "政府财政资金小计"),
        ("social", "社会资源资金小计"),
        ("total", "总资金"),
    ):
        was = getattr(asked, name)
        now = getattr(approved, name) if approved else None
        less = was - now if now is not None else None
        yield row(label(title), money_cell(was), money_cell(now), amount(change_text(less, "", "核增")))
    yield row(
        label("财政资金占比"),
        amount(percent(asked.fiscal, asked.total)),
        amount(percent(approved.fiscal, approved.total) if approved else ""),
        amount(""),
    )


def _decided(context: ProjectContext, approval: Approval | None, more: Continuation) -> Iterator[GridRow]:
    case, fields = context.case, Approval.fields
    agreed = case.approved
    for name in ("special", "total"):
        yield row(label(fields[name].label), value(money_text(getattr(agreed, name) if agreed else None), columns=5))
    shown = {name: field.show(approval) if approval else "" for name, field in fields.items()}
    named = ("conclusion", "number", "approver")
    yield row(*(cell for name in named for cell in (label(fields[name].label), value(shown[name]))))
    if agreed is None or agreed.special < case.asked.special:
        reason = f"核减 {case.asked.special - agreed.special} 元，理由见街道意见。" if agreed else ""
        yield row(label("核减理由"), value(reason, columns=5))
    yield row(label("资金平衡意见"), prose(balance_opinion(context), columns=5))
    waivers = "\n".join(waiver_line(waiver) for waiver in case.waivers) or "无"
    yield GridRow((label("例外事项"), value(more.fitted("例外事项", waivers, 4, _WIDE), columns=5)), stretch=0.2)


def balance_opinion(context: ProjectContext) -> str:
    """综合平衡 in figures: the two shares of services, R06 on both bases, and the quotas of village and street."""
    village, policy = context.balance, context.policy
    lines = [_shares(village, policy, context.case.project.fund_year), _quota(village)]
    if context.register is not None:
        lines.append(_quota(context.register.street))
    return "\n".join(lines)


def _shares(village: Balance, policy: Policy, year: int) -> str:
    counted, money = policy.share("service_count_min"), policy.share("service_fund_min")
    least_count = percent(counted.numerator, counted.denominator)
    least_money = percent(money.numerator, money.denominator)
    return (
        f"{village.name} {year} 年度有效项目 {village.projects} 项，其中服务类 {village.service_projects} 项，"
        f"占 {percent(village.service_projects, village.projects)}（应不低于 {least_count}）；"
        f"服务类项目资金按总资金计 {village.service_total} 元，占 {village.total} 元的 "
        f"{percent(village.service_total, village.total)}（应不低于 {least_money}），按专项资金计 "
        f"{village.service_special} 元，占 {village.special} 元的 {percent(village.service_special, village.special)}。"
    )


def _quota(balance: Balance) -> str:
    if balance.quota is None or balance.remaining is None:
        return f"{balance.name}年度额度未下达，已占用专项资金和以奖代补资金 {balance.special} 元。"
    left = balance.remaining
    rest = f"余 {left} 元" if left >= 0 else f"超出 {-left} 元"
    return f"{balance.name}年度额度 {balance.quota} 元，已占用 {balance.special} 元，{rest}。"


def waiver_line(waiver: Waiver) -> str:
    """A waiver: its rule in words, authority, number, day and reason."""
    given = " ".join(filter(None, (waiver.number, day_text(waiver.granted_on))))
    return f"{title_of_rule(waiver.rule)}：{waiver.authority}（{given}），{waiver.reason}"
