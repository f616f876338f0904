"""The first parts of the quarterly report: projects, kinds, payments, social partners, in sentences. 四(二)¶2."""

from __future__ import annotations

from fractions import Fraction

from haicang_desk.model.balances import Balance
from haicang_desk.model.blocks import Para
from haicang_desk.model.documents.letters.letter_wording import inner_quotes, share, share_of, sources
from haicang_desk.model.documents.reports.quarterly_figures import (
    ProjectLine,
    QuarterlyFigures,
    leverage,
    paid_in,
    returned_in,
)
from haicang_desk.model.records import Category
from haicang_desk.model.values import Money, needed, to_turn

_ALL_AT = {  # of the groups of the report: what is said of projects that are all in one
    "未启动": "尚未启动",
    "实施中": "正在实施",
    "完工": "已完工",
    "办结": "已办结",
    "终止": "已终止",
}


def wan_text(money: Money) -> str:
    """A sum in 万元 with two decimals, as in the tables annexed."""
    return f"{money.wan}万元"


def change_text(now: int, before: int) -> str:
    """The change since the last quarter, of projects in number and of money in 万元."""
    if now == before:
        return "与上季度末持平"
    by = wan_text(Money(abs(now - before))) if isinstance(now, Money) else f"{abs(now - before)}个"
    return f"较上季度末{'增加' if now > before else '减少'}{by}"


def overall(report: QuarterlyFigures, *, carried_in: int) -> list[Para]:
    """总体情况: how many projects there are, of what money and how far; ``carried_in`` is the number of an annex."""
    told = [Para(_projects(report))]
    if report.whole.now.projects:
        told.append(Para(_money(report.whole.now)))
        told.append(Para(_groups(report)))
    if report.carried:
        told.append(Para(f"另有{report.carried_title}{len(report.carried)}个，见附件{carried_in}。"))
    if report.late:
        cases = len({each.code for each in report.late})
        told.append(Para(f"上季度报告定稿之后补录、调整{len(report.late)}项，涉及{cases}个项目，已计入本季度数据。"))
    return told


def _projects(report: QuarterlyFigures) -> str:
    now, before = report.whole.now, report.whole.before
    if not now.projects:
        return f"{report.year}年度尚无有效申报的项目。"
    taking = sum(bool(each.now.projects) for each in report.villages)
    changed = change_text(now.projects, before.projects)
    if now.projects == 1:
        (line,) = report.projects
        title, village = inner_quotes(line.case.project.title), line.case.village.name
        return f"{report.year}年度，全街道有效申报项目1个，为{village}的“{title}”，{changed}。"
    return f"{report.year}年度，全街道{taking}个村居有效申报项目{now.projects}个，{changed}。"


def _money(now: Balance) -> str:
    other = now.total - now.special - now.social
    parts = (("专项资金和以奖代补资金", now.special), ("其他财政资金", other), ("社会投入", now.social))
    text = f"项目总资金{wan_text(now.total)}" + (f"，{known}" if (known := sources(parts, wan_text)) else "")
    if now.social and now.total - now.social > 0:
        text += f"，平均每1元财政资金带动社会投入{leverage(now)}元"
    return f"{text}。"


def _groups(report: QuarterlyFigures) -> str:
    known = {name: count for name, count in report.whole.groups.items() if count}
    if len(known) == 1:
        (name,) = known
        return f"{'该项目' if report.whole.now.projects == 1 else '以上项目均'}{_ALL_AT[name]}。"
    return f"按进度分，{'、'.join(f'{_ALL_AT[name]}{count}个' for name, count in known.items())}。"


def kinds(report: QuarterlyFigures) -> list[Para]:
    """分类情况: projects by kind, and the share of services by number and by money with what is missing."""
    now, policy = report.whole.now, report.policy
    if not now.projects:
        return []
    counts = {
        Category.SERVICE: now.service_projects,
        Category.GOODS: now.goods_projects,
        Category.WORKS: now.works_projects,
    }
    present = {kind.label: count for kind, count in counts.items() if count}
    if len(present) == 1:
        text = f"{'项目' if now.projects == 1 else '项目均'}属{next(iter(present))}。"
    else:
        text = "、".join(f"{name}{count}个" for name, count in present.items()) + "。"
    count_min, fund_min = policy.share("service_count_min"), policy.share("service_fund_min")
    short = to_turn(now.service_projects, now.projects, count_min)
    lacks = f"，还差{short}个" if short else ""
    text += (
        f"服务类项目数占项目总数的{share(now.service_projects, now.projects)}，"
        f"{'未达到' if lacks else '达到'}原则上不低于{share_of(count_min)}的要求{lacks}。"
    )
    return [Para(text), *_service_money(now, fund_min), *_short_villages(report)]


