"""What the window, the commands and the documents do with a store: open, read, change and check it."""

from haicang_desk.model.services.agenda import (
    AgendaItem,
    agenda_of,
)
from haicang_desk.model.services.attachments import (
    attach,
    attach_as_named,
    missing_papers_of,
    suggested_attachment,
)
from haicang_desk.model.services.batch_steps import (
    Batch,
    BatchRow,
    Evaluation,
    RowCheck,
    answer_to,
    batch_of,
    batch_steps_of,
    evaluate_batch,
    form_of,
    in_short,
    is_undoable,
    name_of_batch,
    read_rows_of_batch,
    take_batch,
    taken_under,
)
from haicang_desk.model.services.beside import (
    asking_beside,
    lent,
    read_beside,
    write_beside,
)
from haicang_desk.model.services.carried_over import (
    carried_over,
    check_with_carried_over,
    is_unfinished,
)
from haicang_desk.model.services.condition import Check, Condition
from haicang_desk.model.services.deadlines import (
    Deadline,
    deadlines_of,
    undecided_alterations,
)
from haicang_desk.model.services.editing import (
    CARRIED_OVER,
    HOW_TO_CHANGE_A_PROJECT,
    MOVES_BUDGET,
    budget_is_fixed,
    draft_from,
    rewritten_fields,
    save,
    save_with_budget,
    void,
    with_project_codes,
)
from haicang_desk.model.services.evaluation import (
    blocking_findings,
    check,
    evaluate_case,
    findings_of,
    findings_on_projects,
    reference_tables_of,
    rule_context_of,
)
from haicang_desk.model.services.expert_draws import PoolMember, draw_experts, expert_pool, is_as_drawn
from haicang_desk.model.services.findings_keeper import (
    FindingsKeeper,
)
from haicang_desk.model.services.forecast import (
    Forecast,
    approved,
    casefiles_picked,
    findings_if,
    forecast_of,
)
from haicang_desk.model.services.issued_papers import (
    NewIssue,
    issues_like,
    issues_of,
    rows_changed_since_issue,
    save_issues,
)
from haicang_desk.model.services.near_twins import (
    TitleIndex,
    near_twins_of,
    near_villages_of,
    nearly_same,
    village_core,
    village_named,
)
from haicang_desk.model.services.operators import POSTS, is_person, operators, save_operator
from haicang_desk.model.services.project_history import (
    HistoryLine,
    change_line,
    history_of,
    return_note,
    take_back_change,
)
from haicang_desk.model.services.recycle_bin import (
    VoidedRecord,
    restore_voided,
    voided_records,
)
from haicang_desk.model.services.remainders import remainder
from haicang_desk.model.services.rule_set_changes import enact_rule_set
from haicang_desk.model.services.steps import (
    bars_of,
    next_steps,
    step_history,
    take_step,
)
from haicang_desk.model.services.undo import (
    entry_to_redo,
    entry_to_undo,
    redo,
    undo,
)
from haicang_desk.model.services.village_merge import (
    VillageMerge,
    merge_villages,
    village_merge,
)
from haicang_desk.model.services.workspace import (
    Workspace,
    damage_warning,
    system_user,
)
from haicang_desk.model.services.year_money import (
    OF_SCHEME,
    YearMoney,
    year_money,
)

__all__ = [
    "CARRIED_OVER",
    "HOW_TO_CHANGE_A_PROJECT",
    "MOVES_BUDGET",
    "OF_SCHEME",
    "POSTS",
    "AgendaItem",
    "Batch",
    "BatchRow",
    "Check",
    "Condition",
    "Deadline",
    "Evaluation",
    "FindingsKeeper",
    "Forecast",
    "HistoryLine",
    "NewIssue",
    "PoolMember",
    "RowCheck",
    "TitleIndex",
    "VillageMerge",
    "VoidedRecord",
    "Workspace",
    "YearMoney",
    "agenda_of",
    "answer_to",
    "approved",
    "asking_beside",
    "attach",
    "attach_as_named",
    "bars_of",
    "batch_of",
    "batch_steps_of",
    "blocking_findings",
    "budget_is_fixed",
    "carried_over",
    "casefiles_picked",
    "change_line",
    "check",
    "check_with_carried_over",
    "damage_warning",
    "deadlines_of",
    "draft_from",
    "draw_experts",
    "enact_rule_set",
    "entry_to_redo",
    "entry_to_undo",
    "evaluate_batch",
    "evaluate_case",
    "expert_pool",
    "findings_if",
    "findings_of",
    "findings_on_projects",
    "forecast_of",
    "form_of",
    "history_of",
    "in_short",
    "is_as_drawn",
    "is_person",
    "is_undoable",
    "is_unfinished",
    "issues_like",
    "issues_of",
    "lent",
    "merge_villages",
    "missing_papers_of",
    "name_of_batch",
    "near_twins_of",
    "near_villages_of",
    "nearly_same",
    "next_steps",
    "operators",
    "read_beside",
    "read_rows_of_batch",
    "redo",
    "reference_tables_of",
    "remainder",
    "restore_voided",
    "return_note",
    "rewritten_fields",
    "rows_changed_since_issue",
    "rule_context_of",
    "save",
    "save_issues",
    "save_operator",
    "save_with_budget",
    "step_history",
    "suggested_attachment",
    "system_user",
    "take_back_change",
    "take_batch",
    "take_step",
    "taken_under",
    "undecided_alterations",
    "undo",
    "village_core",
    "village_merge",
    "village_named",
    "void",
    "voided_records",
    "with_project_codes",
    "write_beside",
    "year_money",
]
