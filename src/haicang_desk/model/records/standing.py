"""Tables that stand behind the rules: days off, labour prices, procurement limits, public works, papers, people."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.fields import Prose, Record, field
from haicang_desk.model.records.choices import Category, DayKind, Tier
from haicang_desk.model.values import Money

BUREAUS = ("区民政局", "区发改局", "区建设局", "区财政局", "区农林水利局", "区交通局")  # 二¶2: 领导小组成员单位


class Holiday(Record, table="holiday", label="节假日", key=("day",)):
    """A day off, or a weekend worked in exchange, that the office entered itself. R12."""

    day: date | None = field("日期", required=True, default=None)
    kind: DayKind = field("类型", required=True, default=DayKind.OFF)
    name: str = field("节日", default="", longest=20)


class LabourPrice(Record, table="labour_price", label="折价标准", key=("work", "from_on")):
    """What a day of labour counts for, set by the street on the strength of a paper. 三(一)¶9, R03. 条文：C061"""

    work: str = field("工种", required=True, default="", longest=30, suggests=("普工", "技工"))
    price: Money = field("每工日单价", required=True, default=Money(), least=1)
    from_on: date | None = field("起用日期", required=True, default=None)
    to_on: date | None = field("停用日期", default=None)
    basis: str = field("依据文件", required=True, default="", longest=100)


class ProcurementLimit(Record, table="procurement_limit", label="采购限额", key=("category", "manner", "from_on")):
    """Up to what sum a manner of procurement may be used; the district's own rules say. 三(四)¶3–5, R18. 条文：C084"""

    category: Category = field("项目类别", required=True, default=Category.SERVICE)
    manner: str = field("采购方式", required=True, default="", longest=40)
    most: Money | None = field("适用上限", default=None, hint="含本数；不填为不设上限")
    least: Money | None = field("适用下限", default=None, hint="含本数；不填为不设下限")
    from_on: date | None = field("起用日期", default=None)
    basis: str = field("依据文件", required=True, default="", longest=100)


class PublicProject(Record, table="public_project", label="政府投资项目", key=("name", "place")):
    """A project that the city or district builds or will build, not to be repeated. 三(一)¶8, R13. 条文：C055"""

    name: str = field("项目名称", required=True, default="", longest=100)
    place: str = field("地点", default="", longest=100)
    state: str = field("状态", default="", longest=10, suggests=("在建", "拟建", "建成"))
    owner: str = field("建设单位", default="", longest=60)
    number: str = field("文号", default="", longest=60)


class Paper(Record, table="paper", label="制度文件", key=("number", "title")):
    """A rule or regulation that the office works by, beside the policy itself. 二¶3, 三(五)¶2. 条文：C029 C095"""

    title: str = field("名称", required=True, default="", longest=100)
    number: str = field("文号", default="", longest=60)
    issuer: str = field("发文机关", default="", longest=60)
    issued_on: date | None = field("日期", default=None)
    gist: Prose = field("要点", default=Prose(""), longest=2000)


class Member(Record, table="member", label="机构人员", key=("tier", "body", "name")):
    """A person in a leading group, or answerable in the office. 二¶2–4. 条文：C022–C025 C032"""

    tier: Tier = field("层级", required=True, default=Tier.STREET)
    body: str = field("机构", required=True, default="", longest=60, hint="如 “社会+”民生微实事领导小组")
    name: str = field("姓名", required=True, default="", longest=20)
    unit: str = field("单位", default="", longest=60, suggests=BUREAUS)
    duty: str = field("职务", default="", longest=40, suggests=("组长", "副组长", "成员", "办公室主任", "经办"))
    phone: str = field("联系电话", default="", longest=30)


class Expert(Record, table="expert", label="专家", key=("name", "unit")):
    """One of the experts who judge service projects (服务类项目评审专家库). 二¶3. 条文：C028"""

    name: str = field("姓名", required=True, default="", longest=20)
    unit: str = field("单位", default="", longest=60)
    speciality: str = field("专业", default="", longest=60)
    phone: str = field("联系电话", default="", longest=30)
    avoids: str = field("回避事项", default="", longest=200, hint="应回避的单位或项目")
    active: bool | None = field("在库", default=None)
