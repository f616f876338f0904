"""Records of the project itself (微实事项目), as its village files it, and of its budget lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.records.enums import Category, Content, Source, Urgency
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money


class Project(Record, table="project", label="项目", key=("fund_year", "village", "title")):
    """One micro-project, with the sums asked for from seven sources. 三(一)–(三), 附件2.

    条文：C046 C069 C070 C078 C081 C085 C115 C120
    """

    code: str = field("项目编号", default="", longest=40, hint="不填自动编号：街道-村居-年度-序号", section="基本情况")
    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    village: Link = field("村居", required=True, default=Link(""), refers="village", reused=True)
    title: str = field("项目名称", required=True, default="", longest=100, reused=True)
    category: Category = field("项目类别", required=True, default=Category.SERVICE, reused=True)
    content: Content = field("内容类型", required=True, default=Content.CARE, reused=True)
    place: str = field("实施地点", default="", longest=100, needed_to="submit", reused=True)
    beneficiaries: int | None = field("受益人数", default=None, most=10_000_000, unit="人", reused=True)
    need: Prose = field(
        "必要性", default=Prose(""), longest=4000, needed_to="submit", section="必要性与内容", reused=True
    )
    works: Prose = field("建设服务内容", default=Prose(""), longest=4000, needed_to="submit", reused=True)
    effect: Prose = field("预期效果", default=Prose(""), longest=4000, reused=True)
    urgency: Urgency | None = field("轻重缓急", default=None)
    planned_start: date | None = field("计划开始", default=None)
    planned_finish: date | None = field("计划完成", default=None)
    special: Money = field(Source.SPECIAL.label, default=Money(), section="资金来源")
    matching: Money = field(Source.MATCHING.label, default=Money())
    other_fiscal: Money = field(Source.OTHER_FISCAL.label, default=Money())
    donated_cash: Money = field(Source.DONATED_CASH.label, default=Money())
    donated_goods: Money = field(Source.DONATED_GOODS.label, default=Money())
    labour: Money = field(Source.LABOUR.label, default=Money())
    self_raised: Money = field(Source.SELF_RAISED.label, default=Money())
    overhead: Money = field("统筹管理费", default=Money(), hint="服务类，含服务经费；不超过预算总额的一成")
    charity: str = field(
        "公益领域",
        default="",
        longest=20,
        suggests=("扶贫济困", "扶老救孤", "恤病助残", "重点优抚", "老人日间照料", "老人灶", "其他公益"),
        reused=True,
    )
    keeper: str = field("管养单位", default="", longest=60, section="后续管理养护", reused=True)
    keeping_duty: Prose = field("管养责任", default=Prose(""), longest=2000, reused=True)
    keeping_fund: Money | None = field("管养配套资金", default=None)
    others_duty: bool | None = field("属物业等主体职责", default=None, section="自查")
    duty_note: str = field("责任主体说明", default="", longest=200)
    duplicates_public: bool | None = field("与政府投资项目重复", default=None)
    duplicate_note: str = field(
        "查重结论", default="", longest=200, hint="与政府投资项目名录相近的，写明核对结论和核对人"
    )
    split_note: str = field(
        "拆分核对", default="", longest=200, hint="与本村居其他项目名称或地点相近的，写明为何不是拆分"
    )
    mandatory_standard: bool | None = field("涉强制标准", default=None, reused=True)
    advance_paid: bool | None = field("先行列支", default=None, hint="仅 2018 年试点")
    self_raise_pledge: bool | None = field("自筹承诺", default=None, hint="总资金超过单项上限的须附承诺书")
    valuation_basis: Prose = field("折价依据", default=Prose(""), longest=1000)
    principal: str = field("负责人", default="", longest=20, section="联系与申报", reused=True, names=True)
    phone: str = field("联系电话", default="", longest=30, reused=True, private=True)
    submitted_on: date | None = field("申报日期", default=None, fixed=True)
    organiser: str = field(
        "组织实施单位", default="", longest=60, hint="街道办事处或相关部门", section="组织", reused=True
    )
    lead: str = field("牵头单位", default="", longest=60, hint="不填为村居党委", reused=True)


class BudgetLine(Record, table="budget_line", label="预算明细", key=("project", "content", "subject", "source")):
    """One budget line of a project: what it pays for, and from which source. 三(一)¶8–9. 条文：C056 C059"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    content: str = field("内容", required=True, default="", longest=200)
    subject: str = field(
        "科目",
        required=True,
        default="",
        longest=40,
        suggests=(
            "材料费",
            "施工费",
            "设备购置",
            "活动物料",
            "人员服务费",
            "讲师课酬",
            "场地费",
            "宣传费",
            "统筹管理费",
        ),
    )
    measure: str = field("单位", default="", longest=10)
    quantity: Decimal | None = field("数量", default=None)
    price: Money | None = field("单价", default=None)
    amount: Money = field("金额", required=True, default=Money())
    source: Source = field("资金来源", required=True, default=Source.SPECIAL)
    is_overhead: bool | None = field("统筹管理费", default=None, hint="计入一成限额的统筹管理或服务经费")
    category: Category | None = field("费用类别", default=None, hint="一个项目含几类费用的，逐行写明")
    note: str = field("说明", default="", longest=200, hint="易与禁止用途混淆的支出须说明")
