"""Rules on what may not be applied for or paid: R13 duties of others and public works, R14 banned expenses. 三(一)¶8.

条文：C054–C056
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import Ban, judge
from haicang_desk.model.records import BudgetLine, Project, PublicProject, Source, Spending
from haicang_desk.model.rules.engine import RuleContext, rule
from haicang_desk.model.rules.project_splitting import NameSimilarity
from haicang_desk.model.values import Money

PLACE = "三(一)¶8"
BEFORE = ("submit", "approve")
SPECIAL = (Source.SPECIAL, Source.MATCHING)

_QUESTIONS = (
    ("others_duty", "属小区物业管理公司等其他社会主体应承担职责范围内的项目"),
    ("duplicates_public", "与市、区政府在建、拟建的政府投资项目重复"),
)


@rule("R13", "不得申报的范围", clause=PLACE, before=BEFORE)
def scope_is_checked(context: RuleContext) -> Iterator[Finding]:
    """Both questions of self-examination are answered; a yes needs a waiver (原则上), no answer blocks."""
    project = context.case.project
    for name, what in _QUESTIONS:
        answer = getattr(project, name)
        if answer:
            yield Finding(
                severity=Severity.EXCEPTION,
                measured=True,
                limit=False,
                field=name,
                message=f"自查为{what}，原则上不得申报",
                cure="确需申报的请登记例外批准",
            )
        elif answer is None and project.submitted_on:
            yield Finding(
                severity=Severity.BLOCK,
                measured=0,
                limit=1,
                field=name,
                message=f"自查问题“是否{what}”尚未回答，请核对后填写是或否",
            )


@rule("R13", "与政府投资项目查重", clause=PLACE, before=BEFORE)
def public_works_are_not_repeated(context: RuleContext) -> Iterator[Finding]:
    """A project similar to a listed public investment project in name or place has a written conclusion."""
    project, listed = context.case.project, context.standing.public_projects
    if not listed or project.duplicates_public or project.duplicate_note.strip() or project.submitted_on is None:
        return
    likeness = NameSimilarity(context.policy.share("duplicate_similarity"))
    similar = [public for public in listed if is_similar(project, public, likeness)]
    if similar:
        names = "、".join(f"“{public.name}”" for public in similar[:3])
        yield Finding(
            severity=Severity.BLOCK,
            measured=len(similar),
            limit=0,
            field="duplicate_note",
            message=f"名称或地点与政府投资项目{names}等 {len(similar)} 项相近，请核对后填写查重结论",
        )


def is_similar(project: Project, public: PublicProject, likeness: NameSimilarity) -> bool:
    """Whether a public project that is not yet built is similar in name or stands on the same spot."""
    if public.state == "建成":
        return False
    if public.place and public.place in project.title + project.place:
        return True
    return likeness.holds(project.title, public.name)


@rule(
    "R14",
    "专项资金禁止用途",
    clause=PLACE,
    answered_by=BudgetLine,
    before=(*BEFORE, "close"),
    about=("budget_lines", "spending"),
)
def special_money_pays_no_banned_expense(context: RuleContext) -> Iterator[Finding]:
    """No budget or spending line paid from special or matching funds is a banned expense, judged by its wording.

    The ban is on the money, not on the project: from another source it is a warning. Some expenses are allowed once it
    is explained how they serve residents.
    """
    lines: list[tuple[str, BudgetLine | Spending, str]] = [
        *(("预算行", line, "budget_lines") for line in context.case.budget_lines),
        *(("支出", spent, "spending") for spent in context.case.spending),
    ]
    for name, line, field in lines:
        judged = judge(context.policy.words, f"{line.subject} {line.content}")
        if judged is None:
            continue
        special, explained = line.source in SPECIAL, bool(line.note.strip())
        if judged.ban is Ban.UNCLEAR and special and not explained:
            said, cure = f"含“{judged.word}”，容易与禁止用途混淆", "请在说明中写明用途"
            yield _line_found(Severity.WARN, (name, line, field), said, cure)
        elif judged.ban > Ban.UNCLEAR and not special:
            if judged.ban is Ban.BANNED or not explained:
                said = f"含“{judged.word}”，属{judged.kind}，资金来源为{line.source.label}，不占专项资金，允许列支"
                told = f"说明为“{line.note.strip()}”" if explained else "请保留凭据并在说明中写明"
                severity = Severity.INFO if explained else Severity.WARN
                yield _line_found(severity, (name, line, field), said, told)
        elif judged.ban is Ban.EXPLAINED and explained:
            said = f"含“{judged.word}”，说明为“{line.note.strip()}”"
            yield _line_found(
                Severity.WARN, (name, line, field), said, "审批时核对是否直接服务居民，村居组织自用的不得列支"
            )
        elif judged.ban > Ban.UNCLEAR:
            said = f"含“{judged.word}”，属{judged.kind}，资金来源为{line.source.label}"
            cure = "专项资金不得列支，应删除或改由村居自筹"
            if judged.ban is Ban.EXPLAINED:
                cure += "，直接服务居民的请在说明中写明"
            yield _line_found(Severity.BLOCK, (name, line, field), said, cure)


def _line_found(severity: Severity, where: tuple[str, BudgetLine | Spending, str], said: str, cure: str) -> Finding:
    """A finding on one line; special money may pay nothing of it."""
    name, line, field = where
    return Finding(
        severity=severity,
        measured=line.amount.fen,
        limit=0,
        shortfall=line.amount if severity is Severity.BLOCK and line.amount > NONE else None,
        field=field,
        message=f"{name}“{line.content}”{line.amount} 元{said}，{cure}",
    )


@rule("R14", "预算明细与资金来源一致", clause=PLACE, answered_by=BudgetLine, before=("approve",))
def budget_lines_add_up(context: RuleContext) -> Iterator[Finding]:
    """The budget lines of each source add up to its figure in the plan. A warning, but a block while being approved."""
    case = context.case
    if not case.budget_lines:
        if case.project.submitted_on and case.asked.total > NONE:
            yield Finding(
                severity=Severity.WARN,
                measured=0,
                limit=case.asked.total.fen,
                field="budget_lines",
                message=f"申报总资金 {case.asked.total} 元，没有预算明细，请在预算明细逐行填写",
            )
        return
    being_approved = case.approval is not None and not case.approval.id
    for source in Source:
        planned = case.asked.source(source)
        listed = sum((line.amount for line in case.budget_lines if line.source is source), NONE)
        if listed != planned:
            gap = Money(abs(listed - planned))
            yield Finding(
                severity=Severity.BLOCK if being_approved else Severity.WARN,
                measured=listed.fen,
                limit=planned.fen,
                shortfall=gap,
                field="budget_lines",
                message=f"预算明细中{source.label}合计 {listed} 元，申报 {planned} 元，相差 {gap} 元，"
                "请核对预算明细的金额和资金来源",
            )
