"""The model: records, rules, workflow and the store. No Qt below this line.

Screens, documents, exchange and commands import the names exported here and no module beneath.
"""

from haicang_desk.model.actions.attaching import attach, missing_of, suggested
from haicang_desk.model.actions.keeping import CARRIED_OVER, budget_is_fixed, draft_from, keep, numbered, void
from haicang_desk.model.actions.steps import lacking, next_steps, proposal, take_step
from haicang_desk.model.actions.undoing import redo, to_redo, to_undo, undo
from haicang_desk.model.actions.way import way_of
from haicang_desk.model.audit import Damage, verify, verify_file
from haicang_desk.model.backup import Contents, back_up, restore_backup
from haicang_desk.model.casefile import BELONGS, CHILDREN, Casefile, Scene
from haicang_desk.model.change import Change, Done
from haicang_desk.model.checking import barring, check, checked, findings_of, scene_of, standing_of, weigh
from haicang_desk.model.cures import Cure
from haicang_desk.model.days import (
    add_months,
    full_date,
    half_year_of,
    half_year_span,
    notice_end,
    parse_day,
    quarter_of,
    quarter_span,
)
from haicang_desk.model.duties import Duty, agenda, undecided_changes
from haicang_desk.model.errors import (
    Blocked,
    DeskError,
    Fixed,
    NotUndoable,
    NotWritten,
    Refused,
    StepNotOpen,
    StoreUnusable,
    cause,
)
from haicang_desk.model.fields import KINDS, Field, Labelled, Link, Prose, Record, show_value
from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.funding import Funding
from haicang_desk.model.history import (
    Edit,
    Event,
    Logged,
    Sealed,
    changed_in,
    count_changes,
    events_of,
    last_seal,
    list_changes,
    sealed_by,
)
from haicang_desk.model.issues import NewIssue, issues_like, issues_of, keep_issues, rows_changed_since_issue
from haicang_desk.model.ledger import Paid, list_payments, sum_payments
from haicang_desk.model.listing import (
    LIBRARY,
    ONLY,
    ORDERS,
    Listed,
    Sought,
    count_by_stage,
    count_projects,
    list_projects,
    listed_ids,
)
from haicang_desk.model.money import Money
from haicang_desk.model.outlook import Outlook, findings_if, outlook_of, picked, what_if
from haicang_desk.model.pinyin import initials
from haicang_desk.model.point_in_time import casefile_before, last_entry, record_before, without_changes
from haicang_desk.model.policy import Parameter, Policy
from haicang_desk.model.records import (
    RECORDS,
    Advance,
    Alteration,
    Appointment,
    Approval,
    Attachment,
    Award,
    Bid,
    BudgetLine,
    Deliberation,
    Disbursement,
    Expert,
    Filing,
    Guidance,
    Holiday,
    Inspection,
    Issue,
    LabourPrice,
    Maintenance,
    Member,
    Notice,
    Opinion,
    Paper,
    Participation,
    ProcurementLimit,
    Progress,
    Project,
    Publicity,
    PublicProject,
    QuarterLine,
    QuarterReport,
    Refund,
    Review,
    Settlement,
    Spending,
    Street,
    StreetQuota,
    Suggestion,
    Supervision,
    Survey,
    Village,
    Waiver,
    YearPlan,
)
from haicang_desk.model.records.carrying import ACCEPTANCE_PHOTOGRAPHS, PUBLIC_PHOTOGRAPHS
from haicang_desk.model.records.choices import (
    Altered,
    AwardResult,
    Category,
    Channel,
    Conclusion,
    Consulted,
    Content,
    DayKind,
    FilingResult,
    ImplementerKind,
    InspectionKind,
    Medium,
    NoticeKind,
    PaidFrom,
    Phase,
    Source,
    SurveyGroup,
    TakingPart,
    Tier,
    Urgency,
    Verdict,
    VillageKind,
    Watch,
)
from haicang_desk.model.records.choices import Event as ProgressEvent
from haicang_desk.model.register import Balance, Line, Register, village_quota
from haicang_desk.model.retention import back_up_automatically, backup_folder, backups_in
from haicang_desk.model.rule_sets import borrowed_notes, policy_for, rule_set_faults
from haicang_desk.model.rules import RULES, Rule, project_findings
from haicang_desk.model.rules.balance import BASES, service_money
from haicang_desk.model.rules.reporting import PHASES, phase_on, phase_starts
from haicang_desk.model.scans import Scan, ScanKind, kind_of, read_scans, scan_of
from haicang_desk.model.standing import Standing
from haicang_desk.model.workdays import Calendar
from haicang_desk.model.workflow import BEFORE_FILING, LANES, PATH, STEPS, Role, Stage, Step, steps_from
from haicang_desk.model.workspace import Workspace, person

