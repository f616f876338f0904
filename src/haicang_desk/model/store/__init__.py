"""model.store"""

from haicang_desk.model.store.backup import (
    BackupContents,
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
    connect_in_memory,
    connect_read_only,
    transaction,
)
from haicang_desk.model.store.history import (
    FieldChange,
    JournalRow,
    SealedChange,
    change_by_seal,
    count_changes,
    events_of_change,
    events_of_project,
    last_seal,
    list_changes,
)
from haicang_desk.model.store.integrity import (
    Damage,
    verify,
    verify_file,
)
from haicang_desk.model.store.journal import (
    Change,
    FinishedChange,
    current_row,
    unpack,
)
from haicang_desk.model.store.mapping import (
    TABLES,
    new_id,
    read_records,
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
    PROJECT_CONDITIONS,
    ProjectFilter,
    ProjectRow,
    count_by_stage,
    count_projects,
    list_projects,
    project_ids_of,
)
from haicang_desk.model.store.repository import (
    casefiles,
    project_ids,
    project_totals,
    project_totals_of,
    save_project_totals,
    without_garbage_collection,
)
from haicang_desk.model.store.schema import (
    migrate,
)

__all__ = [
    "APPLICATION_ID",
    "LIBRARY",
    "PROJECT_CONDITIONS",
    "TABLES",
    "BackupContents",
    "Change",
    "ChangedRow",
    "Damage",
    "FieldChange",
    "FinishedChange",
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
    "change_by_seal",
    "connect",
    "connect_in_memory",
    "connect_read_only",
    "count_by_stage",
    "count_changes",
    "count_projects",
    "current_row",
    "entry_of",
    "events_of_change",
    "events_of_project",
    "has_blob",
    "last_entry",
    "last_seal",
    "list_changes",
    "list_payments",
    "list_projects",
    "migrate",
    "new_id",
    "project_ids",
    "project_ids_of",
    "project_totals",
    "project_totals_of",
    "read_blob",
    "read_records",
    "record_before",
    "restore_backup",
    "rows_changed_since",
    "save_blob",
    "save_project_totals",
    "sum_payments",
    "transaction",
    "unpack",
    "verify",
    "verify_file",
    "without_changes",
    "without_garbage_collection",
]
