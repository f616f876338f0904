"""Letters that are not reports of figures: 备案报送函 (F6) and 半年自查报告 (F12). 三(三), 三(五)¶2, R22."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Annotation,
    Attachments,
    Block,
    Face,
    Grid,
    Kind,
    Masthead,
    Para,
    Row,
    Run,
    Seal,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.catalogue import SCHEME, document
from haicang_desk.model.documents.furniture import DISTRICT_OFFICE, day, named, percent
from haicang_desk.model.documents.reports.letter import letter_head
from haicang_desk.model.documents.scenes import StreetYear
from haicang_desk.model.records import Approval, Filing, FilingResult, Inspection, InspectionKind, Project, Stage
from haicang_desk.model.values import Money, full_date, half_year_span

HALVES = {1: "上半年", 2: "下半年"}


def nothing_to_file(scene: StreetYear) -> str:
    return "" if to_file(scene) else f"{scene.year} 年度尚无已批准的项目"


def to_file(scene: StreetYear) -> list[Casefile]:
    """Approved and not yet sent, or given back by the district; where there are none, those that were sent last."""
    approved = [case for case in scene.cases if case.approval and case.stage is not Stage.TERMINATED]
    waiting = [case for case in approved if _sent_on(case) is None]
    last = max(filter(None, map(_sent_on, approved)), default=None)
    return waiting or [case for case in approved if _sent_on(case) == last]


def _sent_on(case: Casefile) -> date | None:
    """The day a project last went to the district; None where it has yet to go, or to go again."""
    last = case.filings[-1] if case.filings else None
    return last.sent_on if last and last.result is not FilingResult.RETURNED else None


def sent_together(scene: StreetYear) -> date | None:
    """The day on which all that the letter lists was sent."""
    cases = to_file(scene)
    return _sent_on(cases[0]) if cases else None


def all_sent(scene: StreetYear) -> bool:
    return sent_together(scene) is not None


def day_sent(scene: StreetYear) -> str:
    """A year has a letter for every day on which something was sent."""
    return Filing.fields["sent_on"].label + day(sent_together(scene))


@document(
    "filing-letter",
    "备案报送函",
    scope="street",
    kind=Kind.LETTER,
    lacks=nothing_to_file,
    signed=all_sent,
    part=day_sent,
)
def filing_letter(scene: StreetYear) -> Iterator[Block]:
    """F6, to the office of the district’s leading group. 条文：C008 C010 C011 C025 C077"""
    cases, street = to_file(scene), scene.street
    written_on = sent_together(scene) or scene.today
    yield Masthead(street.office, number=f"　　〔{written_on.year}〕　　号", letterhead=True)
    yield Title(f"关于报送{scene.year}年度{SCHEME}项目备案材料的函")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{scene.policy.title}》（{scene.policy.number}）规定，我街道已审批{scene.year}年度{SCHEME}项目"
        f"{len(cases)}项，{_sums(cases)}现随函报送备案汇总表和区备案表{len(cases)}份，请予备案。"
    )
    yield Attachments((f"{scene.year}年度{SCHEME}项目备案汇总表",))
    yield Seal(street.office, written_on)
    contact = f"联系人：{street.contact or '　　　　'}，联系电话：{street.phone or '　　　　　　'}"
    yield Annotation(contact)
    yield Annex()
    yield Title(f"{scene.year}年度{SCHEME}项目备案汇总表")
    yield Grid(tuple(_rows(cases)), (4, 15, 22, 8, 14, 14, 14), heading=1, size=9, unit="单位：元")


def _sums(cases: list[Casefile]) -> str:
    funds = [case.approved for case in cases if case.approved]
    total, special = (sum((getattr(each, name) for each in funds), Money(0)) for name in ("total", "special"))
    return f"核定总资金{total}元，其中专项资金{special}元。"


def _rows(cases: list[Casefile]) -> Iterator[Row]:
    heads = ("序号", "村居", named(Project, "title"), "类别", named(Approval, "total"), "核定专项", "社会投入")
    yield row(*map(label, heads))
    for count, case in enumerate(cases, 1):
        funds = case.approved
        assert funds is not None
        yield row(
            centred(str(count)),
            value(case.village.name),
            value(case.project.title),
            centred(case.project.category.label),
            *(amount(str(money)) for money in (funds.total, funds.special, funds.social)),
        )
    funds_all = [case.approved for case in cases if case.approved]
    sums = [sum((getattr(f, name) for f in funds_all), Money(0)) for name in ("total", "special", "social")]
    yield row(label("合计", columns=4), *(amount(str(money)) for money in sums))


# ---- 半年自查报告


def half_of(scene: StreetYear) -> int:
    """The newest half of the year that has ended; before any has, the half that runs."""
    return 2 if half_year_span(scene.year, 2)[1] <= scene.today else 1


def held_in(scene: StreetYear) -> list[Inspection]:
    """街道自查 of that half, in the order of their days. One held after it counts to the next (R22)."""
    first, last = half_year_span(scene.year, half_of(scene))
    return sorted(
        (
            each
            for each in scene.inspections
            if each.kind is InspectionKind.SELF and each.inspected_on and first <= each.inspected_on <= last
        ),
        key=lambda each: (each.inspected_on or date.min, each.id),
    )


def nothing_inspected(scene: StreetYear) -> str:
    half = HALVES[half_of(scene)]
    return "" if held_in(scene) else f"{scene.year} 年{half}没有街道自查记录"


PHASES = (("calling", "项目征集"), ("choosing", "项目确定"), ("carrying", "项目实施"), ("judging", "项目评议"))


def half_told(scene: StreetYear) -> str:
    return HALVES[half_of(scene)]


def all_reported(scene: StreetYear) -> bool:
    return all(each.reported_on for each in held_in(scene))


@document(
    "inspection-report",
    "半年自查报告",
    scope="street",
    kind=Kind.LETTER,
    lacks=nothing_inspected,
    signed=all_reported,
    part=half_told,
)
def inspection_report(scene: StreetYear) -> Iterator[Block]:
    """F12, with the ledger of what is put right. 条文：C102 C103"""
    street, held = scene.street, held_in(scene)
    called = f"{scene.year}年{HALVES[half_of(scene)]}"
    first, last = half_year_span(scene.year, half_of(scene))
    yield letter_head(street.office, scene.today.year)
    yield Title(f"关于{called}{SCHEME}项目自查情况的报告")
    yield Addressee(DISTRICT_OFFICE)
    yield Para(
        f"根据《{scene.policy.title}》（{scene.policy.number}）关于每半年进行一次自查的要求，{street.name}对{called}"
        f"（{full_date(first)}至{full_date(last)}）{SCHEME}项目开展自查，现将情况报告如下。"
    )
    yield Para((Run("一、自查开展情况。", Face.HEI), _held(scene, held)))
    yield Para((Run("二、四个环节情况。", Face.HEI), "".join(_phase(held, *phase) for phase in PHASES)))
    yield Para((Run("三、存在问题和整改情况。", Face.HEI), _problems(held)))
    if any(each.problem for each in held):
        yield Attachments((f"{called}自查问题整改台账",))
    yield Seal(street.office, scene.today)
    if any(each.problem for each in held):
        yield Annex()
        yield Title(f"{called}自查问题整改台账")
        yield Grid(tuple(_ledger(scene, held)), (4, 12, 22, 22, 8, 11, 11), heading=1, size=9)


def _held(scene: StreetYear, held: list[Inspection]) -> str:
    looked = {each.project for each in held if each.project}
    live = [case for case in scene.cases if case.project.submitted_on]
    if not looked:
        return f"共自查{len(held)}次。"
    share = percent(len(looked), len(live))
    return f"共自查{len(held)}次，抽查项目{len(looked)}项，占本年度申报项目{len(live)}项的{share}。"


def _phase(held: list[Inspection], name: str, said: str) -> str:
    told = "；".join(
        dict.fromkeys(getattr(each, name).strip().rstrip("。") for each in held if getattr(each, name).strip())
    )
    return f"{said}：{told or '未记录'}。"


def _problems(held: list[Inspection]) -> str:
    found = [each for each in held if each.problem]
    if not found:
        return "自查未发现问题。"
    left = sum(each.done_on is None for each in found)
    if not left:
        return f"共发现问题{len(found)}个，均已整改。"
    return f"共发现问题{len(found)}个，已整改{len(found) - left}个，其余{left}个按期限抓紧落实。"


def _ledger(scene: StreetYear, held: list[Inspection]) -> Iterator[Row]:
    says = Inspection.fields
    titles = {case.project.id: case.project.title for case in scene.cases}
    names = ("problem", "remedy", "responsible", "due_on", "done_on")
    yield row(label("序号"), label("项目"), *(label(says[name].label) for name in names))
    for count, each in enumerate((each for each in held if each.problem), 1):
        yield row(
            centred(str(count)),
            value(titles.get(each.project, "")),
            value(each.problem),
            value(each.remedy),
            centred(each.responsible),
            centred(day(each.due_on)),
            centred(day(each.done_on)),
        )
