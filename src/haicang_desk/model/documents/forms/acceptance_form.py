"""项目验收表 (F10): what was done, its photographs, the final accounts and the signatures. 三(四)¶6, R29."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from haicang_desk.model.blocks import (
    Across,
    Block,
    GridCell,
    GridRow,
    Heading,
    PageBreak,
    Pictures,
    Tick,
    Words,
    amount,
    centred,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    change_text,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    implementer,
    money_cell,
    money_text,
    photographs,
    project_line,
    with_side_label,
    yes_no_boxes,
)
from haicang_desk.model.documents.forms.acceptance_wording import as_agreed, quality_passed
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    firm_row,
    list_grid,
    parts,
    seal_rows,
    signed_together,
    signing_list,
    signs,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_30, Filed, document
from haicang_desk.model.records import (
    ACCEPTANCE_PHOTOGRAPHS,
    Appointment,
    BudgetLine,
    Guidance,
    Phase,
    Progress,
    Project,
    Source,
    Stage,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import delivery_deadlines_of, payable
from haicang_desk.model.values import Money, full_date

ITEM = 9.5  # mm: what was done is written in by hand
BESIDE = 2  # photographs that share the first page
TALLEST = 48  # mm, of these
WITH_PHOTOGRAPHS, ALONE = 4, 11  # lines of the budget that fit on the first page
EMPTY = 4  # rows to write on where the budget has no lines
TOOK_PART = ("村居", "村居", "街道", "街道", "居民代表", "监督委员会", "实施主体", "")


def not_complete(context: ProjectContext) -> str:
    """A project is accepted after its completion."""
    done = context.case.stage in (Stage.COMPLETED, Stage.CLOSED) or context.case.settlement
    return "" if done else "项目尚未完工"


def is_accepted(context: ProjectContext) -> bool:
    """Signed off once the acceptance is recorded."""
    return context.case.first(ProgressEvent.ACCEPT) is not None


def accepted_on(case: Casefile) -> date | None:
    """The day of acceptance, or of completion where acceptance is not recorded."""
    step = case.first(ProgressEvent.ACCEPT) or case.first(ProgressEvent.COMPLETE)
    return step.happened_on if step else None


@document(
    "acceptance-form",
    "项目验收表",
    after="disbursement-form",
    unavailable_reason=not_complete,
    photographs=(ACCEPTANCE_PHOTOGRAPHS,),
    signed_off=is_accepted,
    filed=Filed(Phase.CARRYING, YEARS_30, accepted_on),
)
def acceptance_form(context: ProjectContext) -> Iterator[Block]:
    """F10 项目验收表: two pages, what was done with its photographs, then final accounts and signatures.

    Signed by everyone who took part; sealed by village, street and implementer. Where the budget has more lines than
    the page has room for, they are compared on a continuation. 条文：C035 C087
    """
    case = context.case
    project, accepted = case.project, case.first(ProgressEvent.ACCEPT)
    rest = Continuation("项目验收表", project)
    shown = photographs(context, ACCEPTANCE_PHOTOGRAPHS)
    count = sum(len(each.pictures) for each in shown if isinstance(each, Pictures))
    beside = 0 < count <= BESIDE  # they share the first page
    yield from form_head(
        "项目验收表",
        below=project_line(project.code, project.fund_year),
        office=case.village.committee,
        on=accepted.happened_on if accepted else None,
    )
    most = WITH_PHOTOGRAPHS if beside else ALONE
    yield parts(("项目合同", _work(context, rest)))
    weights = _ITEM_WEIGHTS if case.budget_lines else _BY_HAND
    yield list_grid(_items(case, accepted, rest, most), weights, side="内容核对")
    yield parts(("验收情况", _found(case, accepted, rest)))
    if beside:
        yield from map(_low, shown)
    yield PageBreak()
    yield Across(("项目验收表：决算与签名", f"项目编号：{project.code or '　　　　　　　　'}"))
    yield parts(("决算", _settled(context)), ("参加人员签名", signing_list(TOOK_PART, across=2)))
    yield signed_together(
        _sealed(context),
        form_foot(by=case.village.contact, phone=case.village.phone),
    )
    if shown and not beside:
        yield PageBreak()
        yield Heading(f"附：{ACCEPTANCE_PHOTOGRAPHS}")
        yield from shown
    yield from rest.blocks(SCHEME)


def _low(block: Block) -> Block:
    """Photographs no higher than the room that the first page has for them."""
    if not isinstance(block, Pictures):
        return block
    return replace(block, pictures=tuple(replace(each, tallest=TALLEST) for each in block.pictures))


def _work(context: ProjectContext, rest: Continuation) -> Iterator[GridRow]:
    case = context.case
    project, appointed = case.project, case.appointment
    begun, done = case.first(ProgressEvent.START, ProgressEvent.PROGRESS), case.first(ProgressEvent.COMPLETE)
    yield row(*field_cells(project, "title", NAMED, 12), *field_cells(project, "category", NAMED, 4))
    yield row(
        *(label(field_label(Appointment, "implementer"), columns=NAMED), value(implementer(case), columns=11)),
        *(label("合同价", columns=NAMED), money_cell(appointed.price if appointed else None, 5)),
    )
    yield row(
        *(label("开工（开展）", columns=NAMED), value(day_text(begun.happened_on) if begun else "", columns=8)),
        *(label("完工日期", columns=NAMED), value(day_text(done.happened_on) if done else "", columns=8)),
    )
    in_time = _in_time(context)
    shown = rest.fitted("是否按期", in_time, 3) if isinstance(in_time, str) else in_time
    yield row(label("是否按期", columns=NAMED), value(shown, columns=20))


def _in_time(context: ProjectContext) -> Words:
    """Each deadline, the day it was met, and how that compares; boxes to tick where none is known."""
    known = delivery_deadlines_of(context)
    if not known:
        return ticks(("按期", "逾期"))
    lines = []
    for each in known:
        done = each.done_on
        how = (
            "尚未完成" if done is None else ("按期" if done <= each.due_on else f"逾期 {(done - each.due_on).days} 天")
        )
        lines.append(f"应于 {full_date(each.due_on)}前{each.what}，实际 {day_text(done) or '—'}，{how}")
    return "\n".join(lines)


_ITEM_WEIGHTS, _BY_HAND = (0.2, 4, 0.5, 0.5, 3, 0.2), (0.2, 5, 1.5, 2.5, 3.5, 0.2)  # on record; to be written in


def _items(case: Casefile, accepted: Progress | None, rest: Continuation, most: int) -> Iterator[GridRow]:
    """Each line of the budget against what was done; more than ``most`` are compared on the continuation."""
    lines = _merged(case.budget_lines)
    total = sum((each.amount for each in lines), Money(0))
    same = accepted is not None and as_agreed(accepted.account) is True
    head = row(*map(label, ("序号", "合同内容", "数量", "金额", "实际完成", "相符")))
    compared = [_item(str(number), each, same) for number, each in enumerate(lines, 1)]
    compared += [_item(str(number), None, False) for number in range(1, EMPTY + 1) if not lines]
    together = row(label("合计", columns=3), amount(str(total) if lines else ""), value("", columns=2))
    if len(lines) > most:
        heading = f"内容核对（共 {len(lines)} 项，金额单位：元）"
        rest.table(heading, list_grid((head, *compared, together), _ITEM_WEIGHTS))
        yield firm_row(value(f"共 {len(lines)} 项，合计 {total} 元，逐项核对见续页。", columns=6), least=ITEM)
        return
    yield from (head, *compared, together)


def _merged(lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """The lines of the budget, those of one content as one: an item paid from several sources is accepted once."""
    merged: dict[tuple[object, ...], BudgetLine] = {}
    for line in lines:
        key = (line.content, line.subject) if line.quantity is None else (line.id, line)
        before = merged.get(key)
        merged[key] = replace(line, amount=before.amount + line.amount) if before else line
    return list(merged.values())


def _item(number: str, line: BudgetLine | None, same: bool) -> GridRow:
    content = quantity = money = ""
    if line is not None:
        content, money = line.content, str(line.amount)
        if line.quantity is not None:
            quantity = f"{BudgetLine.fields['quantity'].show(line)} {line.measure}".strip()
    cells = (centred(number), value(content), centred(quantity), amount(money), value(""), centred(Tick("", same)))
    return firm_row(*cells, least=ITEM)


def _found(case: Casefile, accepted: Progress | None, rest: Continuation) -> Iterator[GridRow]:
    project = case.project
    conclusion = accepted.account if accepted else ""
    yield row(
        *(label("验收日期", columns=NAMED), value(day_text(accepted.happened_on) if accepted else "", columns=8)),
        *(label("参加人员", columns=NAMED), value("见签名", columns=8)),
    )
    yield row(
        *(
            label("内容与数量", columns=NAMED),
            value(_either(("与合同一致", "有出入"), as_agreed(conclusion)), columns=9),
        ),
        *(label("质量", columns=3), value(_either(("合格", "不合格"), quality_passed(conclusion)), columns=8)),
    )
    standard = (f"{Project.fields['mandatory_standard'].label}：", *yes_no_boxes(project, "mandatory_standard"))
    guided = rest.fitted("强制标准核对", _guided(case), 3)
    yield row(label("强制标准核对", columns=NAMED), value((*standard, "\n", guided), columns=20))
    yield firm_row(label("说明与整改", columns=NAMED), prose("", columns=20), least=12, stretch=1)
    told = rest.fitted("验收结论", conclusion, 3)
    yield firm_row(label("验收结论", columns=NAMED), prose(told, columns=20), least=15, stretch=0.3)


def _either(options: tuple[str, str], first: bool | None) -> Words:
    """Two boxes, ticked as the conclusion says; None: neither."""
    return ticks(options, () if first is None else options[not first])


def _guided(case: Casefile) -> str:
    fields = Guidance.fields
    guidance = (
        f"{each.department}（{day_text(each.guided_on)}{f'，{each.standard}' if each.standard else ''}）：{each.gist}"
        for each in case.guidance
    )
    return "\n".join(guidance) or f"{fields['department'].label}："


def _settled(context: ProjectContext) -> Iterator[GridRow]:
    """预算 is what was approved, 差异 is 决算 compared with it; the sum due is computed from 决算 (R29)."""
    case = context.case
    planned, settled = case.approved or case.asked, case.settled
    yield row(*(label(text, columns=6) for text in ("资金来源", "预算", "决算", "差异")))
    for source in Source:
        spent = settled.source(source) if settled else None
        if planned.source(source) or spent:
            yield row(label(source.label, columns=6), *_compared(planned.source(source), spent))
    yield row(label("合计", columns=6), *_compared(planned.total, settled.total if settled else None))
    due = payable(context) if settled else None
    left = due - case.disbursed if due is not None else None
    paid = case.disbursed
    yield _stated("应付财政资金", due)
    yield _stated("退回超出已拨" if paid < 0 else "已拨付", Money(abs(paid)))
    title = "应退回" if left is not None and left < 0 else "应补拨"
    yield _stated(title, Money(abs(left)) if left is not None else None)


def _stated(title: str, money: Money | None) -> GridRow:
    return row(label(title, columns=6), value(money_text(money), columns=18))


def _compared(planned: Money, spent: Money | None) -> tuple[GridCell, ...]:
    """预算, 决算 and 差异; no sum has a minus: a difference is 超出 or 减少, and a dash where there is none."""
    change = spent - planned if spent is not None else None
    told = "—" if change == 0 else change_text(change, "超出", "减少")
    budget = amount(change_text(planned, "", "超出"), columns=6)
    return (budget, money_cell(spent, 6), amount(told, columns=6))


def _sealed(context: ProjectContext) -> Iterator[GridRow]:
    case = context.case
    offices = {"村居": case.village.committee, "街道": context.street.office, "实施主体": implementer(case)}
    yield from with_side_label("验收单位", seal_rows(*(signs(name, office) for name, office in offices.items())))
