"""From appointment to settlement: who does the work, who takes part, what is paid and spent. 三(四), 三(五), 五."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from haicang_desk.model.fields import Link, Prose, Record, field
from haicang_desk.model.records.choices import Event, ImplementerKind, PaidFrom, Source, TakingPart
from haicang_desk.model.values import Money


class Appointment(Record, table="appointment", label="实施主体", key=("project", "implementer", "appointed_on")):
    """Who carries the project out, and how they were chosen. 三(四), R18. 条文：C035 C041 C082 C088 C090"""

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


class Participation(Record, table="participation", label="社会参与", key=("project", "party", "manner", "took_on")):
    """What a social force gave to a project. 五(二), 五(三), R03 R08 R09. 条文：C061 C143 C146 C148"""

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
    amount: Money | None = field("金额", default=None, hint="现金数，或实物、用工的折价")
    received: bool | None = field("到账", default=None, hint="现金已入账填是")
    people: int | None = field("人数", default=None, unit="人")
    workdays: Decimal | None = field("工日", default=None, hint="每人工日数；按小时的除以 8")
    price: Money | None = field("单价", default=None, hint="每工日")
    basis: str = field("依据", default="", longest=200, hint="折价标准文号、发票号或价格确认单")
    named: bool | None = field("同意公示姓名", default=None, hint="不同意的公示为“爱心人士”或“爱心企业”")


class Progress(Record, table="progress", label="实施进度", key=("project", "happened_on", "event")):
    """What happened on a project, and how far it is. 三(四)¶6, 四(二)¶2. 条文：C030 C039"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    happened_on: date | None = field("日期", required=True, default=None)
    event: Event = field("事项", required=True, default=Event.PROGRESS)
    percent: int | None = field("进度", default=None, most=100, unit="%")
    account: Prose = field("情况", default=Prose(""), longest=2000)


class Disbursement(Record, table="disbursement", label="拨付", key=("project", "voucher")):
    """One payment of public money to the village. 三(五)¶2, R19. 条文：C096 C137"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    paid_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    source: PaidFrom = field("资金来源", required=True, default=PaidFrom.SPECIAL)
    payee: str = field("收款人", required=True, default="", longest=60)
    voucher: str = field("凭证号", default="", longest=40)
    purpose: str = field("用途", default="", longest=200)
    handler: str = field("经办人", default="", longest=20)
    approver: str = field("审批人", default="", longest=20)


class Settlement(Record, table="settlement", label="决算", key=("project", "settled_on")):
    """What the project came to, source by source. R29. 条文：C098"""

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
