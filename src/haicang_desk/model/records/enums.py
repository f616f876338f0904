"""The closed choices of the records, with labels in the words of the policy."""

from __future__ import annotations

from haicang_desk.model.records.fields import Labelled


class VillageKind(Labelled):
    """村居的类型。"""

    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class Category(Labelled):
    """项目类别，三(一)¶2。 条文：C047"""

    SERVICE = "service", "服务类"
    GOODS = "goods", "货物类"
    WORKS = "works", "工程类"


class Content(Labelled):
    """主要内容，三(一)¶3–7。 条文：C048–C053"""

    SAFETY = "safety", "消除安全隐患"
    ENVIRONMENT = "environment", "村居环境整治"
    CULTURE = "culture", "文化体育娱乐"
    CARE = "care", "群众生活关爱"
    CHARITY = "charity", "村居公益事业"


class Urgency(Labelled):
    """轻重缓急，三(二)¶2。 条文：C069"""

    URGENT = "urgent", "急"
    HEAVY = "heavy", "重"
    NORMAL = "normal", "一般"


class Source(Labelled):
    """资金来源：G1 G2 G3 为政府财政资金，其余为社会资源资金，三(一)¶9、五(二)、五(三)。 条文：C060"""

    SPECIAL = "special", "区级专项资金"
    MATCHING = "matching", "以奖代补资金"
    OTHER_FISCAL = "other_fiscal", "其他财政资金"
    DONATED_CASH = "donated_cash", "捐赠现金"
    DONATED_GOODS = "donated_goods", "捐赠实物折价"
    LABOUR = "labour", "投工投劳折价"
    SELF_RAISED = "self_raised", "村居自筹"

    @property
    def fiscal(self) -> bool:
        """Whether it is public money (政府财政资金)."""
        return self in (Source.SPECIAL, Source.MATCHING, Source.OTHER_FISCAL)


class PaidFrom(Labelled):
    """拨付的资金来源：本方案的两种资金。"""

    SPECIAL = "special", "区级专项资金"
    MATCHING = "matching", "以奖代补资金"


class Channel(Labelled):
    """征集渠道，三(二)¶2。 条文：C065"""

    ONLINE = "online", "网络媒体"
    BOX = "box", "意见箱"
    BOARD = "board", "公告栏"
    VISIT = "visit", "走访"
    POLL = "poll", "问卷"
    MEETING = "meeting", "会议"
    OTHER = "other", "其他"


class Consulted(Labelled):
    """应征求意见的五类对象，三(三)¶2。"""

    LEADER = "leader", "挂钩街道领导"
    COMMITTEES = "committees", "村居两委"
    PARTY = "party", "党员代表"
    RESIDENTS = "residents", "居民代表"
    ELDERS = "elders", "老人协会"


class NoticeKind(Labelled):
    """公示类型，三(二)¶2、三(五)¶2、三(六)¶2、四(三)¶2。"""

    PROJECT = "project", "项目公示"
    COMPLETION = "completion", "完工公示"
    SURVEY = "survey", "测评结果公示"
    AWARD = "award", "年度评优公示"


class Conclusion(Labelled):
    """审批结论，三(三)¶2。"""

    AGREE = "agree", "同意"
    SEND_BACK = "send_back", "退回"
    REJECT = "reject", "不予批准"
    WITHDRAW = "withdraw", "撤回"


class FilingResult(Labelled):
    """备案结果。备案不是审批：只有已备案和退补。"""

    LODGED = "lodged", "已备案"
    RETURNED = "returned", "退补"


class ImplementerKind(Labelled):
    """实施主体的类型，二¶6。 条文：C041 C083"""

    SOCIAL = "social", "社会组织"
    INSTITUTION = "institution", "机构"
    ENTERPRISE = "enterprise", "企业"


class TakingPart(Labelled):
    """社会力量参与的方式，二¶6、五(二)¶2。 条文：C145"""

    DONATE = "donate", "捐赠"
    SPONSOR = "sponsor", "赞助"
    NAMING = "naming", "冠名"
    LABOUR = "labour", "投工投劳"
    VOLUNTEER = "volunteer", "志愿服务"
    ORGANISE = "organise", "组织实施"


