"""The street office itself, its yearly quota, and its villages."""

from __future__ import annotations

from haicang_desk.model.fields import Record, field
from haicang_desk.model.records.choices import VillageKind
from haicang_desk.model.values import Money


class Street(Record, table="street", label="街道", key=("name",)):
    """The one street office (街道办事处) a store belongs to; what its papers are signed with. 二¶4."""

    name: str = field("街道", required=True, default="", longest=30, hint="如 新阳街道")
    code: str = field("简码", default="", longest=12, hint="项目编号的第一段，如 XYJD；不填按拼音首字母")
    address: str = field("地址", default="", longest=80, hint="公示上印的书面异议受理地址")
    contact: str = field("联系人", default="", longest=20)
    phone: str = field("联系电话", default="", longest=30)
    watch_phone: str = field("监督电话", default="", longest=30, hint="完工公示必须印监督电话")

    @property
    def office(self) -> str:
        """How it signs: 新阳街道办事处."""
        return self.name if self.name.endswith("办事处") else f"{self.name}办事处"


class StreetQuota(Record, table="street_quota", label="街道额度", key=("fund_year",)):
    """The money the district gave this street for a fund year; none given, nothing is checked. 五(一)¶2, R11.

    条文：C131 C132
    """

    fund_year: int = field("资金年度", required=True, default=0, least=2018, most=2100)
    quota: Money | None = field("街道额度", default=None, hint="区里下达的本年度额度；不填不检查")
    number: str = field("下达文号", default="", longest=60)


class Village(Record, table="village", label="村居", key=("name",)):
    """A village or community (村居): who calls for projects and is paid. 二¶5, 三(五)¶2. 条文：C036 C133"""

    name: str = field("村居", required=True, default="", longest=30)
    code: str = field("简码", default="", longest=12, hint="项目编号的第二段，如 XYSQ；不填按拼音首字母")
    kind: VillageKind | None = field("类型", default=None)
    quota: Money | None = field("年度参考额度", default=None, hint="不填按政策的约 80 万元")
    leader: str = field("挂钩街道领导", default="", longest=20)
    payee: str = field("收款户名", default="", longest=60, section="账户")
    bank: str = field("开户行", default="", longest=60)
    account: str = field("账号", default="", longest=40)
    contact: str = field("联系人", default="", longest=20, section="联系")
    phone: str = field("联系电话", default="", longest=30)
    has_elders: bool | None = field("有老人协会", default=None, hint="没有的，征求意见时不要求老人协会（R16）")

    @property
    def committee(self) -> str:
        """How it signs: 霞阳社区居民委员会 / 东屿村村民委员会."""
        name, kind = self.name, self.kind
        if name.endswith("委员会"):
            return name
        if kind is VillageKind.VILLAGE or (kind is None and name.endswith("村")):
            return f"{name}{'' if name.endswith('村') else '村'}村民委员会"
        return f"{name}{'' if name.endswith('社区') else '社区'}居民委员会"
