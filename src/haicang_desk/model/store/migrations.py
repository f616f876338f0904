"""The migrations of the schema, one function each. They name tables and columns themselves and import no record:

a record class changes with the program, a released migration never does.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database, Migrations

migrations = Migrations("haicang-desk")


def _table(db: Database, name: str, columns: str) -> None:
    """A record table: uuid7 id, void flag, then the columns as ``name type``; ``!`` is NOT NULL, ``@t`` refers to t."""
    definitions = ["id TEXT PRIMARY KEY", "void INTEGER NOT NULL DEFAULT 0"]
    for column in columns.split(","):
        words = column.split()
        line = f'"{words[0]}" {_TYPES[words[1].rstrip("!")]}'
        line += " NOT NULL" if words[1].endswith("!") else ""
        line += f' REFERENCES "{words[2][1:]}"(id)' if len(words) > 2 else ""
        definitions.append(line)
    db.execute(f'CREATE TABLE "{name}" ({", ".join(definitions)}) STRICT')


def _tables(db: Database, tables: Mapping[str, str]) -> None:
    for name, columns in tables.items():
        _table(db, name, columns)
        if "project t" in columns:
            db.execute(f'CREATE INDEX "{name}_of_project" ON "{name}" (project)')


_TYPES = {"t": "TEXT", "i": "INTEGER"}


@migrations()
def m0001_records(db: Database) -> None:
    """The records of the ledger workbook."""
    _tables(db, _FIRST_TABLES)
    db.execute("CREATE UNIQUE INDEX project_code ON project (code) WHERE NOT void AND code <> ''")
    db.execute("CREATE UNIQUE INDEX village_name ON village (name) WHERE NOT void")
    db.execute("CREATE INDEX project_of_village ON project (fund_year, village)")


@migrations()
def m0002_journal(db: Database) -> None:
    """The journal: every change by name, its rows before and after, chained by hash, and triggers against edits."""
    db.execute(
        "CREATE TABLE journal (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, action TEXT NOT NULL,"
        " actor TEXT NOT NULL, at TEXT NOT NULL, undoable INTEGER NOT NULL, undoes INTEGER REFERENCES journal(seq),"
        " prev TEXT NOT NULL, hash TEXT NOT NULL, alg TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE journal_row (seq INTEGER NOT NULL REFERENCES journal(seq), n INTEGER NOT NULL,"
        " tbl TEXT NOT NULL, row_id TEXT NOT NULL, project TEXT, before TEXT, after TEXT NOT NULL,"
        " PRIMARY KEY (seq, n)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX journal_row_of_row ON journal_row (tbl, row_id)")
    db.execute("CREATE INDEX journal_row_of_project ON journal_row (project) WHERE project IS NOT NULL")
    for table in ("journal", "journal_row"):
        for verb in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the journal is not altered'); END"
            )


@migrations()
def m0003_register_line(db: Database) -> None:
    """The totals of every project, for lists and balances; they follow from the records and can be made anew."""
    db.execute(
        "CREATE TABLE register_line (project TEXT PRIMARY KEY REFERENCES project(id), fund_year INTEGER NOT NULL,"
        " village TEXT NOT NULL, category TEXT NOT NULL, stage TEXT NOT NULL, since TEXT, counts INTEGER NOT NULL,"
        " ever_filed INTEGER NOT NULL, total INTEGER NOT NULL, special INTEGER NOT NULL, social INTEGER NOT NULL,"
        " self_raised INTEGER NOT NULL, approved_special INTEGER NOT NULL, disbursed INTEGER NOT NULL,"
        " takes_part INTEGER NOT NULL, search TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX register_line_of_village ON register_line (fund_year, village)")


@migrations()
def m0004_notice_content(db: Database) -> None:
    """What a notice showed of its project, so that a later change of the project is found (R15, R21)."""
    empty = "TEXT NOT NULL DEFAULT ''"
    for column in ("shown_total INTEGER", f"shown_place {empty}", f"shown_works {empty}"):
        db.execute(f"ALTER TABLE notice ADD COLUMN {column}")


@migrations()
def m0005_further_records(db: Database) -> None:
    """Further records that the policy asks for, and further columns of the first ones."""
    _tables(db, _FURTHER_TABLES)
    for table, columns in _FURTHER_COLUMNS.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


@migrations()
def m0006_originals(db: Database) -> None:
    """The bytes of attachments and of issued papers, by their SHA-256; none is altered or taken away."""
    _table(db, "original", "digest t!, size i!")
    db.execute("CREATE TABLE original_bytes (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER original_bytes_no_{verb.lower()} BEFORE {verb} ON original_bytes"
            " BEGIN SELECT RAISE(ABORT, 'an original is not altered'); END"
        )


@migrations()
def m0007_issues(db: Database) -> None:
    """What was issued: every signed-off paper that left the office, by its document, its subject and its number."""
    _tables(
        db,
        {
            "issue": (
                "document t!, project t @project, village t @village, fund_year i!, part t!, paper t!, number i!, "
                "issued_on t, handler t!, seal_code t!, name t!, digest t!, facts t!, says t!, reason t!"
            )
        },
    )
    whose = "coalesce(project, ''), coalesce(village, ''), fund_year, part"
    db.execute(f"CREATE UNIQUE INDEX issue_of_subject ON issue (document, {whose}, number, paper) WHERE NOT void")


@migrations()
def m0008_search_text(_: Database) -> None:
    """Nothing but a mark: search texts have more forms of pinyin, and after any step the register is made anew."""


@migrations()
def m0009_explanations(db: Database) -> None:
    """The explanations that findings ask for, and the draws of experts with their seeds (R12 R16 R18 R22 R25 R30)."""
    _tables(
        db,
        {
            "expert_draw": (
                "project t @project, drawn_on t, speciality t!, number i!, pool t!, avoided t!, seed t!, drawn t!"
            )
        },
    )
    columns = {
        "project": ("split_note",),
        "opinion": ("adopted",),
        "appointment": ("sole_reason",),
        "progress": ("late_reason",),
        "inspection": ("half", "late_reason"),
    }
    for table, names in columns.items():
        for name in names:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {_EMPTY}")


@migrations()
def m0010_files(db: Database) -> None:
    """Bytes of originals may leave the store file for the folder of files, when they were read back from there."""
    db.execute("DROP TRIGGER original_bytes_no_delete")


@migrations()
def m0011_money_by_kind(db: Database) -> None:
    """核定以奖代补资金, 款物 of a gift, and what is still to be paid to each project."""
    db.execute("ALTER TABLE approval ADD COLUMN matching INTEGER")
    db.execute("ALTER TABLE participation ADD COLUMN form TEXT")
    db.execute("ALTER TABLE register_line ADD COLUMN undisbursed INTEGER NOT NULL DEFAULT 0")


@migrations()
def m0012_finding_line(db: Database) -> None:
    """The findings on each project, kept beside the records; they follow from these and can be made anew."""
    db.execute(
        "CREATE TABLE finding_line (project TEXT PRIMARY KEY, fund_year INTEGER NOT NULL, village TEXT NOT NULL,"
        " code TEXT NOT NULL, in_force INTEGER NOT NULL, unfinished INTEGER NOT NULL, since TEXT NOT NULL,"
        " until TEXT NOT NULL, collected TEXT NOT NULL, findings TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE finding_state (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,"
        " program TEXT NOT NULL) STRICT"
    )


@migrations()
def m0013_finding_village(db: Database) -> None:
    """The findings of the rules that compare the projects of a village, under a digest of what they compared."""
    db.execute(
        "CREATE TABLE finding_village (fund_year INTEGER NOT NULL, village TEXT NOT NULL, digest TEXT NOT NULL,"
        " findings TEXT NOT NULL, PRIMARY KEY (fund_year, village)) STRICT, WITHOUT ROWID"
    )


@migrations()
def m0014_sums_by_stage(db: Database) -> None:
    """The sums of a year by stage are read after every change: from this index alone in a third of the time.

    It bears a condition, so that SQLite takes it for no other query: a village's projects are found by theirs.
    """
    db.execute("CREATE INDEX register_line_of_stage ON register_line (fund_year, stage, undisbursed) WHERE stage <> ''")


@migrations()
def m0015_accounts(db: Database) -> None:
    """The people who sign in, their sealed keys, and triggers that keep apart who enters, who decides and who pays.

    The triggers look at what a change is about to write into the journal under the name of a person with an account.
    What an import brings are facts, which rule R34 names. They repeat in SQL what ``model/services/duties.py`` refuses
    with a reason.
    """
    _tables(
        db,
        {
            "account": "name t!, roles t!, public_key t!, state t!, note t!",
            "duty_waiver": "reason t!, authority t!, number t!, granted_on t, ended_on t",
        },
    )
    db.execute("CREATE UNIQUE INDEX account_name ON account (name)")
    db.execute(
        "CREATE TABLE account_secret (account TEXT PRIMARY KEY REFERENCES account(id), sealed TEXT NOT NULL)"
        " STRICT, WITHOUT ROWID"
    )
    for table in ("account", "account_secret"):
        db.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'an account is not deleted'); END"
        )
    db.execute(
        "CREATE TRIGGER account_no_void BEFORE UPDATE ON account WHEN NEW.void OR NEW.name <> OLD.name"
        " BEGIN SELECT RAISE(ABORT, 'an account is not deleted'); END"
    )
    for name, told, when in _DUTIES:
        db.execute(
            f"CREATE TRIGGER duty_{name} BEFORE INSERT ON journal_row WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, 'duty: {told}'); END"
        )


_ACTOR = "(SELECT actor FROM journal WHERE seq = NEW.seq)"
_ROLES = f"(SELECT roles FROM account WHERE name = {_ACTOR} AND state = 'active')"
_TYPED = (  # written by a person with an account, and not by an import
    f"EXISTS (SELECT 1 FROM account WHERE name = {_ACTOR}) AND NOT EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq"
    " AND (action GLOB '导入《*' OR action GLOB '撤销：导入《*' OR action GLOB '重做：导入《*'))"
)
_APART = "NOT EXISTS (SELECT 1 FROM duty_waiver WHERE NOT void AND ended_on IS NULL)"
# JSON functions may not be called by a trigger of a store that is not trusted. A key with its value, as it is packed,
# can stand in no text: there a quotation mark is escaped.
_DECIDED = (
    "EXISTS (SELECT 1 FROM approval a WHERE a.id = NEW.row_id AND a.conclusion IN ('agree', 'reject', 'send_back')"
    """ AND (NEW.before IS NULL OR instr(NEW.before, '"conclusion": "' || a.conclusion || '"') = 0))"""
)
_MANAGES = (  # as it was before this row: nobody makes themselves an administrator
    f"EXISTS (SELECT 1 FROM account a WHERE a.name = {_ACTOR} AND a.state = 'active' AND CASE WHEN a.id = NEW.row_id"
    """ THEN instr(NEW.before, '管理员", "public_key": "') ELSE instr(a.roles, '管理员') END)"""
)
_OWN_KEY = (
    f"EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.row_id AND a.name = {_ACTOR}"
    """ AND instr(NEW.before, '"roles": "' || a.roles || '"') AND instr(NEW.before, '"state": "' || a.state || '"'))"""
)


def _acted(tables: str, more: str = "") -> str:
    """Whether the actor has before written a row of these tables for the same project."""
    return (
        "EXISTS (SELECT 1 FROM journal_row r JOIN journal j ON j.seq = r.seq WHERE r.project = NEW.project"
        f" AND r.tbl IN ({tables}) AND j.actor = {_ACTOR}{more})"
    )


_MADE = _acted("'project', 'budget_line'")
_APPROVED = _acted("'approval'", """ AND r.before IS NULL AND instr(r.after, '"conclusion": "agree"')""")
_DUTIES = (
    ("decides", "role", f"NEW.tbl = 'approval' AND {_TYPED} AND {_DECIDED}"
     f" AND coalesce(instr({_ROLES}, '审批') + instr({_ROLES}, '复核'), 0) = 0"),
    ("pays", "role", f"NEW.tbl IN ('disbursement', 'refund') AND {_TYPED}"
     f" AND coalesce(instr({_ROLES}, '财务'), 0) = 0"),
    ("maker", "maker", f"NEW.tbl = 'approval' AND {_TYPED} AND {_APART} AND {_DECIDED}"
     f" AND {_MADE}"),
    ("payer", "payer", f"NEW.tbl IN ('disbursement', 'refund') AND {_TYPED} AND {_APART} AND {_APPROVED}"),
    ("people", "role", "NEW.tbl = 'account' AND EXISTS"
     " (SELECT 1 FROM journal_row WHERE tbl = 'account' AND seq < NEW.seq)"
     f" AND NOT {_MANAGES} AND (NEW.before IS NULL OR NOT {_OWN_KEY})"),
)  # fmt: skip


@migrations()
def m0016_signatures(db: Database) -> None:
    """Signatures of journal entries by those who made them, and what a restore left behind."""
    db.execute(
        "CREATE TABLE journal_signature (seq INTEGER PRIMARY KEY REFERENCES journal(seq), account TEXT NOT NULL,"
        " signature BLOB NOT NULL) STRICT"
    )
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER journal_signature_no_{verb.lower()} BEFORE {verb} ON journal_signature"
            " BEGIN SELECT RAISE(ABORT, 'a signature is not altered'); END"
        )
    _tables(
        db,
        {
            "restoration": (
                "restored_on t, left_seq i!, left_head t!, kept_seq i!, kept_head t!, backup t!, handler t!, reason t!"
            )
        },
    )


@migrations()
def m0017_policy_files(db: Database) -> None:
    """The texts of the rule sets and word lists in force, so that an edited file changes no finding."""
    _table(db, "policy_file", "name t!, shipped i!, digest t!, text t!, reason t!")


@migrations()
def m0018_disclosures(db: Database) -> None:
    """What was decided about passages of posted texts that may be personal."""
    _tables(
        db,
        {
            "disclosure": (
                "project t @project, place t!, digest t!, passage t!, printed i, reason t!, decided_on t, handler t!"
            )
        },
    )


@migrations()
def m0019_dossiers(db: Database) -> None:
    """The 档号 of dossiers, no number and no project twice, and what the street sets for them."""
    for name in ("fonds", "dossier_rule", "filing_unit", "secrecy"):
        db.execute(f"ALTER TABLE street ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    columns = "project t @project, number t!, series t!, serial i!, retention t!, given_on t, handler t!"
    _tables(db, {"dossier": columns})
    db.execute("CREATE UNIQUE INDEX dossier_number ON dossier (number) WHERE NOT void")
    db.execute("CREATE UNIQUE INDEX dossier_for_project ON dossier (project) WHERE NOT void")


_FIRST_TABLES = {
    "street": "name t!, code t!, address t!, contact t!, phone t!, watch_phone t!",
    "street_quota": "fund_year i!, quota i, number t!",
    "village": (
        "name t!, code t!, kind t, quota i, leader t!, payee t!, bank t!, account t!, contact t!, "
        "phone t!, has_elders i"
    ),
    "project": (
        "code t!, fund_year i!, village t @village, title t!, category t!, content t!, place t!, "
        "beneficiaries i, need t!, works t!, effect t!, urgency t, planned_start t, planned_finish t, "
        "special i!, matching i!, other_fiscal i!, donated_cash i!, donated_goods i!, labour i!, "
        "self_raised i!, overhead i!, charity t!, keeper t!, keeping_duty t!, keeping_fund i, "
        "others_duty i, duplicates_public i, mandatory_standard i, advance_paid i, self_raise_pledge i, "
        "valuation_basis t!, principal t!, phone t!, submitted_on t"
    ),
    "budget_line": (
        "project t @project, content t!, subject t!, measure t!, quantity t, price i, amount i!, "
        "source t!, is_overhead i"
    ),
    "suggestion": (
        "told_on t, village t @village, channel t!, person t!, phone t!, text t!, supporters i, "
        "outcome t!, project t @project"
    ),
    "deliberation": (
        "project t @project, village t @village, held_on t, meeting t!, expected i, present i, "
        "agreed i, opposed i, abstained i, result t!"
    ),
    "opinion": ("project t @project, consulted t!, sought_on t, manner t!, people i, agreed i, opposed i, gist t!"),
    "notice": (
        "kind t!, project t @project, village t @village, fund_year i, posted_on t, ends_on t, "
        "place t!, objection t!, answer t!"
    ),
    "approval": (
        "project t @project, conclusion t!, decided_on t, special i, total i, approver t!, opinion t!, "
        "number t!, answered_on t"
    ),
    "filing": "project t @project, sent_on t, lodged_on t, number t!, result t",
    "appointment": (
        "project t @project, manner t!, basis t!, ceiling i, implementer t!, kind t!, credit_code t!, "
        "price i, appointed_on t, due_on t"
    ),
    "participation": (
        "project t @project, party t!, kind t!, manner t!, took_on t, amount i, received i, people i, "
        "workdays t, price i, basis t!"
    ),
    "progress": "project t @project, happened_on t, event t!, percent i, account t!",
    "disbursement": (
        "project t @project, paid_on t, amount i!, source t!, payee t!, voucher t!, purpose t!, handler t!, approver t!"
    ),
    "settlement": (
        "project t @project, settled_on t, special i!, matching i!, other_fiscal i!, donated_cash i!, "
        "donated_goods i!, labour i!, self_raised i!, overhead i!"
    ),
    "survey": ("project t @project, surveyed_on t, assessor t!, group t!, excellent i, good i, fair i, poor i, bad i"),
    "inspection": (
        "kind t!, inspected_on t, project t @project, calling t!, choosing t!, carrying t!, judging t!, "
        "problem t!, remedy t!, responsible t!, due_on t, done_on t, reported_on t"
    ),
    "award": "fund_year i!, project t @project, resident_score t, expert_score t, result t, number t!",
    "waiver": "project t @project, rule t!, authority t!, number t!, granted_on t, reason t!",
}
_FURTHER_TABLES = {
    "bid": "project t @project, bidder t!, bid_on t, price i, score t!, chosen i, note t!",
    "guidance": "project t @project, guided_on t, department t!, standard t!, gist t!",
    "supervision": "project t @project, watched_on t, watch t!, person t!, text t!, answer t!, answered_on t",
    "spending": (
        "project t @project, spent_on t, content t!, subject t!, amount i!, source t!, payee t!, voucher t!, note t!"
    ),
    "refund": "project t @project, returned_on t, amount i!, source t!, voucher t!, reason t!",
    "advance": "project t @project, granted_on t, amount i!, number t!",
    "alteration": (
        "project t @project, asked_on t, item t!, before t!, after t!, special i, total i, reason t!, "
        "conclusion t, decided_on t, approver t!, number t!"
    ),
    "maintenance": (
        "project t @project, keeper t!, duty t!, begins_on t, ends_on t, contact t!, phone t!, fund_source "
        "t!, yearly i, note t!"
    ),
    "attachment": "project t @project, phase t!, item t!, name t!, digest t!, size i, added_on t, note t!",
    "review": "project t @project, held_on t, verdict t!, people i, taking_part t, satisfaction t, gist t!",
    "publicity": "published_on t, medium t!, title t!, content t!, address t!, project t @project",
    "quarter_report": (
        "year i!, quarter i!, frozen_on t, reported_on t, projects i, approved i!, disbursed i!, note t!"
    ),
    "quarter_line": "year i!, quarter i!, project t @project, stage t!, percent i, approved i!, disbursed i!",
    "year_plan": (
        "fund_year i!, kinds t!, range t!, budget i, duration t!, feasibility t!, visits t!, planning_from t, "
        "carrying_from t, summing_from t, reported_on t, verdict t!, closed_on t, social_reason t!"
    ),
    "expert": "name t!, unit t!, speciality t!, phone t!, avoids t!, active i",
    "member": "tier t!, body t!, name t!, unit t!, duty t!, phone t!",
    "paper": "title t!, number t!, issuer t!, issued_on t, gist t!",
    "public_project": "name t!, place t!, state t!, owner t!, number t!",
    "labour_price": "work t!, price i!, from_on t, to_on t, basis t!",
    "procurement_limit": "category t!, manner t!, most i, least i, from_on t, basis t!",
    "holiday": "day t, kind t!, name t!",
}
_EMPTY = "TEXT NOT NULL DEFAULT ''"
_FURTHER_COLUMNS = {
    "project": (
        f"duty_note {_EMPTY}",
        f"duplicate_note {_EMPTY}",
        f"organiser {_EMPTY}",
        f"lead {_EMPTY}",
    ),
    "budget_line": ("category TEXT", f"note {_EMPTY}"),
    "appointment": ("announced_on TEXT",),
    "participation": ("named INTEGER",),
    "approval": (f"handler {_EMPTY}",),
}
