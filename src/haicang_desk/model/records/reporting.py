"""The year round a street: its plan, its publicity, what was judged, its quarterly reports as frozen. 三(六), 四."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.fields import Link, Prose, Record, field
from haicang_desk.model.records.choices import Medium, Verdict
from haicang_desk.model.values import Money


class YearPlan(Record, table="year_plan", label="年度工作安排", key=("fund_year",)):
    """What a street means to do in a fund year, and how the year was closed. 四(一)¶2, R08 R28. 条文：C112–C116"""

    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    kinds: Prose = field("种类", default=Prose(""), longest=1000)
    range: Prose = field("范围", default=Prose(""), longest=1000)
    budget: Money | None = field("预算资金", default=None)
    duration: str = field("实施时长", default="", longest=60)
    feasibility: Prose = field("可行性评估", default=Prose(""), longest=2000)
    visits: Prose = field("考察学习", default=Prose(""), longest=1000)
    planning_from: date | None = field("策划宣传开始", default=None, section="阶段")
    carrying_from: date | None = field("组织实施开始", default=None)
    summing_from: date | None = field("总结评估开始", default=None)
    reported_on: date | None = field("报送日期", default=None, section="报送与总结")
    verdict: Prose = field("研究意见", default=Prose(""), longest=1000)
    closed_on: date | None = field("年度总结日期", default=None)
    social_reason: Prose = field("社会力量参与未达标原因", default=Prose(""), longest=1000)


class Publicity(Record, table="publicity", label="宣传", key=("published_on", "medium", "title")):
    """What was published of the calls, of the effects and of the best projects. 四(一)¶2, 四(三)¶2. 条文：C117 C127"""

    published_on: date | None = field("日期", required=True, default=None)
    medium: Medium = field("渠道", required=True, default=Medium.SITE)
    title: str = field("标题", required=True, default="", longest=100)
    content: Prose = field("内容", default=Prose(""), longest=2000)
    address: str = field("链接", default="", longest=200)
    project: Link = field("项目编号", default=Link(""), refers="project")


class Review(Record, table="review", label="评议", key=("project", "held_on", "verdict")):
    """What residents or experts made of a project afterwards. 二¶5, 四(三)¶2. 条文：C040 C124–C126"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    held_on: date | None = field("日期", required=True, default=None)
    verdict: Verdict = field("方式", required=True, default=Verdict.RESIDENTS)
    people: int | None = field("人数", default=None, unit="人")
    taking_part: Decimal | None = field("社会参与度得分", default=None, most=100)
    satisfaction: Decimal | None = field("公众满意度得分", default=None, most=100)
    gist: Prose = field("评议意见", default=Prose(""), longest=2000)


class QuarterReport(Record, table="quarter_report", label="季度报告", key=("year", "quarter")):
    """A quarterly report as it was frozen; what is entered later is told in the next. 四(二)¶2, R26. 条文：C122"""

    year: int = field("年度", required=True, default=0, least=2018, most=2100)
    quarter: int = field("季度", required=True, default=0, least=1, most=4)
    frozen_on: date | None = field("定稿日期", required=True, default=None)
    reported_on: date | None = field("上报日期", default=None)
    projects: int | None = field("项目数", default=None)
    approved: Money = field("累计核定", default=Money())
    disbursed: Money = field("累计拨付", default=Money())
    note: Prose = field("说明", default=Prose(""), longest=2000)


class QuarterLine(Record, table="quarter_line", label="季度报告明细", key=("year", "quarter", "project")):
    """One project's line in a frozen quarterly report. R26."""

    year: int = field("年度", required=True, default=0, least=2018, most=2100)
    quarter: int = field("季度", required=True, default=0, least=1, most=4)
    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    stage: str = field("办理阶段", default="", longest=10)
    percent: int | None = field("进度", default=None, most=100, unit="%")
    approved: Money = field("累计核定", default=Money())
    disbursed: Money = field("累计拨付", default=Money())
