"""Records of approval: the street's decision, the filing with the district, waivers of rules, changes. 三(三)."""

from __future__ import annotations

from datetime import date

from haicang_desk.model.records.enums import Altered, Conclusion, FilingResult
from haicang_desk.model.records.fields import Link, Prose, Record, field
from haicang_desk.model.values import Money

RULE_CODES: list[str] = []  # in order; model.rules adds the code of each rule that it declares


class Approval(Record, table="approval", label="审批", key=("project", "decided_on", "conclusion")):
    """One decision on a project; the latest one determines its stage. 三(三)¶2. 条文：C031 C034 C076"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    conclusion: Conclusion = field("结论", required=True, default=Conclusion.AGREE)
    decided_on: date | None = field("日期", required=True, default=None)
    special: Money | None = field("核定专项资金", default=None, hint="不填即按申报数")
    matching: Money | None = field("核定以奖代补资金", default=None, hint="不填即按申报数")
    total: Money | None = field("核定总资金", default=None, hint="不填即按申报数")
    approver: str = field("审批人", default="", longest=20, person=True)
    opinion: Prose = field("意见", default=Prose(""), longest=2000, needed_to="send_back")
    number: str = field("文号", default="", longest=60)
    answered_on: date | None = field("重新申报日期", default=None, hint="退回或撤回之后又申报的日期")
    handler: str = field("经办人", default="", longest=20, person=True)


class Filing(Record, table="filing", label="备案", key=("project", "sent_on")):
    """A filing with the district office (区备案): recorded or returned, never refused. 三(三)¶2. 条文：C077"""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    sent_on: date | None = field("报送日期", required=True, default=None)
    lodged_on: date | None = field("备案日期", default=None)
    number: str = field("备案号", default="", longest=60)
    result: FilingResult | None = field("结果", default=None)


class Waiver(Record, table="waiver", label="例外", key=("project", "rule", "number")):
    """An exception from one rule of severity 例外; printed on the approval form."""

    project: Link = field("项目编号", required=True, default=Link(""), refers="project")
    rule: str = field("规则", required=True, default="", longest=4, suggests=RULE_CODES, among=RULE_CODES)
    authority: str = field("批准机关", required=True, default="", longest=60)
    number: str = field("文号", default="", longest=60, hint="文号或会议纪要号")
    granted_on: date | None = field("日期", required=True, default=None)
    reason: Prose = field("理由", required=True, default=Prose(""), longest=1000)


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
    approver: str = field("审批人", default="", longest=20, person=True)
    number: str = field("文号", default="", longest=60)

    def follows(self, approval: Approval) -> bool:
        """Whether it changes this approval and not an earlier, withdrawn one: by date, then by order of entry."""
        answered, on = self.decided_on or self.asked_on or date.max, approval.decided_on or date.min
        return (answered, not self.id, self.id) >= (on, not approval.id, approval.id)
