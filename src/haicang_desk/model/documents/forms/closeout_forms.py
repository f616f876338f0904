"""满意度测评表 (F13), 以奖代补申请表 (F15) and 年度优秀项目推荐表 (F14). 三(六), 五(三), 四(三)."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Across,
    Block,
    Grid,
    GridRow,
    Para,
    Tick,
    Title,
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
    DATE_BY_HAND,
    choice_boxes,
    day_text,
    field_cells,
    field_label,
    form_foot,
    form_head,
    implementer,
    percent,
    project_line,
    ratio,
    with_side_label,
)
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    WIDE,
    firm_row,
    list_grid,
    parts,
    seal_rows,
    signed_together,
    signs,
    sum_row,
)
from haicang_desk.model.documents.registry import PERMANENT, SCHEME, YEARS_30, Filed, document
from haicang_desk.model.documents.survey_results import score_text, survey_result, weights_text
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import (
    Appointment,
    Award,
    AwardResult,
    PaidFrom,
    Participation,
    Phase,
    Project,
    Stage,
    Survey,
    SurveyGroup,
    TakingPart,
)
from haicang_desk.model.rules import award_score, cash_received, most_matching
from haicang_desk.model.values import Money

BUREAU = "区民政局"
FACT, BALLOT = 9.0, 13.5  # mm, rows of the ballot
READ = 12.0  # points: residents of every age read the ballot
MOST_GIFTS, EMPTY = 8, 5  # rows of donors on the form, and rows to write in where none is recorded
LEVELS = tuple(Survey.fields[name].label for name in ("excellent", "good", "fair", "poor", "bad"))
QUESTIONS = (
    "项目符合群众需要，您知晓本项目",
    "项目征集、协商、公示公开透明",
    "实施质量与进度（服务态度、施工管理）",
    "资金使用公开合理",
    "实施效果与后续管理",
    "社会力量参与程度",
    "总体满意度",
)


def not_begun(context: ProjectContext) -> str:
    """A survey needs a project that is under way."""
    begun = (Stage.UNDERWAY, Stage.COMPLETED, Stage.CLOSED)
    return "" if context.case.stage in begun else "项目尚未实施，还不能测评"


@document("survey-form", "满意度测评表", after="completion-notice", unavailable_reason=not_begun)
def survey_form(context: ProjectContext) -> Iterator[Block]:
    """F13 满意度测评表: a blank anonymous ballot for residents, one page, not signed. 三(六). 条文：C106"""
    case = context.case
    project = case.project
    assessor = case.surveys[-1].assessor if case.surveys else ""
    yield Title(f"{SCHEME}项目实施情况公众满意度测评表", project_line(project.code, project.fund_year))
    yield Para("您好。为了解本项目的实施情况，请按实际感受在相应的方框内打“√”。本表不记名，仅用于统计。")
    facts = (
        row(*field_cells(project, "title", NAMED, 20), least=FACT),
        row(
            *(label(Project.fields["village"].label, columns=NAMED), value(case.village.name, columns=7)),
            *(label(Survey.fields["assessor"].label, columns=NAMED), value(assessor or "", columns=9)),
            least=FACT,
        ),
        row(label("您的身份", columns=NAMED), value(choice_boxes(SurveyGroup, None), columns=20), least=BALLOT),
    )
    yield Grid(facts, (1,) * WIDE, size=READ)
    heads = row(label("序号"), label("测评内容"), *map(label, LEVELS))
    questions = (
        row(centred(str(count)), value(question), *(centred(Tick("")) for _ in LEVELS), least=BALLOT)
        for count, question in enumerate(QUESTIONS, 1)
    )
    yield Grid((heads, *questions), (2, 9.6, 2.5, 2.5, 2.5, 2.5, 2.5), heading=1, size=READ)
    advice = firm_row(label("意见建议", columns=NAMED), prose("", columns=20), least=42, stretch=1)
    yield Grid((advice,), (1,) * WIDE, size=READ)
    yield Across((("测评日期：", DATE_BY_HAND), "填好请投入测评箱或交测评人员"))


# ---- 以奖代补申请表


def no_charity(context: ProjectContext) -> str:
    """Matching money is for charity projects that received donations of cash (R09)."""
    case = context.case
    gave = any(part.manner is TakingPart.DONATE for part in case.participations)
    return "" if case.project.matching or (case.project.charity and gave) else "项目没有申请以奖代补资金"


@document(
    "matching-form",
    "以奖代补申请表",
    after="survey-notice",
    unavailable_reason=no_charity,
    filed=Filed(Phase.CARRYING, YEARS_30, after="implementer-form"),
)
def matching_form(context: ProjectContext) -> Iterator[Block]:
    """F15 以奖代补申请表: donations received and the matching money applied for.

    Sealed by village, street and district. 五(三). 条文：C149 C150
    """
    case = context.case
    project = case.project
    rest = Continuation("项目以奖代补申请表", project)
    yield from form_head(
        "项目以奖代补申请表", below=project_line(project.code, project.fund_year), office=case.village.committee
    )
    yield parts(("项目", _charity(case)))
    given = any(part.manner in GIFTS for part in case.participations)
    yield list_grid(_donors(case, rest), _DONOR_WEIGHTS if given else _BY_HAND, side="捐款到账")
    yield parts(("补助申请", _matched(context)))
    offices = {"村居意见": case.village.committee, "街道意见": context.street.office, "区民政局意见": BUREAU}
    signatories = [signs(name, office) for name, office in offices.items()]
    sealed = with_side_label("审核意见", seal_rows(*signatories, stretch=1))
    yield signed_together(sealed, form_foot(by=project.principal, phone=project.phone))
    yield from rest.blocks(SCHEME)


def _charity(case: Casefile) -> Iterator[GridRow]:
    project = case.project
    yield row(*field_cells(project, "title", NAMED, 20))
    yield row(*field_cells(project, "category", NAMED, 8), *field_cells(project, "charity", NAMED, 8))


_DONOR = ("party", "kind", "took_on", "amount", "received", "basis")
_DONOR_WEIGHTS, _BY_HAND = (4, 0.5, 0.2, 0.5, 0.2, 2), (4, 1, 3, 3, 0.4, 2)  # on record, and to be written in
_HEADS = {"party": "捐款人", "kind": "类型", "took_on": "日期", "basis": "票据"}


def _donors(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    """Who gave what and whether it arrived; a long list goes to the continuation with its sum."""
    given = [part for part in case.participations if part.manner in GIFTS]
    heads = row(*(label(_HEADS.get(name, Participation.fields[name].label)) for name in _DONOR))
    gifts = [_gift(part) for part in given]
    total = sum((part.amount or Money(0) for part in given), Money(0))
    arrived = sum((part.amount or Money(0) for part in given if part.received), Money(0))
    summed = row(
        label(f"合计（{len(given)} 笔）", columns=3),
        amount(str(total) if given else ""),
        value(f"其中到账 {arrived}" if given else "", columns=2),
    )
    if len(given) > MOST_GIFTS:
        heading = f"捐款明细（共 {len(given)} 笔，金额单位：元）"
        rest.table(heading, list_grid((heads, *gifts, summed), _DONOR_WEIGHTS))
        yield row(value(f"共 {len(given)} 笔，合计 {total} 元，其中到账 {arrived} 元，逐笔见续页。", columns=6))
        return
    yield heads
    yield from gifts or (row(*([""] * len(_DONOR))) for _ in range(EMPTY))
    yield summed


def _gift(part: Participation) -> GridRow:
    fields = Participation.fields
    return row(
        value(part.party),
        centred(part.kind),
        centred(fields["took_on"].show(part)),
        amount(fields["amount"].show(part)),
        centred(fields["received"].show(part)),
        value(part.basis),
    )


GIFTS = (TakingPart.DONATE, TakingPart.SPONSOR, TakingPart.NAMING)


def _matched(context: ProjectContext) -> Iterator[GridRow]:
    """The sums of the application: neither cash received nor the cap may be exceeded (R09)."""
    case, policy = context.case, context.policy
    paid = sum((each.amount for each in case.disbursements if each.source is PaidFrom.MATCHING), Money(0))
    cap, most = policy.money("award_cap"), most_matching(context)
    ratio_said = policy.share("award_ratio")
    yield sum_row("累计到账现金", cash_received(context.case))
    yield sum_row("累计已补助", paid)
    yield sum_row("可补助上限", most)
    yield sum_row("本次申请补助", case.project.matching - paid if case.project.matching > paid else None)
    method = (
        f"按到账捐款 {ratio_said.numerator}:{ratio_said.denominator} 同步补助，单个项目累计不超过 {cap} 元；"
        "认捐未到账、捐赠实物和投工投劳不计。"
    )
    yield row(label("补助办法", columns=NAMED), prose(method, columns=20))


# ---- 年度优秀项目推荐表


def not_closed(context: ProjectContext) -> str:
    """A nomination needs a closed project or a recorded award."""
    done = context.case.stage is Stage.CLOSED or context.case.awards
    return "" if done else "项目尚未办结，也没有推荐记录"


def is_judged(context: ProjectContext) -> bool:
    """Signed off once the result of the award is known."""
    awards = context.case.awards
    return bool(awards) and awards[-1].result in (AwardResult.EXCELLENT, AwardResult.NOT_CHOSEN)


@document(
    "award-form",
    "年度优秀项目推荐表",
    after="quarterly-report",
    unavailable_reason=not_closed,
    signed_off=is_judged,
    filed=Filed(Phase.JUDGING, PERMANENT, by_street=True, there=lambda case: bool(case.awards)),
)
def award_form(context: ProjectContext) -> Iterator[Block]:
    """F14 年度优秀项目推荐表: summary, effect and scores of a project nominated for the year's award; one page.

    Sealed by street and district. 四(三). 条文：C108 C128
    """
    case = context.case
    project, award = case.project, case.awards[-1] if case.awards else None
    rest = Continuation("年度优秀项目推荐表", project)
    yield from form_head(
        "年度优秀项目推荐表", below=project_line(project.code, project.fund_year), office=context.street.office, unit=""
    )
    yield parts(("项目", _nominated(case, rest)), ("评议", (*_reviewed(case, rest), *_scores(award, context.policy))))
    offices = {"街道推荐意见": context.street.office, "区民政局意见": BUREAU}
    sealed = with_side_label("推荐意见", seal_rows(*(signs(name, office) for name, office in offices.items())))
    yield signed_together(sealed, form_foot(by=context.street.contact, phone=context.street.phone))
    yield from rest.blocks(SCHEME)


def _nominated(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    project = case.project
    yield row(*field_cells(project, "title", NAMED, 12), *field_cells(project, "category", NAMED, 4))
    yield row(
        *(label(Project.fields["village"].label, columns=NAMED), value(case.village.name, columns=8)),
        *(label(field_label(Appointment, "implementer"), columns=NAMED), value(implementer(case), columns=8)),
    )
    summary = rest.fitted("项目简介", f"{project.need}\n{project.works}", 6)
    yield row(label("项目简介", columns=NAMED), prose(summary, columns=20), least=28)
    yield firm_row(label("做法与创新", columns=NAMED), prose("", columns=20), least=36, stretch=2)
    effect = rest.fitted("项目成效", _effect(case), 6)
    yield row(label("项目成效", columns=NAMED), prose(effect, columns=20), least=22)


def _reviewed(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    """The reviews of residents and experts; no row where none is recorded."""
    reviews = [
        f"{each.verdict.label}（{day_text(each.held_on)}{f'，{each.people} 人' if each.people else ''}）：{each.gist}"
        for each in case.reviews
    ]
    if reviews:
        told = rest.fitted("评议情况", "\n".join(reviews), 3)
        yield row(label("评议情况", columns=NAMED), prose(told, columns=20))


def _effect(case: Casefile) -> str:
    """受益人数、满意率、社会投入、杠杆率, then the effect expected in the application."""
    funding, result = case.funding, survey_result(case.surveys)
    parts = [
        f"受益 {case.project.beneficiaries} 人" if case.project.beneficiaries else "",
        f"满意率 {percent(result.pleased, result.ballots)}（有效票 {result.ballots}）" if result.ballots else "",
        *(
            (
                f"社会投入 {funding.social} 元，占总资金 {percent(funding.social, funding.total)}",
                f"社会投入与财政资金之比 {ratio(funding.social, funding.fiscal)}",
            )
            if funding.social
            else ("没有社会投入",)
        ),
    ]
    return "；".join(filter(None, parts)) + f"。\n{case.project.effect}".rstrip()


def _scores(award: Award | None, policy: Policy) -> Iterator[GridRow]:
    fields = Award.fields
    shown = {name: field.show(award) if award else "" for name, field in fields.items()}
    yield row(
        *(label(fields["resident_score"].label, columns=5), centred(shown["resident_score"], columns=7)),
        *(label(fields["expert_score"].label, columns=5), centred(shown["expert_score"], columns=7)),
    )
    total = award_score(award, policy) if award else None
    yield row(
        *(label("综合得分", columns=5), centred(score_text(total), columns=7)),
        *(label("计分办法", columns=5), centred(weights_text(policy), columns=7)),
    )
    yield row(
        *(label(fields["result"].label, columns=5), centred(shown["result"], columns=7)),
        *(label(fields["number"].label, columns=5), centred(shown["number"], columns=7)),
    )
