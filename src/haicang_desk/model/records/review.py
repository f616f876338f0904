"""Surveys, inspections and the year's awards. 三(五)¶2, 三(六), 四(三)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.fields import Link, Prose, Record, field
from haicang_desk.model.records.choices import AwardResult, InspectionKind, SurveyGroup


class Survey(Record, table="survey", label="测评", key=("project", "surveyed_on", "group")):
    """The ballots of one group on one project. 三(六)¶2, R24. 条文：C105 C106"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    surveyed_on: date | None = field("日期", required=True, default=None)
    assessor: str = field("第三方机构", required=True, default="", longest=100)
    group: SurveyGroup = field("对象组", required=True, default=SurveyGroup.RESIDENTS)
    excellent: int | None = field("非常满意", default=None, unit="票")
    good: int | None = field("满意", default=None, unit="票")
    fair: int | None = field("基本满意", default=None, unit="票")
    poor: int | None = field("不满意", default=None, unit="票")
    bad: int | None = field("非常不满意", default=None, unit="票")


class Inspection(Record, table="inspection", label="督查", key=("kind", "inspected_on", "project")):
    """A half-yearly self-check of the street, or a spot check of the district. 三(五)¶2, R22 R23.

    条文：C099 C100 C103
    """

    kind: InspectionKind = field("类型", required=True, default=InspectionKind.SELF)
    inspected_on: date | None = field("日期", required=True, default=None)
    project: Link = field("项目编号", default=Link(""), refers="project")
    calling: Prose = field("征集", default=Prose(""), longest=1000)
    choosing: Prose = field("确定", default=Prose(""), longest=1000)
    carrying: Prose = field("实施", default=Prose(""), longest=1000)
    judging: Prose = field("评议", default=Prose(""), longest=1000)
    problem: Prose = field("问题", default=Prose(""), longest=2000)
    remedy: Prose = field("整改措施", default=Prose(""), longest=2000)
    responsible: str = field("责任人", default="", longest=20)
    due_on: date | None = field("整改期限", default=None)
    done_on: date | None = field("完成日期", default=None)
    reported_on: date | None = field("上报日期", default=None)


class Award(Record, table="award", label="评优", key=("fund_year", "project")):
    """A project put forward as one of the year's best. 三(六)¶2, 四(三)¶2, R25. 条文：C108 C109 C128"""

    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    resident_score: Decimal | None = field("居民评议得分", default=None, most=100)
    expert_score: Decimal | None = field("专家评议得分", default=None, most=100)
    result: AwardResult | None = field("结果", default=None)
    number: str = field("文号", default="", longest=60)
