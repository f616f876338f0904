"""model.store"""

from haicang_desk.model.store.backup import (
    Contents,
    back_up,
    restore_backup,
)
from haicang_desk.model.store.backup_retention import (
    back_up_automatically,
    backup_folder,
    backups_in,
)
from haicang_desk.model.store.blobs import (
    has_blob,
    read_blob,
    save_blob,
)
from haicang_desk.model.store.connection import (
    APPLICATION_ID,
    connect,
    connect_beside,
    connect_nowhere,
    transaction,
)
from haicang_desk.model.store.history import (
    Edit,
    JournalRow,
    SealedChange,
    changed_in,
    count_changes,
    events_of,
    last_seal,
    list_changes,
    sealed_by,
)
from haicang_desk.model.store.integrity import (
    Damage,
    verify,
    verify_file,
)
from haicang_desk.model.store.journal import (
    Change,
    Done,
    row_of,
    unpack,
)
from haicang_desk.model.store.mapping import (
    TABLES,
    new_id,
    read,
)
from haicang_desk.model.store.payments import (
    PaymentRow,
    list_payments,
    sum_payments,
)
from haicang_desk.model.store.point_in_time import (
    ChangedRow,
    casefile_before,
    entry_of,
    last_entry,
    record_before,
    rows_changed_since,
    without_changes,
)
from haicang_desk.model.store.queries import (
    LIBRARY,
    ONLY,
    ProjectFilter,
    ProjectRow,
    count_by_stage,
    count_projects,
    list_projects,
    project_ids_of,
)
from haicang_desk.model.store.repository import (
    casefiles,
    keep_lines,
    lines_of,
    lines_with,
    project_ids,
    uncollected,
)
from haicang_desk.model.store.schema import (
    migrate,
)

__all__ = [
    "APPLICATION_ID",
    "LIBRARY",
    "ONLY",
    "TABLES",
    "Change",
    "ChangedRow",
    "Contents",
    "Damage",
    "Done",
    "Edit",
    "JournalRow",
    "PaymentRow",
    "ProjectFilter",
    "ProjectRow",
    "SealedChange",
    "back_up",
    "back_up_automatically",
    "backup_folder",
    "backups_in",
    "casefile_before",
    "casefiles",
    "changed_in",
    "connect",
    "connect_beside",
    "connect_nowhere",
    "count_by_stage",
    "count_changes",
    "count_projects",
    "entry_of",
    "events_of",
    "has_blob",
    "keep_lines",
    "last_entry",
    "last_seal",
    "lines_of",
    "lines_with",
    "list_changes",
    "list_payments",
    "list_projects",
    "migrate",
    "new_id",
    "project_ids",
    "project_ids_of",
    "read",
    "read_blob",
    "record_before",
    "restore_backup",
    "row_of",
    "rows_changed_since",
    "save_blob",
    "sealed_by",
    "sum_payments",
    "transaction",
    "uncollected",
    "unpack",
    "verify",
    "verify_file",
    "without_changes",
]