def _service_money(now: Balance, least: Fraction) -> list[Para]:
    if not now.total:
        return []
    short = Money(to_turn(now.service_total, now.total, least))
    text = f"服务类项目资金占总资金的{share(now.service_total, now.total)}，"
    text += (
        f"未达到原则上不低于{share_of(least)}的要求，还差{wan_text(short)}"
        if short
        else f"达到原则上不低于{share_of(least)}的要求"
    )
    if now.special:
        text += f"；按专项资金和以奖代补资金计，占{share(now.service_special, now.special)}"
    return [Para(f"{text}。")]


def _short_villages(report: QuarterlyFigures) -> list[Para]:
    """The villages with too few services, each with how many it lacks."""
    least = report.policy.share("service_count_min")
    lacking = [(each.now, to_turn(each.now.service_projects, each.now.projects, least)) for each in report.villages]
    short = [(now, lacks) for now, lacks in lacking if lacks]
    if not short or sum(bool(each.now.projects) for each in report.villages) < 2:
        return []
    named = "、".join(
        f"{now.name}（{now.projects}个项目中服务类{now.service_projects}个，还差{lacks}个）" for now, lacks in short
    )
    return [Para(f"分村居看，服务类项目数占比未达到要求的有{named}。")]


def paid(report: QuarterlyFigures) -> list[Para]:
    """资金拨付情况: what was approved, paid and is left, and what moved in the quarter."""
    now = report.whole.now
    told = []
    if now.approved_special:
        text = (
            f"累计核定专项资金和以奖代补资金{wan_text(now.approved_special)}，累计拨付{wan_text(now.disbursed)}，"
            f"拨付率{share(now.disbursed, now.approved_special)}，"
        )
        waiting = sum(line.case.undisbursed > 0 for line in report.projects)
        if now.undisbursed > 0:
            told.append(f"{text}尚有{waiting}个项目{wan_text(now.undisbursed)}未拨付。")
        else:
            told.append(f"{text}没有待拨付的资金。")
        told += [f"{text}，不再拨付。" for text in (released_text(report.projects),) if text]
    elif now.projects:
        told.append("尚无已批准的项目，未核定专项资金。")
    told.append(_paid_now(report))
    return [Para("".join(told))]


def released_text(lines: tuple[ProjectLine, ...]) -> str:
    """What settled or stopped projects take less than was approved, which will not be paid."""
    less = [
        each.approved.scheme - each.funding.scheme
        for each in (line.case for line in lines)
        if each.approved and each.funding is not each.approved and each.approved.scheme > each.funding.scheme
    ]
    if not less:
        return ""
    return f"{len(less)}个项目决算或终止后少用{wan_text(sum(less, Money(0)))}"


def _paid_now(report: QuarterlyFigures) -> str:
    """What was paid in the quarter and what came back, whatever the fund year; the part of other years by itself."""
    others = [each for each in report.movements if each.case.project.fund_year != report.year]
    given, returned = paid_in(report.movements), returned_in(report.movements)
    text = f"本季度拨付{wan_text(given)}" if given else "本季度没有拨付资金"
    if report.carried and given:
        of_others = paid_in(others)
        text += f"（本年度项目{wan_text(given - of_others)}、{report.carried_title}{wan_text(of_others)}）"
    return text + (f"，收回退款{wan_text(returned)}" if returned else "") + "。"


def social(report: QuarterlyFigures) -> list[Para]:
    """社会参与情况: projects with social partners beside the least of them, and the change of what they gave."""
    now, least = report.whole.now, report.policy.share("social_min_ratio")
    if not now.projects:
        return []
    lacks = max(1, needed(now.projects, least)) - now.social_projects
    if not now.social_projects:
        text = f"尚无社会力量参与的项目，未达到不低于{share_of(least)}的要求，还差{lacks}个；"
    else:
        text = (
            f"有社会力量参与的项目{now.social_projects}个，占项目总数的{share(now.social_projects, now.projects)}，"
            + (
                f"未达到不低于{share_of(least)}的要求，还差{lacks}个；"
                if lacks > 0
                else f"达到不低于{share_of(least)}的要求；"
            )
        )
    text += f"社会投入{change_text(now.social, report.whole.before.social)}。"
    if report.whole.heard:
        text += f"群众提出意见、参加协商和测评共{report.whole.heard}人次。"
    return [Para(text)]
