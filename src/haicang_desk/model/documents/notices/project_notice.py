"""项目公示 (N1): the projects of a village, before their application. 三(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from haicang_desk.model.blocks import (
    Align,
    Blank,
    Block,
    Grid,
    GridCell,
    GridRow,
    Inline,
    KeepTogether,
    PageBreak,
    PaperKind,
    Para,
    Seal,
    Title,
    Words,
    amount,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import VillageContext
from haicang_desk.model.documents.form_parts import joined, span_text
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Notice, NoticeKind, Phase, Project, Source, Stage, Street, Village

OUT = (Stage.REJECTED, Stage.WITHDRAWN, Stage.TERMINATED)


def nothing_to_post(context: VillageContext) -> str:
    """The notice needs a project that is not rejected, withdrawn or terminated."""
    return "" if _posted(context) else f"{context.year} 年度没有可公示的项目"


def _posted(context: VillageContext) -> list[Casefile]:
    """Projects still pursued; one requested by its number is posted whatever its stage."""
    return [case for case in context.cases if context.alone or case.stage not in OUT]


def all_posted(context: VillageContext) -> bool:
    """Signed off once the days of the notice are recorded for every project in it."""
    return all(period_of(notice_for(case, NoticeKind.PROJECT)) for case in _posted(context))


@document(
    "project-notice",
    "项目公示",
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
)
def project_notice(context: VillageContext) -> Iterator[Block]:
    """N1 项目公示: one notice, on one page, for each batch posted together, by day; last the projects not posted yet.

    Sealed by the village committee. 条文：C068
    """
    batches: dict[tuple[date, date] | None, list[Casefile]] = {}
    for case in _posted(context):
        batches.setdefault(period_of(notice_for(case, NoticeKind.PROJECT)), []).append(case)
    ordered = sorted(batches.items(), key=lambda batch: batch[0] or (date.max, date.max))
    for count, (period, cases) in enumerate(ordered):
        if count:
            yield PageBreak()
        yield from _notice(context, cases, period)


def notice_for(case: Casefile, kind: NoticeKind) -> Notice | None:
    """The last notice of a kind: the project's own, else one that its village posted for the year."""
    year = case.project.fund_year
    fitting = [n for n in case.notices if n.kind is kind and (n.project or n.fund_year in (None, year))]
    own = [notice for notice in fitting if notice.project]
    return next(reversed(own or fitting), None)


def posted_on(case: Casefile, kind: NoticeKind) -> date | None:
    """The first day of the last notice of a kind."""
    notice = notice_for(case, kind)
    return notice.posted_on if notice else None


def period_of(notice: Notice | None) -> tuple[date, date] | None:
    """First and last day of a notice, where both are known."""
    return (notice.posted_on, notice.ends_on) if notice and notice.posted_on and notice.ends_on else None


def _notice(context: VillageContext, cases: Sequence[Casefile], period: tuple[date, date] | None) -> Iterator[Block]:
    village, one = context.village, len(cases) == 1
    what = f"{SCHEME}“{cases[0].project.title}”项目" if one else f"{context.year}年度{SCHEME}项目"
    yield Title(f"关于{village.name}{what}的公示")
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}），经征集群众意见和村居协商，{village.name}拟申报以下"
        f"项目，现予公示。"
    )
    for count, case in enumerate(cases, 1):
        yield KeepTogether((Grid(tuple(_project_rows(case, 0 if one else count)), (5, 7.5, 4.5, 11)),))
    yield KeepTogether(
        (closing(context.street, period, context.policy), Seal(village.committee, period[0] if period else None))
    )


def _project_rows(case: Casefile, count: int) -> Iterator[GridRow]:
    project, fields = case.project, Project.fields
    title = project.title
    yield row(label(fields["title"].label), value(f"{count}. {title}" if count else title, columns=3))
    kind = f"{project.category.label}　{project.content.label}"
    yield row(label(fields["category"].label), value(kind, columns=3))
    yield row(label("项目内容"), GridCell(project.works, columns=3, align=Align.JUSTIFIED))
    yield row(label(fields["place"].label), value(project.place, columns=3))
    people = fields["beneficiaries"].show(project)
    yield row(
        *(label("受益范围"), value(f"{people} 人" if people else "")),
        *(label("总资金"), amount(f"{case.asked.total} 元")),
    )
    yield row(label("资金来源"), value(_sources(case), columns=3))
    yield row(label("实施时长"), value(span_text(project.planned_start, project.planned_finish), columns=3))


def _sources(case: Casefile) -> str:
    asked = case.asked
    return joined((f"{source.label} {asked.source(source)} 元" for source in Source if asked.source(source)), "")


def closing(street: Street, period: tuple[date, date] | None, policy: Policy) -> Para:
    """The period of the notice, and how to object: in writing, to whom, where, by which telephone."""
    days = policy.number_of("notice_days")
    by_hand: tuple[Inline, ...] = (*_day_by_hand(), "至", *_day_by_hand(), f"（不少于{days}日，张贴当日不计）")
    office = street.office if street.name else ""
    text: Words = (
        "公示期：",
        *((span_text(*period),) if period else by_hand),
        "。如有异议，请于公示期内以书面形式向",
        office or Blank(8),
        "反映（地址：",
        street.address or Blank(12),
        "，联系人：",
        street.contact or Blank(4),
        "，联系电话：",
        street.phone or Blank(7),
        "）。",
    )
    return Para(text)


def _day_by_hand() -> tuple[Blank | str, ...]:
    return (Blank(2.5), "年", Blank(1.5), "月", Blank(1.5), "日")
