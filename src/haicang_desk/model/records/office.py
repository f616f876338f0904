"""Records of the office: street, villages, quotas, reference tables, people, year plans and quarterly reports."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.records.enums import AccountState, Category, DayKind, Duty, Tier, VillageKind
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money

DOSSIER_RULE = "全宗号-WS·年度-保管期限-MW-案卷号"  # DA/T 22—2015 §5.4.3: WS 文书; MW: 民生微实事
SECRECIES = ("公开", "内部", "秘密", "机密")


class Street(Record, table="street", label="街道", key=("name",)):
    """The street office (街道办事处) that a store belongs to; papers are signed with its name. 二¶4."""

    name: str = field("街道", required=True, default="", longest=30, hint="如 新阳街道")
    code: str = field("简码", default="", longest=12, hint="项目编号的第一段，如 XYJD；不填按拼音首字母")
    address: str = field("地址", default="", longest=80, hint="公示上印的书面异议受理地址")
    contact: str = field("联系人", default="", longest=20, names=True)
    phone: str = field("联系电话", default="", longest=30)
    watch_phone: str = field("监督电话", default="", longest=30, hint="完工公示必须印监督电话")
    fonds: str = field("全宗号", default="", longest=12, section="归档", hint="档案馆给的号；没有填的，档案先不编档号")
    dossier_rule: str = field(
        "档号规则",
        default="",
        longest=60,
        hint=f"全宗号、年度、保管期限、村居、项目编号、案卷号会换成实际的，其余照写；不填按 {DOSSIER_RULE}",
    )
    filing_unit: str = field("立卷单位", default="", longest=40, hint="不填按街道办事处")
    secrecy: str = field("密级", default="", longest=10, suggests=SECRECIES, hint="印在档案封面，不填为公开")

    @property
    def office(self) -> str:
        """Its name as a signature: 新阳街道办事处."""
        return self.name if self.name.endswith("办事处") else f"{self.name}办事处"


class StreetQuota(Record, table="street_quota", label="街道额度", key=("fund_year",)):
    """The quota that the district gave this street for a fund year; without one, R11 is not checked. 五(一)¶2, R11.

    条文：C131 C132
    """

    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    quota: Money | None = field("街道额度", default=None, hint="区里下达的本年度额度；不填不检查")
    number: str = field("下达文号", default="", longest=60)


class Village(Record, table="village", label="村居", key=("name",)):
    """A village or community (村居), which proposes projects and is paid. 二¶5, 三(五)¶2. 条文：C036 C133"""

    name: str = field("村居", required=True, default="", longest=40)
    code: str = field("简码", default="", longest=12, hint="项目编号的第二段，如 XYSQ；不填按拼音首字母")
    kind: VillageKind | None = field("类型", default=None)
    quota: Money | None = field("年度参考额度", default=None, hint="不填按政策的约 80 万元")
    leader: str = field("挂钩街道领导", default="", longest=20, names=True)
    payee: str = field("收款户名", default="", longest=60, section="账户")
    bank: str = field("开户行", default="", longest=60)
    account: str = field("账号", default="", longest=40, private=True)
    contact: str = field("联系人", default="", longest=20, section="联系", names=True)
    phone: str = field("联系电话", default="", longest=30, private=True)
    has_elders: bool | None = field("有老人协会", default=None, hint="没有的，征求意见时不要求老人协会（R16）")

    @property
    def committee(self) -> str:
        """Its name as a signature: 霞阳社区居民委员会, 东屿村村民委员会."""
        name, kind = self.name, self.kind
        if name.endswith("委员会"):
            return name
        if kind is VillageKind.VILLAGE or (kind is None and name.endswith("村")):
            return f"{name}{'' if name.endswith('村') else '村'}村民委员会"
        return f"{name}{'' if name.endswith('社区') else '社区'}居民委员会"


BUREAUS = ("区民政局", "区发改局", "区建设局", "区财政局", "区农林水利局", "区交通局")  # 二¶2: 领导小组成员单位


class PolicyFile(Record, table="policy_file", label="政策文件"):
    """The text of a rule set or word list that is in force in this ledger, whatever becomes of the file. 五(一)¶2."""

    name: str = field("文件名", required=True, default="", longest=120, fixed=True)
    shipped: bool = field("随程序", required=True, default=False, fixed=True)
    digest: str = field("文件校验码", required=True, default="", longest=64, fixed=True)  # SHA-256, hexadecimal
    text: Prose = field("全文", required=True, default=Prose(""), longest=200_000, fixed=True)
    reason: Prose = field("启用理由", default=Prose(""), longest=500)


class Holiday(Record, table="holiday", label="节假日", key=("day",)):
    """A day off, or a weekend day worked in exchange, entered by the office. R12."""

    day: date | None = field("日期", required=True, default=None)
    kind: DayKind = field("类型", required=True, default=DayKind.OFF)
    name: str = field("节日", default="", longest=20)


class LabourPrice(Record, table="labour_price", label="折价标准", key=("work", "from_on")):
    """The value of a day of labour, set by the street with reference to a document. 三(一)¶9, R03. 条文：C061"""

    work: str = field("工种", required=True, default="", longest=30, suggests=("普工", "技工"))
    price: Money = field("每工日单价", required=True, default=Money(), least=1)
    from_on: date | None = field("起用日期", required=True, default=None)
    to_on: date | None = field("停用日期", default=None)
    basis: str = field("依据文件", required=True, default="", longest=100)


class ProcurementLimit(Record, table="procurement_limit", label="采购限额", key=("category", "manner", "from_on")):
    """The sums for which a procurement method may be used, by the district's own rules. 三(四)¶3–5, R18. 条文：C084"""

    category: Category = field("项目类别", required=True, default=Category.SERVICE)
    manner: str = field("采购方式", required=True, default="", longest=40)
    most: Money | None = field("适用上限", default=None, hint="含本数；不填为不设上限")
    least: Money | None = field("适用下限", default=None, hint="含本数；不填为不设下限")
    from_on: date | None = field("起用日期", default=None)
    basis: str = field("依据文件", required=True, default="", longest=100)


