"""Records of delivery: implementer, participation, progress, supervision, payments and spending. 三(四), 三(五), 五."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.records.enums import Event, GiftForm, ImplementerKind, PaidFrom, Source, TakingPart, Watch
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money


class Appointment(Record, table="appointment", label="实施主体", key=("project", "implementer", "appointed_on")):
    """The implementer of a project, and how it was chosen. 三(四), R18. 条文：C035 C041 C082 C088 C090"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    manner: str = field(
        "采购方式",
        required=True,
        default="",
        longest=40,
        suggests=(
            "公开招标",
            "邀请招标",
            "竞争性谈判",
            "竞争性磋商",
            "询价",
            "单一来源",
            "小额比选",
            "直接委托",
            "村民自建",
        ),
    )
    basis: str = field("依据文件", default="", longest=100)
    ceiling: Money | None = field("控制价", default=None)
    implementer: str = field("实施主体", required=True, default="", longest=100)
    kind: ImplementerKind = field("主体类型", required=True, default=ImplementerKind.SOCIAL)
    credit_code: str = field("统一社会信用代码", default="", longest=18)
    price: Money | None = field("成交价", default=None)
    appointed_on: date | None = field("确定日期", required=True, default=None)
    due_on: date | None = field("约定完工日期", default=None)
    announced_on: date | None = field("公告日期", default=None)
    sole_reason: str = field("只有一家参与的理由", default="", longest=200, hint="如 两次公告仅一家报名")


GIVING = (TakingPart.DONATE, TakingPart.SPONSOR, TakingPart.NAMING)


class Participation(Record, table="participation", label="社会参与", key=("project", "party", "manner", "took_on")):
    """A contribution of a social force to a project. 五(二), 五(三), R03 R08 R09. 条文：C061 C143 C146 C148"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    party: str = field("主体", required=True, default="", longest=100)
    kind: str = field(
        "主体类型",
        default="",
        longest=20,
        suggests=(
            "企业",
            "社会组织",
            "新乡贤",
            "社会能人",
            "企业家",
            "志愿者",
            "党代表",
            "人大代表",
            "政协委员",
            "小区管理处",
            "物业开发商",
            "居民",
        ),
    )
    manner: TakingPart = field("方式", required=True, default=TakingPart.DONATE)
    took_on: date | None = field("日期", required=True, default=None)
    form: GiftForm | None = field("款物", default=None, hint="不填的，填了到账的按现金，没有填的按实物")
    amount: Money | None = field("金额", default=None, hint="现金数，或实物、用工的折价")
    received: bool | None = field("到账", default=None, hint="现金已入账填是")
    people: int | None = field("人数", default=None, unit="人")
    workdays: Decimal | None = field("工日", default=None, hint="每人工日数；按小时的除以 8")
    price: Money | None = field("单价", default=None, hint="每工日")
    basis: str = field("依据", default="", longest=200, hint="折价标准文号、发票号或价格确认单")
    named: bool | None = field("同意公示姓名", default=None, hint="不同意的公示为“爱心人士”或“爱心企业”")

    @property
    def gift(self) -> GiftForm | None:
        """现金 or 实物 of 捐赠, 赞助 and 冠名; where it was not said, 到账 speaks of cash. None for other manners."""
        if self.manner not in GIVING:
            return None
        return self.form or (GiftForm.GOODS if self.received is None else GiftForm.CASH)

    @property
    def cash(self) -> Money:
        """Cash that has arrived; 0 for pledges, goods, labour and all else."""
        return (self.gift is GiftForm.CASH and self.received and self.amount) or Money()

    @property
    def goods(self) -> Money:
        """The value of goods that were given; 0 for goods only promised (到账 is 否), cash, labour and all else."""
        return (self.gift is GiftForm.GOODS and self.received is not False and self.amount) or Money()

    def labour_product(self, standard: Money | None = None) -> Money | None:
        """人数 × 工日 × 单价, rounded down; None where one is missing. ``standard``: the price where none is given."""
        price = standard if self.price is None else self.price
        if self.manner is not TakingPart.LABOUR or price is None or not self.people or not self.workdays:
            return None
        return Money(int(self.people * self.workdays * int(price)))

    def labour(self, standard: Money | None = None) -> Money:
        """The value of labour: the product of its parts, or the amount given where it is less or they are missing."""
        if self.manner is not TakingPart.LABOUR:
            return Money()
        product = self.labour_product(standard)
        if product is None or self.amount is None:
            return product or self.amount or Money()
        return min(product, self.amount)


class Progress(Record, table="progress", label="实施进度", key=("project", "happened_on", "event")):
    """An event of a project's delivery, and its percentage of completion. 三(四)¶6, 四(二)¶2. 条文：C030 C039"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    happened_on: date | None = field("日期", required=True, default=None)
    event: Event = field("事项", required=True, default=Event.PROGRESS)
    percent: int | None = field("进度", default=None, most=100, unit="%")
    account: Prose = field("情况", default=Prose(""), longest=2000)
    late_reason: Prose = field("逾期原因", default=Prose(""), longest=500, hint="过了期限的须写明")


