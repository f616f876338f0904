"""Policy: parameters and rule sets, word lists for budgets, and the office's reference tables."""

from haicang_desk.model.policy.parameters import (
    Parameter,
    Policy,
)
from haicang_desk.model.policy.policy_files import (
    WORDS_FILE,
    PolicyText,
    files_now,
)
from haicang_desk.model.policy.policy_text import (
    NUMBER,
    PolicyClause,
    PolicyParagraph,
    paragraph_at,
    policy_text,
    typeset,
)
from haicang_desk.model.policy.reference_tables import (
    ReferenceTables,
)
from haicang_desk.model.policy.rule_set_writing import (
    FaultyRuleSet,
    RuleSetDraft,
    put_back_rule_set,
    rule_set_file,
    rule_set_of_draft,
    typed_text,
    write_rule_set,
)
from haicang_desk.model.policy.rule_sets import (
    RuleBook,
    book_of_files,
    policy_for,
    rule_book,
    shipped_rule_sets,
)
from haicang_desk.model.policy.word_lists import (
    Ban,
    Wording,
    judge,
)

__all__ = [
    "NUMBER",
    "WORDS_FILE",
    "Ban",
    "FaultyRuleSet",
    "Parameter",
    "Policy",
    "PolicyClause",
    "PolicyParagraph",
    "PolicyText",
    "ReferenceTables",
    "RuleBook",
    "RuleSetDraft",
    "Wording",
    "book_of_files",
    "files_now",
    "judge",
    "paragraph_at",
    "policy_for",
    "policy_text",
    "put_back_rule_set",
    "rule_book",
    "rule_set_file",
    "rule_set_of_draft",
    "shipped_rule_sets",
    "typed_text",
    "typeset",
    "write_rule_set",
]
