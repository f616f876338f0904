"""Values that records and rules calculate with: money, days, shares, pinyin; errors and callback types."""

from haicang_desk.model.values.cached_field import (
    cached_field,
)
from haicang_desk.model.values.calendar import (
    Calendar,
    add_months,
    announced,
    full_date,
    half_year_of,
    half_year_span,
    notice_end,
    parse_day,
    quarter_of,
    quarter_span,
)
from haicang_desk.model.values.errors import (
    BatchRefused,
    Blocked,
    ChangedMeanwhile,
    DeskError,
    Fixed,
    HeldElsewhere,
    NotUndoable,
    NotWritten,
    NotYourDuty,
    OnlyReadable,
    Refused,
    SignInNeeded,
    SignInRefused,
    StepNotOpen,
    Stopped,
    StoreUnusable,
    UnsafePlace,
    cause,
)
from haicang_desk.model.values.money import (
    LARGEST,
    Money,
)
from haicang_desk.model.values.progress import Cancelled, Course, ProgressCallback
from haicang_desk.model.values.ratios import (
    holds,
    needed,
    to_add,
    to_turn,
)
from haicang_desk.model.values.signer import Signer
from haicang_desk.model.values.text import (
    clean_text,
    initials,
    matching_form,
    pinyin_forms,
)
from haicang_desk.model.values.typed import (
    typed_amount,
    typed_day,
)
from haicang_desk.model.values.watched_day import WatchedDay, is_marked, told_on

__all__ = [
    "LARGEST",
    "BatchRefused",
    "Blocked",
    "Calendar",
    "Cancelled",
    "ChangedMeanwhile",
    "Course",
    "DeskError",
    "Fixed",
    "HeldElsewhere",
    "Money",
    "NotUndoable",
    "NotWritten",
    "NotYourDuty",
    "OnlyReadable",
    "ProgressCallback",
    "Refused",
    "SignInNeeded",
    "SignInRefused",
    "Signer",
    "StepNotOpen",
    "Stopped",
    "StoreUnusable",
    "UnsafePlace",
    "WatchedDay",
    "add_months",
    "announced",
    "cached_field",
    "cause",
    "clean_text",
    "full_date",
    "half_year_of",
    "half_year_span",
    "holds",
    "initials",
    "is_marked",
    "matching_form",
    "needed",
    "notice_end",
    "parse_day",
    "pinyin_forms",
    "quarter_of",
    "quarter_span",
    "to_add",
    "to_turn",
    "told_on",
    "typed_amount",
    "typed_day",
]
