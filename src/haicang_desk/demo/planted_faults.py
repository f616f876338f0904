"""The faults that the demonstration year has on purpose. Otherwise it is a year that an auditor would praise.

``simulation.check_result`` refuses a year that lacks one of them or has any other finding of level 硬; the command
``demo`` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass

from haicang_desk.model.findings import Severity


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault: the rule that finds it, its level, the project or village it is of, and what it is."""

    rule: str
    severity: Severity
    subject: str
    text: str


OVER_CAP = PlantedFault("R01", Severity.BLOCK, "渔村讲解员培养", "专项资金超过服务类单项上限，申报被拦下，仍是草稿")
PAID_THOUGH_REFUSED = PlantedFault("R19", Severity.BLOCK, "灌溉水泵更新", "不予批准的项目误拨了一笔，还没有退回")
SHORT_OF_SERVICES = PlantedFault("R05", Severity.WARN, "枫林社区", "服务类项目数不足四成")
SHORT_OF_SERVICE_MONEY = PlantedFault("R06", Severity.WARN, "下埭村", "服务类项目资金不足四成")
ABOVE_REFERENCE = PlantedFault("R10", Severity.WARN, "榕荫社区", "专项资金超过村居参考额度")

PLANTED_FAULTS = (OVER_CAP, PAID_THOUGH_REFUSED, SHORT_OF_SERVICES, SHORT_OF_SERVICE_MONEY, ABOVE_REFERENCE)