class Disbursement(Record, table="disbursement", label="拨付", key=("project", "voucher")):
    """One payment of public money to the village. 三(五)¶2, R19. 条文：C096 C137"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    paid_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    source: PaidFrom = field("资金来源", required=True, default=PaidFrom.SPECIAL)
    payee: str = field("收款人", required=True, default="", longest=60)
    voucher: str = field("凭证号", default="", longest=40)
    purpose: str = field("用途", default="", longest=200)
    handler: str = field("经办人", default="", longest=20, person=True)
    approver: str = field("审批人", default="", longest=20, person=True)


class Bid(Record, table="bid", label="竞标", key=("project", "bidder", "bid_on")):
    """One bid for a project. 二¶6, 三(四)¶3–5, R18. 条文：C042 C089"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    bidder: str = field("参与单位", required=True, default="", longest=100)
    bid_on: date | None = field("日期", required=True, default=None)
    price: Money | None = field("报价", default=None)
    score: str = field("得分", default="", longest=20)
    chosen: bool | None = field("中选", default=None)
    note: str = field("备注", default="", longest=200)


class Guidance(Record, table="guidance", label="强制标准指导", key=("project", "guided_on", "department")):
    """The advice of a department on devices under a compulsory national standard. 三(四)¶3, R18. 条文：C087"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    guided_on: date | None = field("日期", required=True, default=None)
    department: str = field("指导部门", required=True, default="", longest=60)
    standard: str = field("标准号", default="", longest=60, hint="如 GB 19272")
    gist: Prose = field("指导意见", default=Prose(""), longest=2000)


class Supervision(Record, table="supervision", label="监督", key=("project", "watched_on", "watch", "text")):
    """Supervision of the work or a reported breach, with the answer. 三(四)¶3, 三(五)¶2, R34. 条文：C086 C097"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    watched_on: date | None = field("日期", required=True, default=None)
    watch: Watch = field("类型", required=True, default=Watch.DELEGATES)
    person: str = field("监督人", default="", longest=40, hint="可匿名", names=True)
    text: Prose = field("监督意见", required=True, default=Prose(""), longest=2000)
    answer: Prose = field("答复", default=Prose(""), longest=2000)
    answered_on: date | None = field("答复日期", default=None)


class Spending(Record, table="spending", label="使用明细", key=("project", "spent_on", "content", "payee", "amount")):
    """A payment of the village out of the project's money. 三(五)¶2, R14 R19 R21. 条文：C098 C135"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    spent_on: date | None = field("日期", required=True, default=None)
    content: str = field("内容", required=True, default="", longest=200)
    subject: str = field("科目", default="", longest=40)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    source: Source = field("资金来源", required=True, default=Source.SPECIAL)
    payee: str = field("收款人", default="", longest=100)
    voucher: str = field("凭证号", default="", longest=40)
    note: str = field("说明", default="", longest=200, hint="易与禁止用途混淆的支出须说明")


class Refund(Record, table="refund", label="退款", key=("project", "returned_on", "voucher")):
    """A refund of public money by the village. R29."""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    returned_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    source: PaidFrom = field("资金来源", required=True, default=PaidFrom.SPECIAL)
    voucher: str = field("凭证号", default="", longest=40)
    reason: str = field("事由", default="", longest=200)


class Advance(Record, table="advance", label="统筹下达", key=("project", "granted_on", "number")):
    """District money for a project that the street paid in advance in the pilot of 2018. 五(一)¶3, R27. 条文：C141"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    granted_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    number: str = field("文号", default="", longest=60)