class GiftForm(Labelled):
    """款物：捐赠、赞助、冠名给的是现金还是实物，五(三)¶2。"""

    CASH = "cash", "现金"
    GOODS = "goods", "实物"


class Event(Labelled):
    """实施进度的事项；除进展、验收外都移动办理阶段。"""

    START = "start", "开工"
    PROGRESS = "progress", "进展"
    COMPLETE = "complete", "完工"
    ACCEPT = "accept", "验收"
    CLOSE = "close", "办结"
    TERMINATE = "terminate", "终止"


class SurveyGroup(Labelled):
    """测评对象的四组，三(六)¶2。"""

    DELEGATES = "delegates", "两代表一委员"
    PARTY = "party", "村居党员"
    RESIDENTS = "residents", "村居民代表"
    EXPERTS = "experts", "项目专家"


class InspectionKind(Labelled):
    """督查类型，三(五)¶2。"""

    SELF = "self", "街道自查"
    SPOT = "spot", "区级抽查"


class AwardResult(Labelled):
    """年度评优结果，三(六)¶2。"""

    NOMINATED = "nominated", "推荐"
    EXCELLENT = "excellent", "优秀"
    NOT_CHOSEN = "not_chosen", "未入选"


class DayKind(Labelled):
    """节假日安排：放假，或休息日调为上班。"""

    OFF = "off", "放假"
    WORKED = "worked", "上班"


class Tier(Labelled):
    """机构的层级，二¶2–4。"""

    DISTRICT = "district", "区级"
    STREET = "street", "街道"
    VILLAGE = "village", "村居"


class Watch(Labelled):
    """监督的类型，三(四)¶3、三(五)¶2、五(一)¶2。"""

    DELEGATES = "delegates", "两代表一委员监督"
    RESIDENTS = "residents", "群众监督"
    CONTRACTING = "contracting", "发包督导"
    BREACH = "breach", "问题线索"


class Altered(Labelled):
    """变更的事项，五(一)¶2。"""

    AMOUNT = "amount", "金额"
    USE = "use", "用途"
    PLACE = "place", "地点"
    CONTENT = "content", "内容"
    TIME = "time", "时限"
    IMPLEMENTER = "implementer", "实施主体"


class Phase(Labelled):
    """资料留存的四个环节，三(五)¶2。"""

    CALLING = "calling", "征集"
    CHOOSING = "choosing", "确定"
    CARRYING = "carrying", "实施"
    JUDGING = "judging", "评议"


class Medium(Labelled):
    """宣传的渠道，四(一)¶2。"""

    SITE = "site", "政府网站"
    PRESS = "press", "报刊媒体"
    WECHAT = "wechat", "微信公众号"
    WEIBO = "weibo", "微博"
    OTHER = "other", "其他"


class Verdict(Labelled):
    """评议的方式，四(三)¶2。"""

    RESIDENTS = "residents", "居民评议"
    EXPERTS = "experts", "专家评议"
    OTHER = "other", "其他"


class Stage(Labelled):
    """办理阶段；它从项目的记录得出，不单独登记。"""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已申报"
    SENT_BACK = "sent_back", "退回"
    REJECTED = "rejected", "不予批准"
    WITHDRAWN = "withdrawn", "撤回"
    APPROVED = "approved", "已审批"
    LODGED = "lodged", "已备案"
    APPOINTED = "appointed", "主体已定"
    UNDERWAY = "underway", "实施中"
    COMPLETED = "completed", "已完工"
    CLOSED = "closed", "已办结"
    TERMINATED = "terminated", "终止"


class Role(Labelled):
    """四级运行体系中的角色，二¶2。 条文：C024 C027"""

    VILLAGE = "village", "村居"
    CLERK = "clerk", "街道经办"
    LEADER = "leader", "街道领导"
    FINANCE = "finance", "街道财务"
    DISTRICT = "district", "区领导小组办公室"


class Duty(Labelled):
    """登录后的角色；一个人可以有几个。五(一)¶2: 谁审批、谁监管，谁使用、谁负责。"""

    CLERK = "clerk", "经办"
    REVIEWER = "reviewer", "复核"
    APPROVER = "approver", "审批"
    FINANCE = "finance", "财务"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "管理员"


class AccountState(Labelled):
    """账户的状态；账户只停用，不删除。"""

    ACTIVE = "active", "在用"
    DISABLED = "disabled", "停用"
