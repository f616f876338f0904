"""A project with more and longer records than a form has room for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from haicang_desk.model.records import (
    Bid,
    BudgetLine,
    Category,
    Guidance,
    Link,
    Participation,
    Project,
    Prose,
    Record,
    Settlement,
    Source,
    Supervision,
    TakingPart,
    Watch,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.services import Workspace
from haicang_desk.model.values import Money


def crowd(ws: Workspace, code: str) -> None:
    """Eighteen budget lines, thirty donors, twelve bids, every source of money, and texts as long as they get."""
    project: Project = ws.project(code)
    of = Link(project.id)
    case = ws.casefile(project.id)
    records: tuple[Record, ...] = (
        replace(
            project,
            title="霞阳社区东片区一期至三期老旧楼道照明更换及消防通道综合整治与无障碍坡道增设项目（含二次装修恢复、标识标牌更新）",
            category=Category.SERVICE, charity="老人日间照料", matching=Money(20_000_000),
            place="霞阳东路二里1至18号楼、霞阳西路一里2至9号楼及中心广场周边", need=Prose("居民多次反映。" * 60),
            works=Prose("逐栋更换楼道灯并清理通道。" * 80), effect=Prose("夜间出行更安全。" * 70),
            keeping_duty=Prose("每季度巡查两次，损坏三日内修复。" * 30), special=Money(123_456_789),
            other_fiscal=Money(12_345_678),
        ),
        *(
            BudgetLine(
                project=of, content=f"第{number}项：楼道感应灯及线路整治", subject="材料费", measure="盏",
                quantity=Decimal(18 * number), price=Money(12_050), amount=Money(216_900 * number),
                source=Source.SPECIAL,
            )
            for number in range(1, 15)
        ),
        *(
            Participation(
                project=of, party=f"厦门新阳第{number}机械制造有限公司", kind="企业", manner=TakingPart.DONATE,
                took_on=date(2018, 9, 1), amount=Money(1_000_000 + number), received=True,
                basis=f"银行回单{number:04d}",
            )
            for number in range(1, 31)
        ),
        *(
            Bid(project=of, bidder=f"第{number}市政工程有限公司", bid_on=date(2018, 8, 24),
                price=Money(28_000_000 + number))
            for number in range(1, 13)
        ),
        *(
            Guidance(project=of, guided_on=date(2018, 11, 20 + number), department="区市场监督管理局",
                     standard="GB 19272", gist=Prose("器材有合格标识，安装间距符合要求。" * 4))
            for number in range(3)
        ),
        *(
            Supervision(project=of, watched_on=date(2018, 8, 20 + number), watch=Watch.CONTRACTING,
                        text=Prose("现场查看进度与资料，建议加强公示。" * 4), answer=Prose("已补充。"))
            for number in range(3)
        ),
        *(replace(each, gist=Prose("建议公开招募实施主体并加强夜间照明维护。" * 8)) for each in case.opinions),
        *(
            replace(each, account=Prose("数量与合同一致，质量合格，资料齐全。" * 15))
            for each in case.progress
            if each.event is ProgressEvent.ACCEPT
        ),
        Settlement(
            project=of, settled_on=date(2018, 12, 24), special=Money(123_456_789), matching=Money(20_000_000),
            other_fiscal=Money(12_345_678), donated_cash=Money(30_000_465), donated_goods=Money(2_200_000),
            labour=Money(1_800_000), self_raised=Money(2_900_000),
        ),
    )  # fmt: skip
    with ws.change("登记", actor="陈") as change:
        for record in records:
            change.save(record)
