"""While a project is carried out: bids, guidance, supervision, spending, changes, keeping, papers. 三(四)–三(五)."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.fields import Link, Prose, Record, field
from haicang_desk.model.records.choices import Altered, Conclusion, PaidFrom, Phase, Source, Watch
from haicang_desk.model.records.sanction import Approval
from haicang_desk.model.values import Money

ACCEPTANCE_PHOTOGRAPHS = "验收照片"  # printed with the acceptance form
PUBLIC_PHOTOGRAPHS = "效果照片"  # printed in the notice of completion: chosen for a wall, so never taken from others


class Bid(Record, table="bid", label="竞标", key=("project", "bidder", "bid_on")):
    """One offer to carry a project out. 二¶6, 三(四)¶3–5, R18. 条文：C042 C089"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    bidder: str = field("参与单位", required=True, default="", longest=100)
    bid_on: date | None = field("日期", required=True, default=None)
    price: Money | None = field("报价", default=None)
    score: str = field("得分", default="", longest=20)
    chosen: bool | None = field("中选", default=None)
    note: str = field("备注", default="", longest=200)


class Guidance(Record, table="guidance", label="强制标准指导", key=("project", "guided_on", "department")):
    """What a department said of devices under a compulsory national standard. 三(四)¶3, R18. 条文：C087"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    guided_on: date | None = field("日期", required=True, default=None)
    department: str = field("指导部门", required=True, default="", longest=60)
    standard: str = field("标准号", default="", longest=60, hint="如 GB 19272")
    gist: Prose = field("指导意见", default=Prose(""), longest=2000)


class Supervision(Record, table="supervision", label="监督", key=("project", "watched_on", "watch", "text")):
    """Watching over the work, and what was answered; a reported breach too. 三(四)¶3, 三(五)¶2, R34. 条文：C086 C097"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    watched_on: date | None = field("日期", required=True, default=None)
    watch: Watch = field("类型", required=True, default=Watch.DELEGATES)
    person: str = field("监督人", default="", longest=40, hint="可匿名")
    text: Prose = field("监督意见", required=True, default=Prose(""), longest=2000)
    answer: Prose = field("答复", default=Prose(""), longest=2000)
    answered_on: date | None = field("答复日期", default=None)


class Spending(Record, table="spending", label="使用明细", key=("project", "spent_on", "content", "payee", "amount")):
    """What the village paid for with the project's money. 三(五)¶2, R14 R19 R21. 条文：C098 C135"""

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
    """Public money that the village paid back. R29."""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    returned_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    source: PaidFrom = field("资金来源", required=True, default=PaidFrom.SPECIAL)
    voucher: str = field("凭证号", default="", longest=40)
    reason: str = field("事由", default="", longest=200)


class Advance(Record, table="advance", label="统筹下达", key=("project", "granted_on", "number")):
    """District money for what the street advanced in the pilot of 2018. 五(一)¶3, R27. 条文：C141"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    granted_on: date | None = field("日期", required=True, default=None)
    amount: Money = field("金额", required=True, default=Money(), least=1)
    number: str = field("文号", default="", longest=60)


class Alteration(Record, table="alteration", label="变更", key=("project", "asked_on", "item")):
    """A change of use, amount or place of an approved project, before and after. 五(一)¶2, R34. 条文：C135"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    asked_on: date | None = field("申请日期", required=True, default=None)
    item: Altered = field("变更事项", required=True, default=Altered.AMOUNT)
    before: Prose = field("变更前", default=Prose(""), longest=2000)
    after: Prose = field("变更后", required=True, default=Prose(""), longest=2000)
    special: Money | None = field("变更后专项资金", default=None, hint="不填即不变")
    total: Money | None = field("变更后总资金", default=None, hint="不填即不变")
    reason: Prose = field("理由", required=True, default=Prose(""), longest=2000)
    conclusion: Conclusion | None = field("结论", default=None)
    decided_on: date | None = field("批复日期", default=None)
    approver: str = field("审批人", default="", longest=20)
    number: str = field("文号", default="", longest=60)

    def follows(self, decided: Approval) -> bool:
        """Whether it is a change of this approval, not of one withdrawn since: by date, then as entered."""
        answered, on = self.decided_on or self.asked_on or date.max, decided.decided_on or date.min
        return (answered, not self.id, self.id) >= (on, not decided.id, decided.id)


class Maintenance(Record, table="maintenance", label="管养", key=("project", "keeper", "begins_on")):
    """Who keeps what was built, until when, and with what money. 三(四)¶6, 五(一)¶2, R20. 条文：C093 C136"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    keeper: str = field("管养单位", required=True, default="", longest=60)
    duty: Prose = field("管养责任", default=Prose(""), longest=2000)
    begins_on: date | None = field("开始日期", required=True, default=None)
    ends_on: date | None = field("结束日期", default=None)
    contact: str = field("联系人", default="", longest=20)
    phone: str = field("联系电话", default="", longest=30)
    fund_source: str = field("配套资金来源", default="", longest=60)
    yearly: Money | None = field("年度金额", default=None, hint="为 0 的在备注写明理由")
    note: str = field("备注", default="", longest=200)


class Attachment(Record, table="attachment", label="材料", key=("project", "phase", "item", "name")):
    """A paper or photograph kept for one of the four phases. 三(五)¶2, R33. 条文：C101"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    phase: Phase = field("环节", required=True, default=Phase.CALLING)
    item: str = field(
        "材料",
        required=True,
        default="",
        longest=40,
        suggests=(
            "征集公告",
            "协商签到表",
            "公示照片",
            "自筹承诺书",
            "价格确认单",
            "合同",
            ACCEPTANCE_PHOTOGRAPHS,
            PUBLIC_PHOTOGRAPHS,
            "管养责任书",
            "拨付凭证",
            "第三方委托书",
        ),
    )
    name: str = field("文件名", required=True, default="", longest=200)
    digest: str = field("文件校验码", default="", longest=64, fixed=True)
    size: int | None = field("文件大小", default=None, unit="字节", fixed=True)
    added_on: date | None = field("日期", default=None)
    note: str = field("备注", default="", longest=200)
