"""公示 of what was judged: 满意度测评结果 (N5) and 年度评优结果 (N6). 三(六)¶2, 四(三)¶2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Block,
    Grid,
    KeepTogether,
    Kind,
    Para,
    Row,
    Seal,
    Title,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.catalogue import SCHEME, document
from haicang_desk.model.documents.furniture import named, percent
from haicang_desk.model.documents.masks import public, public_party
from haicang_desk.model.documents.notices import closing, notice_for, period_of
from haicang_desk.model.documents.scenes import ProjectScene, StreetYear
from haicang_desk.model.documents.tally import LEVELS, Tally, by_group, score_said, tally
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Award, NoticeKind, Project, Survey
from haicang_desk.model.rules import award_score
from haicang_desk.model.values import full_date


def not_surveyed(scene: ProjectScene) -> str:
    return "" if tally(scene.case.surveys).ballots else "项目还没有测评记录"


def survey_posted(scene: ProjectScene) -> bool:
    return period_of(notice_for(scene.case, NoticeKind.SURVEY)) is not None


@document(
    "survey-notice",
    "满意度测评结果公示",
    kind=Kind.NOTICE,
    lacks=not_surveyed,
    most_pages=1,
    signed=survey_posted,
)
def survey_notice(scene: ProjectScene) -> Iterator[Block]:
    """N5. 条文：C107"""
    case = scene.case
    title, counted = public(case.project, "title"), tally(case.surveys)
    yield Title(f"关于{SCHEME}“{title}”项目满意度测评结果的公示")
    held = sorted({each.surveyed_on for each in case.surveys if each.surveyed_on})
    when = full_date(held[0]) + (f"至{full_date(held[-1])}" if len(held) > 1 else "") if held else ""
    assessors = "、".join(dict.fromkeys(public_party(each.assessor, "机构") for each in case.surveys))
    yield Para(
        f"根据《{scene.policy.title}》（{scene.policy.number}），{scene.street.office}委托{assessors}，于{when}对"
        f"{case.village.name}“{title}”项目的实施情况开展公众满意度测评，现将结果公示如下。"
    )
    yield Grid(tuple(_result_rows(case, counted)), (106, 42, 42, 42, 42, 42, 58, 72), heading=1)
    few = scene.policy.number_of("survey_sample_note")
    note = f"样本量 n={counted.ballots}，仅供参考。" if counted.ballots < few else ""
    yield Para(
        f"满意率（非常满意、满意）{percent(counted.pleased, counted.ballots)}，基本满意以上"
        f"{percent(counted.accepting, counted.ballots)}，平均得分{counted.points}分。{note}"
    )
    period = period_of(notice_for(case, NoticeKind.SURVEY))
    yield KeepTogether(
        (closing(scene.street, period, scene.policy), Seal(scene.street.office, period[0] if period else None))
    )


def _result_rows(case: Casefile, counted: Tally) -> Iterator[Row]:
    says = Survey.fields
    yield row(
        label("测评对象"), label("票数"), *(label(_stacked(says[name].label)) for name in LEVELS), label("满意率")
    )
    for group, held in by_group(case.surveys).items():
        yield _tally_row(group.label, held)
    yield _tally_row("合计", counted)


def _stacked(said: str) -> str:
    """非常满意 in two lines: its column is as wide as a count."""
    return re.sub("^(非常|基本)", "\\1\n", said)


def _tally_row(named: str, held: Tally) -> Row:
    return row(
        centred(named),
        centred(str(held.ballots)),
        *(centred(str(count)) for count in held.counts),
        centred(percent(held.pleased, held.ballots)),
    )


# ---- the year's awards


def nothing_awarded(scene: StreetYear) -> str:
    return "" if _awarded(scene) else f"{scene.year} 年度还没有评优结果"


def _awarded(scene: StreetYear) -> list[tuple[Casefile, Award]]:
    """Projects whose result is known, the best scores first."""
    known = [(case, case.awards[-1]) for case in scene.cases if case.awards and case.awards[-1].result]
    scores = {case.project.id: award_score(award, scene.policy) or 0 for case, award in known}
    return sorted(known, key=lambda pair: (-scores[pair[0].project.id], pair[0].project.code))


def results_posted(scene: StreetYear) -> bool:
    return period_of(scene.award_notice) is not None


@document(
    "award-notice",
    "年度评优结果公示",
    scope="street",
    kind=Kind.NOTICE,
    lacks=nothing_awarded,
    signed=results_posted,
)
def award_notice(scene: StreetYear) -> Iterator[Block]:
    """N6, the year judged by 社会参与度 and 公众满意度. 条文：C108 C127"""
    street = scene.street
    yield Title(f"关于{street.name}{scene.year}年度{SCHEME}项目评优结果的公示")
    yield Para(
        f"根据《{scene.policy.title}》（{scene.policy.number}），经村（居）民评议、专家评议，对{scene.year}年度{SCHEME}"
        "项目的社会参与度和公众满意度开展考评，现将结果公示如下。"
    )
    for count, (case, award) in enumerate(_awarded(scene), 1):
        yield KeepTogether((Grid(tuple(_award_rows(count, case, award, scene.policy)), (6, 8, 6, 8)),))
    period = period_of(scene.award_notice)
    yield KeepTogether((closing(street, period, scene.policy), Seal(street.office, period[0] if period else None)))


def _award_rows(count: int, case: Casefile, award: Award, policy: Policy) -> Iterator[Row]:
    says, counted, funding = Award.fields, tally(case.surveys), case.funding
    yield row(label(named(Project, "title")), value(f"{count}. {public(case.project, 'title')}", columns=3))
    yield row(label("村居"), value(case.village.name), label("类别"), centred(public(case.project, "category")))
    yield row(
        *(label("居民评议"), centred(says["resident_score"].show(award))),
        *(label("专家评议"), centred(says["expert_score"].show(award))),
    )
    yield row(
        *(label("社会投入"), centred(percent(funding.social, funding.total))),
        *(label("满意率"), centred(percent(counted.pleased, counted.ballots))),
    )
    number = f"（{award.number}）" if award.number else ""
    yield row(
        *(label("综合得分"), centred(score_said(award_score(award, policy)))),
        *(label(says["result"].label), value(f"{says['result'].show(award)}{number}")),
    )
