"""Records before filing: suggestions, deliberations, opinions and notices. 三(二), 三(三)."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.records.enums import Channel, Consulted, NoticeKind
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money


class Suggestion(Record, table="suggestion", label="征集", key=("told_on", "village", "text")):
    """A suggestion of a resident, and what was decided about it. 三(二)¶2. 条文：C015 C037"""

    told_on: date | None = field("日期", required=True, default=None)
    village: Link = field("村居", required=True, default=Link(""), refers="village")
    channel: Channel = field("渠道", required=True, default=Channel.BOARD)
    person: str = field("提出人", default="", longest=30, hint="可匿名", names=True)
    phone: str = field("联系电话", default="", longest=30, private=True)
    text: Prose = field("意见内容", required=True, default=Prose(""), longest=4000)
    supporters: int | None = field("支持人数", default=None, unit="人")
    outcome: Prose = field("处理结果", default=Prose(""), longest=1000, hint="列入备选、合并或不列入及理由")
    project: Link = field("项目编号", default=Link(""), refers="project")


class Deliberation(Record, table="deliberation", label="协商", key=("project", "village", "held_on", "meeting")):
    """A meeting of the village about one project or about its projects. 二¶5, 三(二)¶2. 条文：C038 C066"""

    project: Link = field("项目编号", default=Link(""), refers="project")
    village: Link = field("村居", default=Link(""), refers="village")
    held_on: date | None = field("日期", required=True, default=None)
    meeting: str = field("会议名称", required=True, default="", longest=100)
    expected: int | None = field("应到人数", default=None, unit="人")
    present: int | None = field("实到人数", default=None, unit="人")
    agreed: int | None = field("同意", default=None, unit="人")
    opposed: int | None = field("反对", default=None, unit="人")
    abstained: int | None = field("弃权", default=None, unit="人")
    result: Prose = field("结论", default=Prose(""), longest=2000)


class Opinion(Record, table="opinion", label="征求意见", key=("project", "consulted", "sought_on")):
    """The opinion of one of the five groups on a project before it is filed. 三(三)¶2, R16. 条文：C075"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    consulted: Consulted = field("对象", required=True, default=Consulted.LEADER)
    sought_on: date | None = field("日期", required=True, default=None)
    manner: str = field("方式", default="", longest=40, suggests=("会议", "书面", "走访", "电话"))
    people: int | None = field("人数", default=None, unit="人")
    agreed: int | None = field("同意", default=None, unit="人")
    opposed: int | None = field("反对", default=None, unit="人")
    gist: Prose = field("意见要点", default=Prose(""), longest=2000)
    adopted: Prose = field("采纳情况", default=Prose(""), longest=1000, hint="过半不同意的须说明怎样采纳")


class Notice(Record, table="notice", label="公示", key=("kind", "project", "village", "fund_year", "posted_on")):
    """A public notice of one project, or of a village's projects of a year. 三(二), 三(五), 三(六), 四(三).

    条文：C068
    """

    kind: NoticeKind = field("公示类型", required=True, default=NoticeKind.PROJECT)
    project: Link = field("项目编号", default=Link(""), refers="project")
    village: Link = field("村居", default=Link(""), refers="village")
    fund_year: int | None = field("资金年度", default=None, least=2018, most=2100)
    posted_on: date | None = field("开始日期", required=True, default=None)
    ends_on: date | None = field("结束日期", required=True, default=None)
    place: str = field("公示地点", default="", longest=100, suggests=("村居公告栏",))
    objection: Prose = field("异议", default=Prose(""), longest=2000, hint="没有异议的不填")
    answer: Prose = field("异议处理", default=Prose(""), longest=2000)
    shown_total: Money | None = field("公示金额", default=None, hint="公示的总资金；与申报或决算不一致的须重新公示")
    shown_place: str = field("公示的实施地点", default="", longest=100)
    shown_works: Prose = field("公示的内容", default=Prose(""), longest=4000)
