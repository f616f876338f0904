"""后续管理养护责任书 (F11): who maintains what was built, until when, and with which money. 三(四)¶6, R20."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haicang_desk.model.blocks import Blank, Block, GridRow, Para, Title, Words, label, prose, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    field_cells,
    last_date,
    money_text,
    project_line,
    with_side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    firm_row,
    parts,
    seal_rows,
    signed_together,
    signs,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.records import Category, Maintenance, Phase, Project, Stage

LEAST = 9.5  # mm
_FREQUENCY = re.compile(
    r"每(半年|季度?|年度?|个?月|半月|旬|周|星期|日|天)(?:巡查|检查|巡检)([一二两三四五六七八九十]|[0-9]{1,2})次"
)


def not_works(context: ProjectContext) -> str:
    """Only works need a keeper, and projects that have one registered."""
    case = context.case
    if case.project.category is Category.WORKS or case.project.keeper or case.maintenance:
        return ""
    return "不是工程类项目，也没有登记管养单位"


def is_closed(context: ProjectContext) -> bool:
    """Signed off once the project is closed (办结): the agreement is signed before (R21)."""
    return context.case.stage is Stage.CLOSED


@document(
    "maintenance-form",
    "后续管理养护责任书",
    after="acceptance-form",
    unavailable_reason=not_works,
    signed_off=is_closed,
    filed=Filed(Phase.CARRYING, YEARS_30, lambda case: last_date(case.maintenance, "begins_on")),
)
def maintenance_form(context: ProjectContext) -> Iterator[Block]:
    """F11 后续管理养护责任书: who maintains what was built, until when, with which money; one page.

    Signed and sealed by village, keeper and street. 条文：C093 C136
    """
    case = context.case
    project, kept = case.project, case.maintenance[-1] if case.maintenance else None
    keeper = kept.keeper if kept else project.keeper
    rest = Continuation("项目后续管理养护责任书", project)
    yield Title(f"{SCHEME}项目后续管理养护责任书", project_line(project.code, project.fund_year))
    yield Para(
        f"为落实“谁审批、谁监管；谁使用、谁负责”的原则，明确“{project.title}”项目实施完成后的管理养护单位及责任，"
        f"根据《{context.policy.title}》（{context.policy.number}），签订本责任书。"
    )
    yield parts(("管养\n对象", _kept(case, kept, keeper, rest)), ("期限\n资金", _bound(kept, project, rest)))
    yield Para("管养单位应按上列责任和频次巡查、维修并做好记录，保证设施安全和正常使用；街道和村居对管养情况进行检查。")
    yield signed_together(_sealed(context, keeper))
    yield from rest.blocks(SCHEME)


def _kept(case: Casefile, kept: Maintenance | None, keeper: str, rest: Continuation) -> Iterator[GridRow]:
    project, fields = case.project, Maintenance.fields
    yield row(*field_cells(project, "title", NAMED, 20), least=LEAST)
    yield row(*field_cells(project, "place", NAMED, 20), least=LEAST)
    yield row(label(fields["keeper"].label, columns=NAMED), value(keeper, columns=20), least=LEAST)
    duty = rest.fitted(fields["duty"].label, _duty(kept, project), 4)
    yield firm_row(label(fields["duty"].label, columns=NAMED), prose(duty, columns=20), least=20, stretch=0.5)


def _duty(kept: Maintenance | None, project: Project) -> str:
    return kept.duty if kept else project.keeping_duty


def _bound(kept: Maintenance | None, project: Project, rest: Continuation) -> Iterator[GridRow]:
    fields = Maintenance.fields
    shown = {name: field.show(kept) if kept else "" for name, field in fields.items()}
    yield row(
        *(label(fields["begins_on"].label, columns=NAMED), value(shown["begins_on"] or DATE_BY_HAND, columns=8)),
        *(label(fields["ends_on"].label, columns=NAMED), value(shown["ends_on"] or DATE_BY_HAND, columns=8)),
        least=LEAST,
    )
    yield row(label("巡查频次", columns=NAMED), value(frequency(_duty(kept, project)), columns=20), least=LEAST)
    yearly = kept.yearly if kept else project.keeping_fund
    yield row(label("配套资金", columns=NAMED), value(money_text(yearly), columns=20), least=LEAST)
    yield row(label(fields["fund_source"].label, columns=NAMED), value(shown["fund_source"], columns=20), least=LEAST)
    yield row(
        *(label(fields["contact"].label, columns=NAMED), value(shown["contact"], columns=8)),
        *(label(fields["phone"].label, columns=NAMED), value(shown["phone"], columns=8)),
        least=LEAST,
    )
    if shown["note"]:
        note = rest.fitted(fields["note"].label, shown["note"], 2)
        yield row(label(fields["note"].label, columns=NAMED), value(note, columns=20), least=LEAST)


def frequency(duty: str) -> Words:
    """How often the keeper inspects, as the duty says (每月巡查一次); blanks to fill in where it does not say."""
    found = _FREQUENCY.search(duty)
    period, count = found.groups() if found else ("", "")
    return ("每", Blank(4, period), "巡查", Blank(3, count), "次")


def _sealed(context: ProjectContext, keeper: str) -> Iterator[GridRow]:
    offices = {"村居": context.case.village.committee, "管养单位": keeper, "街道": context.street.office}
    signatories = (signs(name, office, "负责人") for name, office in offices.items())
    yield from with_side_label("签订各方", seal_rows(*signatories))
