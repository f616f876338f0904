"""Policy: parameters and rule sets, word lists for budgets, and the office's reference tables."""

from haicang_desk.model.policy.parameters import (
    Parameter,
    Policy,
)
from haicang_desk.model.policy.reference_tables import (
    ReferenceTables,
)
from haicang_desk.model.policy.rule_sets import (
    borrowed_notes,
    policy_for,
    rule_set_faults,
)
from haicang_desk.model.policy.word_lists import (
    Ban,
    judge,
    wording,
)

__all__ = [
    "Ban",
    "Parameter",
    "Policy",
    "ReferenceTables",
    "borrowed_notes",
    "judge",
    "policy_for",
    "rule_set_faults",
    "wording",
]
