"""Records after completion: settlement, maintenance, survey, award and review. 三(五)¶2, 三(六), 四(三)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.records.enums import AwardResult, Source, SurveyGroup, Verdict
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money


class Settlement(Record, table="settlement", label="决算", key=("project", "settled_on")):
    """The final accounts of a project, by source. R29. 条文：C098"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    settled_on: date | None = field("日期", required=True, default=None)
    special: Money = field(Source.SPECIAL.label, default=Money())
    matching: Money = field(Source.MATCHING.label, default=Money())
    other_fiscal: Money = field(Source.OTHER_FISCAL.label, default=Money())
    donated_cash: Money = field(Source.DONATED_CASH.label, default=Money())
    donated_goods: Money = field(Source.DONATED_GOODS.label, default=Money())
    labour: Money = field(Source.LABOUR.label, default=Money())
    self_raised: Money = field(Source.SELF_RAISED.label, default=Money())
    overhead: Money = field("统筹管理费", default=Money())


class Maintenance(Record, table="maintenance", label="管养", key=("project", "keeper", "begins_on")):
    """Who maintains what was built, until when, and with what money. 三(四)¶6, 五(一)¶2, R20. 条文：C093 C136"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    keeper: str = field("管养单位", required=True, default="", longest=60)
    duty: Prose = field("管养责任", default=Prose(""), longest=2000)
    begins_on: date | None = field("开始日期", required=True, default=None)
    ends_on: date | None = field("结束日期", default=None)
    contact: str = field("联系人", default="", longest=20, names=True)
    phone: str = field("联系电话", default="", longest=30, private=True)
    fund_source: str = field("配套资金来源", default="", longest=60)
    yearly: Money | None = field("年度金额", default=None, hint="为 0 的在备注写明理由")
    note: str = field("备注", default="", longest=200)


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


class Award(Record, table="award", label="评优", key=("fund_year", "project")):
    """A project recommended for the yearly award. 三(六)¶2, 四(三)¶2, R25. 条文：C108 C109 C128"""

    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    resident_score: Decimal | None = field("居民评议得分", default=None, most=100)
    expert_score: Decimal | None = field("专家评议得分", default=None, most=100)
    result: AwardResult | None = field("结果", default=None)
    number: str = field("文号", default="", longest=60)


class ExpertDraw(Record, table="expert_draw", label="专家抽取", key=("project", "drawn_on", "speciality")):
    """Experts drawn by lot from 专家库 for one project; pool and seed let anyone draw the same again. R25.

    条文：C028
    """

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    drawn_on: date | None = field("日期", required=True, default=None)
    speciality: str = field("专业", default="", longest=60, hint="不填为不分专业")
    number: int = field("抽取人数", required=True, default=0, least=1, most=100, unit="人")
    pool: Prose = field("候选名单", default=Prose(""), longest=20000, fixed=True)
    avoided: Prose = field("回避名单", default=Prose(""), longest=20000, fixed=True)
    seed: str = field("抽取种子", default="", longest=64, fixed=True)
    drawn: Prose = field("抽中专家", default=Prose(""), longest=4000, fixed=True)


class Review(Record, table="review", label="评议", key=("project", "held_on", "verdict")):
    """A review of a finished project by residents or experts. 二¶5, 四(三)¶2. 条文：C040 C124–C126"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    held_on: date | None = field("日期", required=True, default=None)
    verdict: Verdict = field("方式", required=True, default=Verdict.RESIDENTS)
    people: int | None = field("人数", default=None, unit="人")
    taking_part: Decimal | None = field("社会参与度得分", default=None, most=100)
    satisfaction: Decimal | None = field("公众满意度得分", default=None, most=100)
    gist: Prose = field("评议意见", default=Prose(""), longest=2000)
