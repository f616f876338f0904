"""Rules on what may not be applied for or paid: R13 duties of others and public works, R14 banned expenses. 三(一)¶8.

条文：C054–C056
"""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import UNCLEAR, judge
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

    The ban is on the money, not on the project: from another source it is a warning.
    """
    lines: list[tuple[str, BudgetLine | Spending, str]] = [
        *(("预算行", line, "budget_lines") for line in context.case.budget_lines),
        *(("支出", spent, "spending") for spent in context.case.spending),
    ]
    for name, line, field in lines:
        judged = judge(f"{line.subject} {line.content}")
        if judged is None:
            continue
        kind, word = judged
        if kind != UNCLEAR:
            yield _banned((name, line.content, field), kind, line.amount, line.source)
        elif line.source in SPECIAL and not line.note.strip():
            yield Finding(
                severity=Severity.WARN,
                measured=line.amount.fen,
                field=field,
                message=f"{name}“{line.content}”{line.amount} 元含“{word}”，容易与禁止用途混淆，请在说明中写明用途",
            )


def _banned(where: tuple[str, str, str], kind: str, amount: Money, source: Source) -> Finding:
    name, content, field = where
    special = source in SPECIAL
    cure = "专项资金不得列支，应删除或改由村居自筹" if special else "不占专项资金，允许列支，请保留凭据"
    return Finding(
        severity=Severity.BLOCK if special else Severity.WARN,
        measured=amount.fen,
        limit=0 if special else None,
        shortfall=amount if special and amount > NONE else None,
        field=field,
        message=f"{name}“{content}”{amount} 元属{kind}，资金来源为{source.label}，{cure}",
    )
