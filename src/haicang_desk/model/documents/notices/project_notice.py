"""项目公示 (N1): the projects of a village, before their application. 三(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from haicang_desk.model.blocks import (
    Align,
    Block,
    Grid,
    GridCell,
    GridRow,
    Inline,
    PageBreak,
    PaperKind,
    Para,
    Title,
    Words,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import VillageContext
from haicang_desk.model.documents.form_parts import field_label, percent
from haicang_desk.model.documents.notice_parts import (
    Fact,
    Period,
    brief_closing,
    brief_of,
    brief_title,
    closing_blanks,
    days_text,
    facts,
    money_by_source,
    notice_for,
    notice_title,
    period_of,
    posted_on,
    signed,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.records import NoticeKind, Phase, Project, Stage, Street, Village

OUT = (Stage.REJECTED, Stage.WITHDRAWN, Stage.TERMINATED)
WHAT = "项目公示"

Batch = tuple[Period | None, list[Casefile]]  # projects posted together


def nothing_to_post(context: VillageContext) -> str:
    """The notice needs a project that is not rejected, withdrawn or terminated."""
    return "" if _posted(context) else f"{context.year} 年度没有可公示的项目"


def _posted(context: VillageContext) -> list[Casefile]:
    """Projects still pursued; one requested by its number is posted whatever its stage."""
    return [case for case in context.cases if context.alone or case.stage not in OUT]


def _batches(context: VillageContext) -> list[Batch]:
    """The projects of each notice, by the days of posting; last those that are not posted yet."""
    batches: dict[Period | None, list[Casefile]] = {}
    for case in _posted(context):
        batches.setdefault(period_of(notice_for(case, NoticeKind.PROJECT)), []).append(case)
    return sorted(batches.items(), key=lambda batch: batch[0] or (date.max, date.max))


def all_posted(context: VillageContext) -> bool:
    """Signed off once the days of the notice are recorded for every project in it."""
    return all(period_of(notice_for(case, NoticeKind.PROJECT)) for case in _posted(context))


def project_blanks(context: VillageContext) -> Iterator[str]:
    """What is left to be written by hand: facts that the notice must have (三(二)¶2) and the ledger has not."""
    for period, cases in _batches(context):
        for case in cases:
            yield from (fact.name for fact in _facts(case) if fact.needed and fact.absent)
        yield from closing_blanks(context.street, period)


def project_brief(context: VillageContext) -> Iterator[str]:
    """In the QR code of each notice: its projects with their money, the period and the telephone."""
    for period, cases in _batches(context):
        tail = brief_closing(context.street, period)
        if len(cases) == 1:
            (case,) = cases
            money = (f"{source.label}{text}" for source, text in money_by_source(case.asked))
            head = f"{context.village.name}{SCHEME}{WHAT}。{brief_title(case.project.title)}，资金（元）："
            yield brief_of(head, money, f"合计{case.asked.total}。{tail}")
        else:
            told = (f"{brief_title(case.project.title)}{case.asked.total}" for case in cases)
            yield brief_of(f"{context.village.name}{SCHEME}{WHAT}。资金（元）：", told, tail)


@document(
    "project-notice",
    WHAT,
    after="project-list",
    for_="village",
    kind=PaperKind.NOTICE,
    unavailable_reason=nothing_to_post,
    most_pages=1,
    signed_off=all_posted,
    shows={
        Street: ("name", "address", "contact", "phone"),
        Village: ("name",),
        Project: ("title", "works", "place"),
    },
    filed=Filed(Phase.CHOOSING, YEARS_10, lambda case: posted_on(case, NoticeKind.PROJECT), after="opinion-form"),
    blanks=project_blanks,
    brief=project_brief,
)
def project_notice(context: VillageContext) -> Iterator[Block]:
    """N1 项目公示: one notice, on one page, for each batch posted together, by day; last the projects not posted yet.

    A project by itself has its facts and its money by source; of several each is a row of one table. Sealed by the
    village committee. 条文：C068
    """
    for count, ((period, cases), brief) in enumerate(zip(_batches(context), project_brief(context), strict=True)):
        if count:
            yield PageBreak()
        yield _title(context, cases)
        yield Para(_lead(context, cases))
        if len(cases) == 1:
            yield facts(_facts(cases[0]))
            yield Grid(tuple(_money_rows(cases[0])), (2, 2, 2), heading=1)
        else:
            yield Grid(tuple(_rows_of_many(cases)), (36, 94, 165, 175), heading=1)
        yield signed(context.street, context.village.committee, period, context.policy, brief)


def _title(context: VillageContext, cases: Sequence[Casefile]) -> Title:
    if len(cases) == 1:
        return notice_title(cases[0].project.title, f"{SCHEME}{WHAT}")
    return notice_title(f"{context.village.name}{context.year}年度", f"{SCHEME}{WHAT}")


def _lead(context: VillageContext, cases: Sequence[Casefile]) -> str:
    what = f"{context.year}年度项目" if len(cases) == 1 else f"{len(cases)}个项目"
    by = f"按照{context.policy.number}文件，经征集群众意见和村居协商"
    return f"{by}，{context.village.name}拟申报{what}，现公示如下。"


def _facts(case: Casefile) -> Iterator[Fact]:
    project, fields = case.project, Project.fields
    yield Fact(fields["place"].label, project.place, needed=True)
    yield Fact("实施时间", days_text(project.planned_start, project.planned_finish), needed=True)
    yield Fact(fields["category"].label, f"{project.category.label}　{project.content.label}")
    people = fields["beneficiaries"].show(project)
    yield Fact("受益范围", f"{people} 人" if people else "", needed=True)
    yield Fact("实施内容", project.works.strip(), needed=True)


def _money_rows(case: Casefile) -> Iterator[GridRow]:
    asked = case.asked
    yield row(label("资金来源"), label("金额（元）"), label("占比"))
    for source, text in money_by_source(asked):
        share = percent(asked.source(source), asked.total)
        yield row(label(source.label), amount(text), centred(share), whole=True)
    yield row(label("合计"), amount(str(asked.total)), centred("100.00%" if asked.total else "—"), whole=True)


def _rows_of_many(cases: Sequence[Casefile]) -> Iterator[GridRow]:
    yield row(
        label("序号"), label(field_label(Project, "title")), label("内容、地点、受益范围和时间"), label("资金（元）")
    )
    for count, case in enumerate(cases, 1):
        yield row(
            centred(str(count)),
            value(f"{case.project.title}\n（{case.project.category.label}）"),
            GridCell(_told(case), align=Align.LEFT),
            value(_money(case)),
        )


def _told(case: Casefile) -> Words:
    """实施内容, 地点, 受益范围 and 时间, a line each; a rule to write on for what is needed and not recorded."""
    lines: list[Inline] = []
    for fact in _facts(case):
        if fact.name != field_label(Project, "category"):
            lines += [f"{fact.name}：", fact.shown, "\n"]
    return tuple(lines[:-1])


def _money(case: Casefile) -> str:
    asked = case.asked
    lines = [f"{source.label} {text}" for source, text in money_by_source(asked)]
    return "\n".join([f"合计 {asked.total}", *lines])
