"""年度评优结果公示 (N6). 四(三)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Block,
    Grid,
    GridRow,
    KeepTogether,
    PaperKind,
    Para,
    Seal,
    Title,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import field_label, percent
from haicang_desk.model.documents.notices.project_notice import closing, period_of
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.documents.survey_results import score_text, survey_result
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Award, Project, Street, Village
from haicang_desk.model.rules import award_score


def nothing_awarded(context: StreetContext) -> str:
    """The notice needs a project with an award result."""
    return "" if _awarded(context) else f"{context.year} 年度还没有评优结果"


def _awarded(context: StreetContext) -> list[tuple[Casefile, Award]]:
    """Projects whose result is known, the best scores first."""
    known = [(case, case.awards[-1]) for case in context.cases if case.awards and case.awards[-1].result]
    scores = {case.project.id: award_score(award, context.policy) or 0 for case, award in known}
    return sorted(known, key=lambda pair: (-scores[pair[0].project.id], pair[0].project.code))


def results_posted(context: StreetContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(context.award_notice) is not None


@document(
    "award-notice",
    "年度评优结果公示",
    after="award-form",
    for_="street",
    kind=PaperKind.NOTICE,
    unavailable_reason=nothing_awarded,
    signed_off=results_posted,
    shows={
        Street: ("name", "address", "contact", "phone"),
        Village: ("name",),
        Project: ("code", "title"),
        Award: ("number",),
    },
)
def award_notice(context: StreetContext) -> Iterator[Block]:
    """N6 年度评优结果公示: the year's awards with scores, shares and results. Sealed by the street. 条文：C108 C127"""
    street = context.street
    yield Title(f"关于{street.name}{context.year}年度{SCHEME}项目评优结果的公示")
    yield Para(
        f"根据《{context.policy.title}》（{context.policy.number}），经村（居）民评议、专家评议，对{context.year}年度{SCHEME}"
        "项目的社会参与度和公众满意度开展考评，现将结果公示如下。"
    )
    for count, (case, award) in enumerate(_awarded(context), 1):
        yield KeepTogether((Grid(tuple(_award_rows(count, case, award, context.policy)), (6, 8, 6, 8)),))
    period = period_of(context.award_notice)
    yield KeepTogether((closing(street, period, context.policy), Seal(street.office, period[0] if period else None)))


def _award_rows(count: int, case: Casefile, award: Award, policy: Policy) -> Iterator[GridRow]:
    fields, counted, funding = Award.fields, survey_result(case.surveys), case.funding
    yield row(label(field_label(Project, "title")), value(f"{count}. {case.project.title}", columns=3))
    yield row(label("村居"), value(case.village.name), label("类别"), centred(case.project.category.label))
    yield row(
        *(label("居民评议"), centred(fields["resident_score"].show(award))),
        *(label("专家评议"), centred(fields["expert_score"].show(award))),
    )
    yield row(
        *(label("社会投入"), centred(percent(funding.social, funding.total))),
        *(label("满意率"), centred(percent(counted.pleased, counted.ballots))),
    )
    number = f"（{award.number}）" if award.number else ""
    yield row(
        *(label("综合得分"), centred(score_text(award_score(award, policy)))),
        *(label(fields["result"].label), value(f"{fields['result'].show(award)}{number}")),
    )