# fmt: off
__all__ = [
    "ACCEPTANCE_PHOTOGRAPHS", "BASES", "BEFORE_FILING", "BELONGS", "CARRIED_OVER", "CHILDREN", "KINDS", "LANES",
    "LIBRARY", "ONLY", "ORDERS", "PATH", "PHASES", "PUBLIC_PHOTOGRAPHS", "RECORDS", "RULES", "STEPS", "Advance",
    "Alteration", "Altered", "Appointment", "Approval", "Attachment", "Award", "AwardResult", "Balance", "Bid",
    "Blocked", "BudgetLine", "Calendar", "Casefile", "Category", "Change", "Channel", "Clause", "Conclusion",
    "Consulted", "Content", "Contents", "Cure", "Damage", "DayKind", "Deliberation", "DeskError", "Disbursement",
    "Done", "Duty", "Edit", "Event", "Expert", "Field", "Filing", "FilingResult", "Finding", "Fixed", "Funding",
    "Guidance", "Holiday", "ImplementerKind", "Inspection", "InspectionKind", "Issue", "Labelled", "LabourPrice",
    "Line", "Link", "Listed", "Logged", "Maintenance", "Medium", "Member", "Money", "NewIssue", "NotUndoable",
    "NotWritten", "Notice", "NoticeKind", "Opinion", "Outlook", "Paid", "PaidFrom", "Paper", "Parameter",
    "Participation", "Phase", "Policy", "ProcurementLimit", "Progress", "ProgressEvent", "Project", "Prose",
    "PublicProject", "Publicity", "QuarterLine", "QuarterReport", "Record", "Refund", "Refused", "Register", "Review",
    "Role", "Rule", "Scan", "ScanKind", "Scene", "Sealed", "Settlement", "Severity", "Sought", "Source", "Spending",
    "Stage", "Standing", "Step", "StepNotOpen", "StoreUnusable", "Street", "StreetQuota", "Suggestion", "Supervision",
    "Survey", "SurveyGroup", "TakingPart", "Tier", "Urgency", "Verdict", "Village", "VillageKind", "Waiver", "Watch",
    "Workspace", "YearPlan", "add_months", "agenda", "attach", "back_up", "back_up_automatically", "backup_folder",
    "backups_in", "barring", "borrowed_notes", "budget_is_fixed", "casefile_before", "cause", "changed_in", "check",
    "checked", "count_by_stage", "count_changes", "count_projects", "draft_from", "events_of", "findings_if",
    "findings_of", "full_date", "half_year_of", "half_year_span", "initials", "issues_like", "issues_of", "keep",
    "keep_issues", "kind_of", "lacking", "last_entry", "last_seal", "list_changes", "list_payments", "list_projects",
    "listed_ids", "missing_of", "next_steps", "notice_end", "numbered", "outlook_of", "parse_day", "person",
    "phase_on", "phase_starts", "picked", "policy_for", "project_findings", "proposal", "quarter_of", "quarter_span",
    "read_scans", "record_before", "redo", "restore_backup", "rows_changed_since_issue", "rule_set_faults", "scan_of",
    "scene_of", "sealed_by", "service_money", "show_value", "standing_of", "steps_from", "suggested", "sum_payments",
    "take_step", "to_redo", "to_undo", "undecided_changes", "undo", "verify", "verify_file", "village_quota", "void",
    "way_of", "weigh", "what_if", "without_changes",
]
# fmt: on
