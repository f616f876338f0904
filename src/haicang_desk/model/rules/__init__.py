"""The rules of the policy (R01 to R34), one module a subject. Importing the package declares them all.

A new rule is a function with ``@rule`` in a module of this package, and its figure in the rule-set file
``resources/policy``. Nothing else lists the modules or the rules.
"""

from importlib import import_module
from pkgutil import iter_modules

from haicang_desk.model.rules.accountability import missing_papers, required_papers
from haicang_desk.model.rules.delivery_deadlines import DeliveryDeadline, delivery_deadlines_of
from haicang_desk.model.rules.engine import (
    RULES,
    SCOPES,
    Collectable,
    Collected,
    Collector,
    Rule,
    RuleContext,
    StreetRuleContext,
    VillageRuleContext,
    answering_record,
    needs_of,
    project_findings,
    rules_by_code,
    sorted_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.rules.final_accounts import payable
from haicang_desk.model.rules.matching_funds import cash_received, most_matching
from haicang_desk.model.rules.project_splitting import CANDIDATES, SplitCandidate, similar_to
from haicang_desk.model.rules.remedies import Remedy, remedies_for
from haicang_desk.model.rules.satisfaction import award_score
from haicang_desk.model.rules.street_year import social_projects_required
from haicang_desk.model.rules.village_year import BASES, service_money
from haicang_desk.model.rules.year_calendar import PHASES, advanced_of, phase_on, phase_starts, report_due

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "BASES",
    "CANDIDATES",
    "PHASES",
    "RULES",
    "SCOPES",
    "Collectable",
    "Collected",
    "Collector",
    "DeliveryDeadline",
    "Remedy",
    "Rule",
    "RuleContext",
    "SplitCandidate",
    "StreetRuleContext",
    "VillageRuleContext",
    "advanced_of",
    "answering_record",
    "award_score",
    "cash_received",
    "delivery_deadlines_of",
    "missing_papers",
    "most_matching",
    "needs_of",
    "payable",
    "phase_on",
    "phase_starts",
    "project_findings",
    "remedies_for",
    "report_due",
    "required_papers",
    "rules_by_code",
    "service_money",
    "similar_to",
    "social_projects_required",
    "sorted_findings",
    "street_findings",
    "village_findings",
]
