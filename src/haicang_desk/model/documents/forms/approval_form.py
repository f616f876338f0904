"""街道审批表 (F5): the sums requested and approved, the balance of funds, and the result of every rule. 三(三)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from haicang_desk.model.balances import Balance
from haicang_desk.model.blocks import (
    Block,
    Grid,
    GridCell,
    GridRow,
    Heading,
    Note,
    PageBreak,
    amount,
    centred,
    label,
    prose,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    change_text,
    day_text,
    field_cells,
    form_foot,
    form_head,
    joined,
    last_date,
    money_cell,
    money_text,
    percent,
    project_line,
    section_row,
)
from haicang_desk.model.documents.forms.compliance import PASSED, Ruling, rulings
from haicang_desk.model.documents.forms.decision_rows import WIDE, filing_row, signing_rows
from haicang_desk.model.documents.registry import YEARS_30, Filed, document
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Phase, Project, Stage, Waiver

NAMED = 4
SIZE = 10.5


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
    ),
)
def approval_form(context: ProjectContext) -> Iterator[Block]:
    """F5 街道审批表: one page, and one with the compliance check, as the project stood on the day of the decision.

    Signed by handler, deputy head and leading group of the street, then by the district. 条文：C031 C033 C034 C076 C137
    """
    case = context.case
    project, approval = case.project, last_decision(case)
    yield from form_head(
        "项目街道审批表",
        below=project_line(project.code, project.fund_year),
        office=context.street.office,
        on=approval.decided_on if approval else None,
    )
    rows = (
        *_summary(case),
        *_sums(case),
        *_decided(case, approval),
        row(label("资金平衡意见", columns=NAMED), prose(balance_opinion(context), columns=WIDE - NAMED)),
        *_waivers(case),
        *signing_rows(approval, tall=28),
        filing_row(case.filing),
    )
    yield Grid(rows, (1,) * WIDE, size=SIZE)
    yield from form_foot(by=context.street.contact, phone=context.street.phone)
    yield PageBreak()
    yield from _compliance(context)


def last_decision(case: Casefile) -> Approval | None:
    """The last decision, whether it approved, rejected or sent back."""
    return case.approvals[-1] if case.approvals else None


def _summary(case: Casefile) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    yield section_row("一、项目摘要", WIDE)
    yield row(
        *field_cells(project, "title", NAMED, 11),
        label(fields["village"].label, columns=3),
        value(case.village.name, columns=6),
    )
    yield row(
        *field_cells(project, "category", NAMED, 4),
        *field_cells(project, "content", 3, 5),
        *field_cells(project, "urgency", 3, 5),
    )
    people = "" if project.beneficiaries is None else f"{project.beneficiaries} 人"
    yield row(
        *field_cells(project, "place", NAMED, 11),
        label(fields["beneficiaries"].label, columns=3),
        value(people, columns=6),
    )
    yield row(label(fields["works"].label, columns=NAMED), prose(fields["works"].show(project), columns=WIDE - NAMED))
    yield row(
        *field_cells(project, "submitted_on", NAMED, 8),
        label("五类意见", columns=3),
        value(_consulted_groups(case), columns=9),
    )


def _consulted_groups(case: Casefile) -> str:
    consulted = {opinion.consulted.label: None for opinion in case.opinions}
    return joined(consulted, "未登记")


def _sums(case: Casefile) -> Iterator[GridRow]:
    """申报数, 核定数 and their difference, for each kind of money."""
    asked, approved = case.asked, case.approved
    yield section_row("二、资金（单位：元）", WIDE)
    yield row(*(label(text, columns=n) for text, n in (("项目", 6), ("申报数", 6), ("核定数", 6), ("核减数", 6))))
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
        yield row(
            label(title, columns=6),
            *(money_cell(money, 6) for money in (was, now)),
            amount(change_text(less, "", "核增"), columns=6),
        )
    yield row(
        label("财政资金占比", columns=6),
        centred(percent(asked.fiscal, asked.total), columns=6),
        centred(percent(approved.fiscal, approved.total) if approved else "", columns=6),
        centred("", columns=6),
    )


def _decided(case: Casefile, approval: Approval | None) -> Iterator[GridRow]:
    agreed = case.approved
    yield section_row("三、审批", WIDE)
    yield row(
        label(Approval.fields["special"].label, columns=NAMED),
        value(money_text(agreed.special if agreed else None), columns=WIDE - NAMED),
    )
    yield row(
        label(Approval.fields["total"].label, columns=NAMED),
        value(money_text(agreed.total if agreed else None), columns=WIDE - NAMED),
    )
    shown = {name: field.show(approval) if approval else "" for name, field in Approval.fields.items()}
    fields = Approval.fields
    yield row(
        *(label(fields["conclusion"].label, columns=NAMED), value(shown["conclusion"], columns=4)),
        *(label(fields["number"].label, columns=3), value(shown["number"], columns=6)),
        *(label(fields["approver"].label, columns=3), value(shown["approver"], columns=4)),
    )
    if agreed is None or agreed.special < case.asked.special:
        reason = f"核减 {case.asked.special - agreed.special} 元，理由见街道领导小组意见。" if agreed else ""
        yield row(label("核减理由", columns=NAMED), prose(reason, columns=WIDE - NAMED))


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


def _waivers(case: Casefile) -> Iterator[GridRow]:
    waivers = "\n".join(waiver_line(waiver) for waiver in case.waivers) or "无"
    yield row(label("例外事项", columns=NAMED), prose(waivers, columns=WIDE - NAMED))


def waiver_line(waiver: Waiver) -> str:
    """A waiver: rule, authority, number, day and reason."""
    given = " ".join(filter(None, (waiver.number, day_text(waiver.granted_on))))
    return f"{waiver.rule}：{waiver.authority}（{given}），{waiver.reason}"


def _compliance(context: ProjectContext) -> Iterator[Block]:
    """Every rule with its clause and result: first those with findings, then those passed."""
    all_rulings, on = rulings(context), decided_on(context)
    with_findings = [ruling for ruling in all_rulings if ruling.findings]
    passed = [ruling for ruling in all_rulings if not ruling.findings]
    yield Heading(f"合规检查结果（{day_text(on)}）")
    yield Note(
        f"共 {len(all_rulings)} 条规则，通过 {len(passed)} 条，有检查意见 {len(with_findings)} 条。"
        "项目按审批当日的记录检查，村居和街道的合计按台账现有记录计算。"
    )
    if with_findings:
        rows = [row(*map(label, ("规则", "检查事项", "依据", "结果", "说明"))), *map(_found_row, with_findings)]
        yield Grid(tuple(rows), (2, 8, 5.4, 3, 15), heading=1, size=9)
    half = (len(passed) + 1) // 2
    pairs = zip_longest(passed[:half], passed[half:])
    heads = ("规则", f"{PASSED}的检查事项", "依据")
    rows = [row(*map(label, (*heads, *heads))), *(row(*_checked(left), *_checked(right)) for left, right in pairs)]
    yield Grid(tuple(rows), (1.9, 10.2, 5) * 2, heading=1, size=9)


def decided_on(context: ProjectContext) -> date:
    """The day of the compliance check: that of the decision, or today while there is none."""
    approval = last_decision(context.case)
    return approval.decided_on if approval and approval.decided_on else context.today


def _found_row(ruling: Ruling) -> GridRow:
    text = "\n".join(_finding_text(finding) for finding in ruling.findings)
    return row(*_checked(ruling), centred(ruling.result), value(text))


def _checked(ruling: Ruling | None) -> tuple[GridCell, ...]:
    """What a rule checks and its clause; empty cells where a half of the table is one row shorter."""
    if ruling is None:
        return tuple(value("") for _ in range(3))
    return centred(ruling.code), value(ruling.title), value(ruling.place)


def _finding_text(finding: Finding) -> str:
    whose = "" if finding.scope == "project" else f"{finding.subject}："
    mark = "不符合：" if finding.severity is Severity.BLOCK else ""
    return f"{mark}{whose}{finding.message}"
