"""model.rules"""

# isort: off
# First, because its part of R02 is named before the project's on the approval form.
from haicang_desk.model.rules import village_year  # noqa: F401

# isort: on
from haicang_desk.model.rules import (  # noqa: F401  each adds its own when imported
    accountability,
    checks,
    completion,
    consultation,
    delivery_deadlines,
    exclusions,
    final_accounts,
    funding_limits,
    in_kind_valuation,
    matching_funds,
    overhead,
    payment_limits,
    procurement,
    project_splitting,
    satisfaction,
    step_order,
    street_year,
    year_calendar,
)
from haicang_desk.model.rules.accountability import (
    missing_papers,
)
from haicang_desk.model.rules.delivery_deadlines import (
    DeliveryDeadline,
    delivery_deadlines_of,
)
from haicang_desk.model.rules.engine import (
    RULES,
    Outline,
    RuleContext,
    StreetRuleContext,
    VillageRuleContext,
    in_report_order,
    project_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.rules.final_accounts import (
    payable,
)
from haicang_desk.model.rules.matching_funds import (
    cash_received,
    most_matching,
)
from haicang_desk.model.rules.project_splitting import (
    like,
)
from haicang_desk.model.rules.remedies import (
    Remedy,
    remedies_for,
)
from haicang_desk.model.rules.satisfaction import (
    award_score,
)
from haicang_desk.model.rules.step_order import (
    start_of,
)
from haicang_desk.model.rules.village_year import (
    BASES,
    service_money,
)
from haicang_desk.model.rules.year_calendar import (
    PHASES,
    advanced_of,
    phase_on,
    phase_starts,
    report_due,
)

__all__ = [
    "BASES",
    "PHASES",
    "RULES",
    "DeliveryDeadline",
    "Outline",
    "Remedy",
    "RuleContext",
    "StreetRuleContext",
    "VillageRuleContext",
    "advanced_of",
    "award_score",
    "cash_received",
    "delivery_deadlines_of",
    "in_report_order",
    "like",
    "missing_papers",
    "most_matching",
    "payable",
    "phase_on",
    "phase_starts",
    "project_findings",
    "remedies_for",
    "report_due",
    "service_money",
    "start_of",
    "street_findings",
    "village_findings",
]
