"""季度进展情况报告 to the district's civil affairs bureau, as a letter with its summary table annexed. 四(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from haicang_desk.model.balances import Balance
from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Attachments,
    Block,
    Face,
    Grid,
    GridRow,
    Masthead,
    Note,
    PaperKind,
    Para,
    Run,
    Seal,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import number_by_hand, percent
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.documents.reports.quarterly_figures import (
    NAMES,
    ProjectLine,
    QuarterlyFigures,
    QuarterSums,
    leverage,
    paid_in,
    returned_in,
    rounding_note,
)
from haicang_desk.model.findings import Severity
from haicang_desk.model.records import Category, Project
from haicang_desk.model.values import Money, full_date

BUREAU = "区民政局"  # 二¶3, 四(二)¶2
BY_HAND = "　　"
MOST_NAMED = 4  # projects named in the body; all are in the tables


def letter_head(office: str, on: date | None) -> Masthead:
    """The head of a report to a higher office of a day; 签发人 and 文号 are written in by hand when it is signed."""
    return Masthead(f"{office}文件", number=number_by_hand(on), signer=BY_HAND * 2)


def quarterly_letter(report: QuarterlyFigures) -> Iterator[Block]:
    """The blocks of the letter: six headings, the seal, and the table of villages annexed."""
    yield letter_head(report.street.office, report.written_on)
    yield Title(f"关于{report.called}{SCHEME}项目进展情况的报告")
    yield Addressee(BUREAU)
    yield Para(
        f"根据《{report.policy.title}》（{report.policy.number}）要求，现将{report.street.name}{report.called}"
        f"（截至{full_date(report.upto)}）{SCHEME}项目进展情况报告如下。"
    )
    for heading, text in (
        ("一、总体情况", _overall(report)),
        ("二、分类情况", _kinds(report)),
        ("三、资金拨付情况", _paid(report)),
        ("四、社会参与情况", _social(report)),
        ("五、存在问题", _problems(report)),
        ("六、下季度安排", _ahead(report)),
    ):
        yield Para((Run(f"{heading}。", Face.HEI), text))
    carried = f"{report.called}{report.carried_title}情况表"
    yield Attachments((f"{report.called}项目进展情况汇总表", *([carried] if report.carried else ())))
    yield Seal(report.street.office, report.written_on)
    yield Annex(1 if report.carried else None)
    yield Title(f"{report.called}{SCHEME}项目进展情况汇总表")
    yield Grid(tuple(_table(report)), WEIGHTS, heading=1, size=9, unit="单位：万元")
    yield Note(rounding_note(report))
    if report.carried:
        yield Annex(2)
        yield Title(carried)
        yield Grid(tuple(_carried_table(report)), CARRIED_WEIGHTS, heading=1, size=9, unit="单位：万元")


def _wan_text(money: Money) -> str:
    return f"{money.wan}万元"


def _change(now: int, before: int) -> str:
    """The change since the last quarter, of projects in number and of money in 万元."""
    if now == before:
        return "与上季度末持平"
    by = _wan_text(Money(abs(now - before))) if isinstance(now, Money) else f"{abs(now - before)}个"
    return f"较上季度末{'增加' if now > before else '减少'}{by}"


def _overall(report: QuarterlyFigures) -> str:
    now, before = report.whole.now, report.whole.before
    groups = "、".join(f"{name}{count}个" for name, count in report.whole.groups.items() if count or name != "终止")
    carried = f"另有{report.carried_title}{len(report.carried)}个，见附件2。" if report.carried else ""
    taking = sum(bool(each.now.projects) for each in report.villages)
    return (
        f"{report.year}年度全街道{taking}个村居有效申报项目{now.projects}个，"
        f"{_change(now.projects, before.projects)}；"
        f"总资金{_wan_text(now.total)}，其中专项资金和以奖代补资金{_wan_text(now.special)}，社会投入{_wan_text(now.social)}，"
        f"社会投入与财政资金之比为{leverage(now)}。项目进度：{groups}。{carried}"
    )


def _kinds(report: QuarterlyFigures) -> str:
    now, policy = report.whole.now, report.policy
    counts = {
        Category.SERVICE: now.service_projects,
        Category.GOODS: now.goods_projects,
        Category.WORKS: now.works_projects,
    }
    by_kind = "、".join(f"{kind.label}{count}个" for kind, count in counts.items())
    count_min, fund_min = policy.share("service_count_min"), policy.share("service_fund_min")
    short = [
        village.now.name
        for village in report.villages
        if village.now.projects
        and village.now.service_projects * count_min.denominator < village.now.projects * count_min.numerator
    ]
    lacking = f"服务类项目数占比未达到{percent(count_min.numerator, count_min.denominator)}的村居有：" if short else ""
    return (
        f"{by_kind}。服务类项目数占{percent(now.service_projects, now.projects)}；服务类项目资金按总资金计占"
        f"{percent(now.service_total, now.total)}，按专项资金计占{percent(now.service_special, now.special)}"
        f"（均原则上不低于{percent(fund_min.numerator, fund_min.denominator)}）。"
        + (f"{lacking}{'、'.join(short)}。" if short else "")
    )


def _paid(report: QuarterlyFigures) -> str:
    now = report.whole.now
    return (
        f"累计核定专项资金和以奖代补资金{_wan_text(now.approved_special)}，累计拨付{_wan_text(now.disbursed)}，"
        f"拨付率{percent(now.disbursed, now.approved_special)}，尚未拨付{_wan_text(now.undisbursed)}；"
        f"{_paid_now(report)}。"
    )


def _paid_now(report: QuarterlyFigures) -> str:
    """What was paid in the quarter and what came back, whatever the fund year; the part of other years by itself."""
    others = [each for each in report.movements if each.case.project.fund_year != report.year]
    paid, returned = paid_in(report.movements), returned_in(report.movements)
    text = f"本季度拨付{_wan_text(paid)}"
    if report.carried:
        of_others = paid_in(others)
        text += f"（本年度项目{_wan_text(paid - of_others)}、{report.carried_title}{_wan_text(of_others)}）"
    return text + (f"，收回退款{_wan_text(returned)}" if returned else "")


def _social(report: QuarterlyFigures) -> str:
    now, share = report.whole.now, report.policy.share("social_min_ratio")
    return (
        f"有社会力量参与的项目{now.social_projects}个，占{percent(now.social_projects, now.projects)}"
        f"（应不低于{share.numerator}/{share.denominator}）；社会投入{_wan_text(now.social)}，"
        f"{_change(now.social, report.whole.before.social)}。"
    )


def _problems(report: QuarterlyFigures) -> str:
    names = {Severity.BLOCK: "不符合规定", Severity.EXCEPTION: "须办理例外批准", Severity.WARN: "提示"}
    counts = {
        name: sum(f.severity is severity and not f.excused_by for f in report.findings)
        for severity, name in names.items()
    }
    findings = "、".join(f"{name}{count}条" for name, count in counts.items() if count)
    late = report.overdue
    overdue = f"慢序时项目{len(late)}个{_of_carried(report, late)}：{_named(late)}" if late else "没有慢序时项目"
    return f"{overdue}。合规检查" + (f"发现{findings}。" if findings else "未发现问题。")


def _ahead(report: QuarterlyFigures) -> str:
    due, left = report.due_next, report.whole.now.undisbursed
    plans = [f"督促慢序时项目{len(report.overdue)}个加快实施"] if report.overdue else []
    if due:
        plans.append(f"跟进下季度到期项目{len(due)}个")
    if left > 0:
        plans.append(f"按进度拨付剩余资金{_wan_text(left)}")
    return ("；".join(plans) or "按计划推进在办项目") + "。"


def _of_carried(report: QuarterlyFigures, lines: list[ProjectLine]) -> str:
    """How many of these projects were carried over, where any was."""
    count = sum(line in report.carried for line in lines)
    return f"（含{report.carried_title}{count}个）" if count else ""


def _named(lines: list[ProjectLine]) -> str:
    titles = "、".join(line.case.project.title for line in lines[:MOST_NAMED])
    return titles + ("等" if len(lines) > MOST_NAMED else "")


# ---- the table

WEIGHTS = (15, 5.5, 9.5, 10.5, 10.5, 10.5, 10.5, 10, 11, 5)


def _table(report: QuarterlyFigures) -> Iterator[GridRow]:
    heads = (
        "村居",
        "项目数",
        "服务/货物/工程",
        "总资金",
        "核定专项",
        "社会投入",
        "已拨付",
        "拨付率",
        "未启动/实施中/完工/办结",
        "慢序时",
    )
    yield row(*map(label, heads))
    for village in report.villages:
        yield _line(village)
    yield _line(report.whole, title="合计")


def _line(sums: QuarterSums, title: str = "") -> GridRow:
    now: Balance = sums.now
    return row(
        value(title or now.name),
        centred(str(now.projects)),
        centred(f"{now.service_projects}/{now.goods_projects}/{now.works_projects}"),
        *(amount(money.wan) for money in (now.total, now.approved_special, now.social, now.disbursed)),
        centred(percent(now.disbursed, now.approved_special)),
        centred("/".join(str(count) for name, count in sums.groups.items() if name != "终止")),
        centred(str(sums.overdue)),
    )


CARRIED_WEIGHTS = (7, 13, 13, 24, 10, 10, 10, 10, 10)


def _carried_table(report: QuarterlyFigures) -> Iterator[GridRow]:
    """The projects of other fund years, a line each, and their sums."""
    yield row(
        *map(label, (Project.fields["fund_year"].label, "村居", "项目编号", "项目名称")),
        *map(label, ("办理阶段", "核定专项", "累计拨付", "本季拨付", "本季退款")),
    )
    sums = [Money(0)] * 4
    for line in report.carried:
        case = line.case
        approved = case.approved.scheme if case.approved else Money(0)
        moneys = (approved, case.disbursed, paid_in(line.movements), returned_in(line.movements))
        sums = [Money(one + other) for one, other in zip(sums, moneys, strict=True)]
        yield row(
            centred(str(case.project.fund_year)),
            value(case.village.name),
            centred(case.project.code),
            value(case.project.title),
            centred(case.stage.label + ("　慢序时" if line.pace.late else "")),
            *(amount(money.wan) for money in moneys),
        )
    yield row(label("合计", columns=5), *(amount(money.wan) for money in sums))


def no_figures(context: StreetContext) -> str:
    """The report needs a valid project in the fund year, or one carried over into it."""
    quarterly = context.quarterly
    if quarterly is None or not (quarterly.whole.now.projects or quarterly.carried):
        return f"{context.year} 年度尚无有效申报的项目"
    return ""


def is_settled(context: StreetContext) -> bool:
    """Signed off once the quarter is settled (定稿); later entries appear in the next report."""
    return context.quarterly is not None and context.quarterly.settled


def not_settled(context: StreetContext) -> str:
    """The letter bears the day on which the quarter was settled (定稿)."""
    return "" if is_settled(context) else "本季度报告还没有定稿，成文日期留空；在“季度报告”里定稿后再印，印上定稿当日"


def quarter_name(context: StreetContext) -> str:
    """第二季度: a year has one report for each quarter."""
    return f"第{NAMES[context.quarterly.quarter - 1]}季度" if context.quarterly else ""


@document(
    "quarterly-report",
    "季度进展情况报告",
    after="inspection-report",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=no_figures,
    with_quarter=True,
    signed_off=is_settled,
    issue_part=quarter_name,
    undated=not_settled,
)
def quarterly_report(context: StreetContext) -> Iterator[Block]:
    """季度进展情况报告: a letter of the street to the civil affairs bureau, with the summary by village annexed.

    Of one quarter, the newest that has ended where none is given; pages as needed; 签发人 signs. Issued once the
    quarter is settled (定稿). forms.md §7, 四(二)¶2. 条文：C027 C121 C122
    """
    assert context.quarterly is not None
    yield from quarterly_letter(context.quarterly)
