"""model.services"""

from haicang_desk.model.services.attachments import (
    attach,
    missing_of,
    suggested,
)
from haicang_desk.model.services.deadlines import (
    Duty,
    agenda,
    undecided_changes,
)
from haicang_desk.model.services.editing import (
    CARRIED_OVER,
    budget_is_fixed,
    draft_from,
    keep,
    numbered,
    void,
)
from haicang_desk.model.services.evaluation import (
    check,
    checked,
    findings_of,
    scene_of,
    standing_of,
    weigh,
)
from haicang_desk.model.services.forecast import (
    Outlook,
    findings_if,
    outlook_of,
    picked,
)
from haicang_desk.model.services.issued_papers import (
    NewIssue,
    issues_like,
    issues_of,
    keep_issues,
    rows_changed_since_issue,
)
from haicang_desk.model.services.steps import (
    next_steps,
    proposal,
    take_step,
    way_of,
)
from haicang_desk.model.services.undo import (
    redo,
    to_redo,
    to_undo,
    undo,
)
from haicang_desk.model.services.workspace import (
    Workspace,
    person,
)

__all__ = [
    "CARRIED_OVER",
    "Duty",
    "NewIssue",
    "Outlook",
    "Workspace",
    "agenda",
    "attach",
    "budget_is_fixed",
    "check",
    "checked",
    "draft_from",
    "findings_if",
    "findings_of",
    "issues_like",
    "issues_of",
    "keep",
    "keep_issues",
    "missing_of",
    "next_steps",
    "numbered",
    "outlook_of",
    "person",
    "picked",
    "proposal",
    "redo",
    "rows_changed_since_issue",
    "scene_of",
    "standing_of",
    "suggested",
    "take_step",
    "to_redo",
    "to_undo",
    "undecided_changes",
    "undo",
    "void",
    "way_of",
    "weigh",
]
