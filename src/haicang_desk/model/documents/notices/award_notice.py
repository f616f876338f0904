"""年度评优结果公示 (N6). 四(三)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Block, Grid, GridCell, GridRow, PaperKind, Para, centred, label, row, value
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import field_label, percent
from haicang_desk.model.documents.notice_parts import (
    brief_closing,
    brief_of,
    brief_title,
    closing_blanks,
    notice_title,
    period_of,
    signed,
)
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.documents.survey_results import score_text, survey_result
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Award, AwardResult, Project, Street, Village
from haicang_desk.model.rules import award_score


def nothing_awarded(context: StreetContext) -> str:
    """The notice needs a project with an award result."""
    return "" if _judged(context) else f"{context.year} 年度还没有评优结果"


def _judged(context: StreetContext) -> list[tuple[Casefile, Award]]:
    """Projects whose result is known, the best scores first."""
    known = [(case, case.awards[-1]) for case in context.cases if case.awards and case.awards[-1].result]
    scores = {case.project.id: award_score(award, context.policy) or 0 for case, award in known}
    return sorted(known, key=lambda pair: (-scores[pair[0].project.id], pair[0].project.code))


def _chosen(context: StreetContext) -> list[tuple[Casefile, Award]]:
    """Of those judged the ones that were chosen or put forward."""
    return [pair for pair in _judged(context) if pair[1].result is not AwardResult.NOT_CHOSEN]


def results_posted(context: StreetContext) -> bool:
    """Signed off once the days of the notice are recorded."""
    return period_of(context.award_notice) is not None


def award_blanks(context: StreetContext) -> Iterator[str]:
    """What is left to be written by hand."""
    return closing_blanks(context.street, period_of(context.award_notice))


def award_brief(context: StreetContext) -> Iterator[str]:
    """In the QR code: the projects chosen with their results, the period and the telephone."""
    chosen = _chosen(context)
    yield brief_of(
        f"{context.street.name}{SCHEME}{_what(context)}。",
        (f"{_result(award)}：{brief_title(case.project.title)}" for case, award in chosen),
        brief_closing(context.street, period_of(context.award_notice)),
    )


def _what(context: StreetContext) -> str:
    return f"{context.year}年度评优结果公示"


@document(
    "award-notice",
    "年度评优结果公示",
    after="award-form",
    for_="street",
    kind=PaperKind.NOTICE,
    unavailable_reason=nothing_awarded,
    most_pages=1,
    signed_off=results_posted,
    shows={
        Street: ("name", "address", "contact", "phone"),
        Village: ("name",),
        Project: ("code", "title"),
        Award: ("number",),
    },
    blanks=award_blanks,
    brief=award_brief,
)
def award_notice(context: StreetContext) -> Iterator[Block]:
    """N6 年度评优结果公示: the year's best projects in one table, by score. Sealed by the street. 条文：C108 C127"""
    street, judged, chosen = context.street, _judged(context), _chosen(context)
    yield notice_title(f"{street.name}{SCHEME}", _what(context))
    numbers = "、".join(dict.fromkeys(award.number for _, award in chosen if award.number))
    yield Para(
        f"按照{context.policy.number}文件，经村（居）民评议、专家评议，对{len(judged)}个项目的社会参与度和公众满意度"
        f"开展考评，{_outcome(len(chosen), numbers)}"
    )
    if chosen:
        yield Grid(tuple(_award_rows(chosen, context.policy)), (0, 3, 1, 0, 0, 0, 0), heading=1, by_content=True)
    (brief,) = award_brief(context)
    yield signed(street, street.office, period_of(context.award_notice), context.policy, brief)


def _outcome(chosen: int, numbers: str) -> str:
    if not chosen:
        return "没有项目入选，现予公示。"
    return f"现将入选的{chosen}个项目公示如下{f'（{numbers}）' if numbers else ''}。"


def _award_rows(chosen: list[tuple[Casefile, Award]], policy: Policy) -> Iterator[GridRow]:
    yield row(
        label("名次"),
        label(field_label(Project, "title")),
        label("村居"),
        label("综合得分\n居民/专家"),
        label("社会\n投入"),
        label("满意率"),
        label(field_label(Award, "result")),
    )
    ranks: dict[str, int] = {}
    for count, (case, award) in enumerate(chosen, 1):
        score = score_text(award_score(award, policy))
        rank = ranks.setdefault(score, count) if score else count  # equal scores share a rank
        funding, counted = case.funding, survey_result(case.surveys)
        yield row(
            centred(str(rank)),
            value(case.project.title),
            GridCell(case.village.name),
            centred(f"{score or '—'}\n{_scores(award)}"),
            centred(percent(funding.social, funding.total)),
            centred(percent(counted.pleased, counted.ballots)),
            centred(_result(award)),
            whole=True,
        )


def _scores(award: Award) -> str:
    """居民评议 and 专家评议."""
    return "/".join(Award.fields[name].show(award) or "—" for name in ("resident_score", "expert_score"))


def _result(award: Award) -> str:
    return Award.fields["result"].show(award)