class PublicProject(Record, table="public_project", label="政府投资项目", key=("name", "place")):
    """A project of the city or district, which no micro-project may duplicate. 三(一)¶8, R13. 条文：C055"""

    name: str = field("项目名称", required=True, default="", longest=100)
    place: str = field("地点", default="", longest=100)
    state: str = field("状态", default="", longest=10, suggests=("在建", "拟建", "建成"))
    owner: str = field("建设单位", default="", longest=60)
    number: str = field("文号", default="", longest=60)


class Regulation(Record, table="paper", label="制度文件", key=("number", "title")):
    """A regulation (制度文件) that the office works by, besides the policy itself. 二¶3, 三(五)¶2. 条文：C029 C095"""

    title: str = field("名称", required=True, default="", longest=100)
    number: str = field("文号", default="", longest=60)
    issuer: str = field("发文机关", default="", longest=60)
    issued_on: date | None = field("日期", default=None)
    gist: Prose = field("要点", default=Prose(""), longest=2000)


class Member(Record, table="member", label="机构人员", key=("tier", "body", "name")):
    """A member of a leading group, or a responsible person of the office. 二¶2–4. 条文：C022–C025 C032"""

    tier: Tier = field("层级", required=True, default=Tier.STREET)
    body: str = field("机构", required=True, default="", longest=60, hint="如 “社会+”民生微实事领导小组")
    name: str = field("姓名", required=True, default="", longest=20, names=True)
    unit: str = field("单位", default="", longest=60, suggests=BUREAUS)
    duty: str = field("职务", default="", longest=40, suggests=("组长", "副组长", "成员", "办公室主任", "经办"))
    phone: str = field("联系电话", default="", longest=30, private=True)


class Expert(Record, table="expert", label="专家", key=("name", "unit")):
    """An expert who reviews service projects (服务类项目评审专家库). 二¶3. 条文：C028"""

    name: str = field("姓名", required=True, default="", longest=20, names=True)
    unit: str = field("单位", default="", longest=60)
    speciality: str = field("专业", default="", longest=60)
    phone: str = field("联系电话", default="", longest=30, private=True)
    avoids: str = field("回避事项", default="", longest=200, hint="应回避的单位或项目")
    active: bool | None = field("在库", default=None)


class YearPlan(Record, table="year_plan", label="年度工作安排", key=("fund_year",)):
    """The plan of a street for a fund year, and how the year was closed. 四(一)¶2, R08 R28. 条文：C112–C116"""

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


class QuarterReport(Record, table="quarter_report", label="季度报告", key=("year", "quarter")):
    """The totals of a quarterly report as frozen; later entries go into the next report. 四(二)¶2, R26. 条文：C122"""

    year: int = field("年度", required=True, default=0, least=2018, most=2100)
    quarter: int = field("季度", required=True, default=0, least=1, most=4)
    frozen_on: date | None = field("定稿日期", required=True, default=None)
    reported_on: date | None = field("上报日期", default=None)
    projects: int | None = field("项目数", default=None)
    approved: Money = field("累计核定", default=Money())
    disbursed: Money = field("累计拨付", default=Money())
    note: Prose = field("说明", default=Prose(""), longest=2000)


class QuarterLine(Record, table="quarter_line", label="季度报告明细", key=("year", "quarter", "project")):
    """The figures of one project in a frozen quarterly report. R26."""

    year: int = field("年度", required=True, default=0, least=2018, most=2100)
    quarter: int = field("季度", required=True, default=0, least=1, most=4)
    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    stage: str = field("办理阶段", default="", longest=10)
    percent: int | None = field("进度", default=None, most=100, unit="%")
    approved: Money = field("累计核定", default=Money())
    disbursed: Money = field("累计拨付", default=Money())


class Account(Record, table="account", label="登录账户", key=("name",)):
    """A person who signs in: never deleted, only disabled. The private key is not here but sealed beside it.

    ``roles`` are the labels of ``Duty``, joined by 、, so that the journal can be read as it is.
    """

    name: str = field("姓名", required=True, default="", longest=20)
    roles: str = field("角色", required=True, default="", longest=40)
    public_key: str = field("公钥", default="", longest=64, fixed=True)  # Ed25519 (RFC 8032), 64 hexadecimal digits
    state: AccountState = field("状态", required=True, default=AccountState.ACTIVE)
    note: str = field("备注", default="", longest=60)

    @property
    def duties(self) -> frozenset[Duty]:
        """The roles of the person."""
        return frozenset(duty for duty in Duty if duty.label in self.roles.split("、"))

    @property
    def active(self) -> bool:
        """Whether the person may sign in."""
        return self.state is AccountState.ACTIVE and not self.void


class DutyWaiver(Record, table="duty_waiver", label="职责分离例外", key=("number", "granted_on")):
    """Leave for an office with few people to have one person enter, decide and pay. In force until it is ended.

    Each time it is used a 例外 of R34 with its number is entered for the project, so that the papers say so. 五(一)¶2.
    """

    reason: str = field("理由", required=True, default="", longest=200)
    authority: str = field("批准机关", required=True, default="", longest=60)
    number: str = field("文号", required=True, default="", longest=60)
    granted_on: date | None = field("批准日期", required=True, default=None)
    ended_on: date | None = field("停止日期", default=None)
