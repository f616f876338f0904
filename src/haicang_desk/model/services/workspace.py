"""The workspace: the store of one office, which is opened, read and changed only through this class."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from haicang_desk import __version__
from haicang_desk.model.balances import Balance, ProjectTotals, Register, RegisterCache, village_quota
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.policy import Policy, PolicyText, RuleBook, book_of_files, files_now, policy_for, rule_book
from haicang_desk.model.records import (
    Disbursement,
    PolicyFile,
    Project,
    Record,
    Refund,
    Stage,
    Street,
    StreetQuota,
    Village,
)
from haicang_desk.model.services.condition import Check, Condition
from haicang_desk.model.services.duties import acting_account, refuse_beyond_duties
from haicang_desk.model.services.head_keeper import HeadKeeper
from haicang_desk.model.services.policy_records import policy_file_of, policy_text_of, released_texts
from haicang_desk.model.store import (
    TABLES,
    UNREADABLE,
    Change,
    Damage,
    DamagedFile,
    FinishedChange,
    StoreConnection,
    action_of_key,
    begin_anew,
    casefiles,
    connect,
    connect_in_memory,
    connect_to_copy,
    create_schema,
    damage_beneath,
    fund_years,
    has_blob,
    is_intact,
    is_newer,
    is_older,
    is_written,
    keep_files_outside,
    migrate,
    new_id,
    newest_year,
    project_ids,
    project_totals_of,
    read_blob,
    read_records,
    reads_as_before,
    refuse_newer,
    refuse_taken,
    restoration_of,
    save_project_totals,
    stage_of_project,
    sums_by_village,
    sync_blobs,
    transaction,
    unpack,
    upgrade_store,
    verify,
    verify_on_opening,
    without_waiting,
    write_new,
)
from haicang_desk.model.values import Money, OnlyReadable, Refused, Signer, StoreUnusable, cause

R = TypeVar("R", bound=Record)
T = TypeVar("T")

IMPORTED = "导入《"  # an import's name in the journal begins with it; triggers of the store know it too
GONE = "这个项目已作废或不存在，请刷新后再看"
PROGRAM = "本程序"  # the actor of what no person does
PAYMENTS = {Disbursement.table, Refund.table}  # what is written only to a store that was wholly verified
NAMED = {Village.table, Street.table, StreetQuota.table}  # a balance bears their names and quotas
FEW = 50  # projects in one change; from more of them a register is as quickly computed anew as updated
MOST_OF_VILLAGES = 20_000  # projects whose compared fields are kept by village: 10 MB


@dataclass(frozen=True, slots=True)
class _Unclear:
    """A change of which it could not be read, after an error, whether it is in the store. ``done``: what it is then."""

    action: str
    key: str
    done: FinishedChange | None


class Workspace:
    """An open store. Only one process at a time can write a file. Screens are told of changes through ``listen``."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        *,
        path: Path | None = None,
        now: Callable[[], datetime] = datetime.now,
        new_id: Callable[[], str] = new_id,
        damage: Sequence[Damage] = (),
        read_only: str = "",
    ) -> None:
        self._conn, self.path, self._now, self._new_id = conn, path, now, new_id
        self.origin = path  # the file that a copy was taken of
        self.condition = Condition(
            check=Check.DAMAGED if damage else Check.NONE if path else Check.SOUND,
            damage=tuple(damage),
            read_only=read_only,
        )
        self._looked_at: set[str] = set()  # projects compared with the journal before their first change
        self.signer: Signer | None = None  # who is signed in; None: nobody, who acts is then only a name
        self.head_keeper: HeadKeeper | None = None  # of a store opened to be written
        self.is_open = True
        self._unclear: _Unclear | None = None  # nothing is written before it is known
        self._listeners: list[Callable[[FinishedChange], None]] = []
        self._registers = RegisterCache()
        self._of_villages: dict[tuple[int, str], list[Any]] = {}  # what was read of a village's counted projects
        self._of_villages_at = -1  # rows written until then
        self._policies: dict[int, Policy] = {}
        self._rule_book: RuleBook | None = None
        self._rule_book_at = -1  # rows written until then

    # opening

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        street: str,
        year: int,
        actor: str = "",
        now: Callable[[], datetime] = datetime.now,
        new_id: Callable[[], str] = new_id,
    ) -> Workspace:
        """Make a new, empty store of one street. With ``now`` and ``new_id`` given, the file is always the same.

        Raises StoreUnusable where a file of that name exists or can't be made, Refused without a street's name.
        """
        policy_for(year)
        if not street.strip():
            raise Refused("请写明街道名称，如 --street 新阳街道")
        refuse_taken(path)
        with cls.in_memory(
            street=street.strip(), year=year, actor=actor or system_user(), now=now, new_id=new_id
        ) as made:
            write_new(made.conn, path)
        begin_anew(path)
        ws = cls.open(path, now=now)
        ws._new_id = new_id
        ws.condition.end_check(now())  # every byte of it was written just now
        return ws

    @classmethod
    def in_memory(
        cls, *, street: str, year: int, actor: str, now: Callable[[], datetime], new_id: Callable[[], str] = new_id
    ) -> Workspace:
        """Make a new store in memory: quick to fill, lost when closed. ``back_up`` writes it to a file."""
        ws = cls(connect_in_memory(), now=now, new_id=new_id)
        try:
            ws._initialise(street, year, actor)
        except BaseException:
            ws.close()
            raise
        return ws

    def _initialise(self, street: str, year: int, actor: str) -> None:
        create_schema(self._conn, at=self._now())
        with self.change("建立台账", actor=actor, undoable=False) as change:
            change.save(Street(name=street))
            change.save(StreetQuota(fund_year=year))
            for text in released_texts(files_now()):
                change.save(policy_file_of(text, "建立台账时启用"))

    def _take_up_release(self) -> None:
        """Take into force what this release of the program ships, and whatever there is in a ledger that keeps none.

        Raises StoreUnusable.
        """
        kept = {text.key: text.digest for text in map(policy_text_of, self.all(PolicyFile))}
        now = files_now()
        if not kept:
            taken, action = released_texts(now), "启用政策文件"
        else:
            taken = [text for text in now if text.as_released and kept.get(text.key) != text.digest]
            action = "启用新版本的政策文件"
        if taken:
            with self.change(action, actor=PROGRAM, undoable=False, by_program=True) as change:
                for text in taken:
                    change.save(policy_file_of(text, f"随程序 {__version__}" if text.shipped else "升级前已在使用"))

    @classmethod
    def open(cls, path: Path, *, now: Callable[[], datetime] = datetime.now, sound: bool = False) -> Workspace:
        """Open a store to write it, which one process at a time may do. One of an earlier program is upgraded.

        ``sound``: it is verified first, all but the bytes of its originals. Raises StoreUnusable, with what to do about
        it; OnlyReadable for a newer store, for a damaged one that would be upgraded, and for any damaged one where
        ``sound`` is asked for.
        """
        conn = connect(path)
        try:
            refuse_newer(conn, path)
            if verified := is_older(conn):
                conn.close()
                upgrade_store(path, at=now())
                conn = connect(path)
            elif (verified := sound) and (damage := verify(conn, files=False)):
                raise OnlyReadable(damage_warning(path, damage) + "。没有写入任何内容")
            migrate(conn, path)
            keep_files_outside(conn, at=now())
        except (sqlite3.Error, UnicodeDecodeError) as error:
            conn.close()
            raise _not_opened(path, error) from error
        except BaseException:
            conn.close()
            raise
        ws = cls(conn, path=path, now=now)
        ws.head_keeper = HeadKeeper(conn, path)
        if ws.head_keeper.broken:
            ws.condition.unconfirmed = True
            ws.condition.forbid(ws.head_keeper.broken)
        try:
            if not ws.read_only:
                ws._take_up_release()
        except StoreUnusable as unusable:
            ws.close()
            raise OnlyReadable(str(unusable)) if ws.damage else unusable from unusable
        except BaseException:
            ws.close()
            raise
        if verified:
            ws.condition.end_check(now())
        return ws

    def accept_head(self, *, handler: str, reason: str) -> None:
        """Write on with a store that lacks what this computer saw of it, and journal that, with the reason.

        Raises Refused where there is nothing to confirm or no reason is given, and what ``change`` raises.
        """
        if self.head_keeper is None or not (broken := self.head_keeper.broken):
            raise Refused("这本台账与本机上次所见相符，不需要确认")
        if self.read_only != broken:
            raise StoreUnusable(f"{self.read_only}。没有确认")
        if not reason.strip():
            raise Refused("请写明为什么用这本较旧或不同的台账，没有确认")
        with self.head_keeper.accepting(handler=handler, reason=reason.strip(), at=self._now()):
            self.condition.unconfirmed = False
            self.condition.forbid("")
            try:
                self._journal_restoration()
            except BaseException:
                self.condition.unconfirmed = True
                self.condition.forbid(broken)
                raise

    def _journal_restoration(self) -> None:
        """Journal a restore that was made, or confirmed, since the last change."""
        if self.head_keeper is None:
            return
        with self.head_keeper.taking_pending() as jump:
            if jump is not None:
                with self.change("恢复备份", actor=jump.handler, undoable=False) as change:
                    change.save(restoration_of(jump))

    @classmethod
    def read(cls, path: Path, *, now: Callable[[], datetime] = datetime.now) -> Workspace:
        """Open a store as it is at this moment, to ask it: also while a window writes it, or where it can't be written.

        A damaged one is opened as far as it can be read, and ``damage`` tells what is wrong. Raises StoreUnusable.
        """
        conn = connect_to_copy(path)
        try:
            damage = verify_on_opening(conn)
            migrate(conn, path)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            conn.close()
            raise StoreUnusable(f"台账“{path}”已损坏，读不出来（{error}）。请从最近的备份恢复") from error
        except BaseException:
            conn.close()
            raise
        return cls._of_copy(conn, path, now, damage, "台账是只读打开的")

    @classmethod
    def view(cls, path: Path, *, now: Callable[[], datetime] = datetime.now, why: str) -> Workspace:
        """Open a copy of a store that may not be written, because of ``why``, as far as this program can read it.

        Raises StoreUnusable where a record cannot be read.
        """
        conn, newer = connect_to_copy(path), False
        try:
            newer = is_newer(conn)
            damage = () if newer else verify(conn, files=False)
            if not newer:
                migrate(conn, path)
            ws = cls._of_copy(conn, path, now, damage, why)
            ws._read_everything()
        except (*UNREADABLE, AssertionError) as error:
            conn.close()
            text = f"{why}。有的内容已读不出来，连查看也打不开"
            raise (StoreUnusable(text) if newer else DamagedFile(text, str(error))) from error
        except BaseException:
            conn.close()
            raise
        return ws

    @classmethod
    def _of_copy(
        cls, conn: StoreConnection, path: Path, now: Callable[[], datetime], damage: Sequence[Damage], why: str
    ) -> Workspace:
        copy = conn.folder / path.name if conn.folder else None
        ws = cls(conn, path=copy, now=now, damage=damage, read_only=why)
        ws.origin = path
        return ws

    def _read_everything(self) -> None:
        """Read every record and every sum once, to know that screens can. Raises what reading raises."""
        for record_class in TABLES.values():
            self.all(record_class)
        for year in self.years():
            self.register(year)

    def close(self) -> None:
        """Close the store. A store in memory is lost."""
        self.is_open = False
        if self.head_keeper is not None:
            self.head_keeper.keep(writing=False)
        self._conn.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def listen(self, listener: Callable[[FinishedChange], None]) -> None:
        """Call ``listener`` after every finished change."""
        self._listeners.append(listener)

    def hear(self, done: FinishedChange) -> None:
        """Tell of a change that another connection of this program has made: what was summed up before is forgotten."""
        self._registers, self._of_villages, self._rule_book = RegisterCache(), {}, None
        for listener in self._listeners:
            listener(done)

    @property
    def damage(self) -> tuple[Damage, ...]:
        """What is known to be damaged."""
        return self.condition.damage

    @property
    def read_only(self) -> str:
        """Why nothing may be changed at the moment; "" where it may."""
        return self.condition.why_unwritable

    @read_only.setter
    def read_only(self, why: str) -> None:
        self.condition.forbid(why)

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection, for functions of the store."""
        return self._conn

    @property
    def clock(self) -> Callable[[], datetime]:
        """The clock that was given."""
        return self._now

    # reading

    def all(self, cls: type[R], **equal: Any) -> list[R]:
        """Records that are not void and whose fields equal these values, in the order they were entered."""
        if unknown := set(equal) - set(cls.fields) - {"id"}:
            raise TypeError(f"{cls.__name__} has no {unknown}")
        where = " AND ".join(f'"{name}" IS ?' for name in equal) or "1"
        return list(read_records(self._conn, cls, where, equal.values()))

    def get(self, cls: type[R], record_id: str) -> R:
        """One record by id. Raises Refused where it doesn't exist or is void."""
        found = self.all(cls, id=record_id)
        if not found:
            raise Refused(f"这条{cls.label}记录已作废或不存在，请刷新后再看")
        return found[0]

    @property
    def street(self) -> Street:
        """The street whose store this is."""
        return next(iter(self.all(Street)), Street())

    def years(self) -> list[int]:
        """Fund years that have projects or a quota, newest first."""
        return fund_years(self._conn)

    def now(self) -> datetime:
        """The time by the clock that this store was opened with."""
        return self._now()

    def year(self) -> int:
        """The newest fund year that has projects, else the newest known."""
        return newest_year(self._conn) or next(iter(self.years()), self._now().year)

    def policy(self, year: int) -> Policy:
        """The rule set in force for a fund year. Raises Refused where there is no usable one."""
        policy = self._policies[year] = self.rule_book.policy_for(year)
        return policy

    @property
    def rule_book(self) -> RuleBook:
        """The rule sets and word lists in force here: by the texts that the ledger keeps, however the files read now.

        A ledger of an earlier program that was not written since keeps none; then the files decide.
        """
        if self._rule_book is None or self._rule_book_at != self._conn.total_changes or self._conn.in_transaction:
            self._rule_book, self._rule_book_at = rule_book(self._policy_texts()), self._conn.total_changes
        return self._rule_book

    def _policy_texts(self) -> tuple[PolicyText, ...]:
        kept, files = tuple(map(policy_text_of, self.all(PolicyFile))), book_of_files().texts
        if not kept:
            return files
        names = {text.name for text in kept if text.shipped}
        return (*(text for text in files if text.shipped and text.name not in names), *kept)

    @property
    def policy_notes(self) -> list[str]:
        """One line for each rule set used so far that borrows parameters from the shipped one."""
        return list(dict.fromkeys(policy.borrowed_note for policy in self._policies.values() if policy.borrowed_note))

    def project(self, code: str) -> Project:
        """A project by its code (项目编号). Raises Refused where there is none."""
        found = self.all(Project, code=code)
        if not found:
            raise Refused(f"台账里没有编号为“{code}”的项目，请核对项目编号")
        return found[0]

    def read_blob(self, digest: str) -> bytes:
        """The bytes kept under a digest. Raises Refused where there are none or they are damaged."""
        return read_blob(self._conn, digest)

    def has_blob(self, digest: str) -> bool:
        """Whether the bytes of this digest belong here; an attachment imported from a workbook has only a name."""
        return bool(digest) and has_blob(self._conn, digest)

    def is_intact(self, digest: str) -> bool:
        """Whether the bytes of this digest are here and as they were stored."""
        return self.has_blob(digest) and is_intact(self._conn, digest)

    def casefile(self, project_id: str) -> Casefile:
        """The casefile of a project. Raises Refused where the project doesn't exist or is void."""
        for case in casefiles(self._conn, [project_id]):
            return case
        raise Refused(GONE)

    def stage_of(self, project_id: str) -> Stage:
        """The stage of a project, from its kept totals. Raises Refused where it doesn't exist or is void."""
        stage = stage_of_project(self._conn, project_id)
        if stage is None:
            raise Refused(GONE)
        return stage

    def casefiles(self, year: int | None = None, *, village: str | None = None) -> Iterator[Casefile]:
        """Casefiles ordered by village and code, read in batches."""
        where, args = ["1"], []
        for name, value in (("fund_year", year), ("village", village)):
            if value is not None:
                where.append(f"{name} = ?")
                args.append(value)
        return casefiles(self._conn, project_ids(self._conn, " AND ".join(where), args))

    def register(self, year: int) -> Register:
        """The balances of a fund year, of the street and of every village, also of those without projects."""
        if self._conn.in_transaction:  # what is computed now may still be rolled back, and must not stay in the cache
            kept = None if reads_as_before(self._conn) else self._registers.kept(year, self._conn.total_changes)
            return kept or self._compute_register(year)
        return self._registers.get(year, self._conn.total_changes, self._compute_register)

    def of_village(self, year: int, village: str, read: Callable[[], list[T]]) -> list[T]:
        """What ``read`` reads of the counted projects of a village and year, kept until one of them is changed.

        Of very many projects, only what was read of the last villages is kept.
        """
        if self._conn.in_transaction:
            return read()
        if self._of_villages_at != self._conn.total_changes:
            self._of_villages, self._of_villages_at = {}, self._conn.total_changes
        if (year, village) not in self._of_villages:
            found = read()
            held = len(found) + sum(map(len, self._of_villages.values()))
            while held > MOST_OF_VILLAGES and self._of_villages:
                held -= len(self._of_villages.pop(next(iter(self._of_villages))))
            self._of_villages[year, village] = found
        kept: list[T] = self._of_villages[year, village]
        return kept

    def _keep_of_villages(self, since: int, moved: Iterable[ProjectTotals]) -> None:
        """Keep what was read of villages but of those with a counted project that moved since so many rows."""
        if self._of_villages_at == since:
            for totals in moved:
                if totals.counts:
                    self._of_villages.pop((totals.fund_year, totals.village), None)
            self._of_villages_at = self._conn.total_changes

    def _compute_register(self, year: int) -> Register:
        sums = sums_by_village(self._conn, year)
        known = {village.id for village in self.all(Village)} & sums.keys()
        whole = map(sum, zip(*(sums[village] for village in known), strict=True))
        villages = {village: Balance.of_sums("", None, sums[village]) for village in known}
        return self._named_register(Register(year, Balance.of_sums("", None, whole), villages))

    def _named_register(self, register: Register) -> Register:
        """The same sums with the names and quotas of now, for every village that there is."""
        year, none = register.year, Balance.of_sums("", None, ())
        reference = self.policy(year).money("village_reference")
        villages = {
            village.id: register.villages.get(village.id, none).named(
                village.name, village_quota(village.quota, reference)
            )
            for village in self.all(Village)
        }
        return Register(year, register.street.named(self.street.name, self.street_quota(year)), villages)

    def street_quota(self, year: int) -> Money | None:
        """The quota of the street in a fund year; None where none is entered."""
        return next((quota.quota for quota in self.all(StreetQuota, fund_year=year)), None)

    # writing

    @contextmanager
    def change(
        self,
        action: str,
        *,
        actor: str,
        key: str = "",
        undoable: bool = True,
        undoes: int | None = None,
        imported: bool = False,
        by_program: bool = False,
    ) -> Iterator[Change]:
        """Make one change: journalled under the name ``action``, all or nothing. Listeners are called afterwards.

        ``key``: a retry under the same key is refused, so that an unclear commit can't act twice; ``undoes``: the
        journal entry that this change reverses. Where people sign in, the one who is signed in is the actor, whoever is
        named; ``imported``: what is written are facts of a workbook, which one who enters may bring; ``by_program``: no
        person acts, but the program, whoever is signed in.
        Raises Refused where a code or name is taken, SignInNeeded, NotYourDuty, StoreUnusable where the change was not
        written, or can't be read back just now. One that was written although the disk reported an error is finished as
        ever, with a warning for the listeners.
        """
        if self.read_only:
            raise StoreUnusable(f"{self.read_only}。“{action}”没有登记")
        signed_in = None if by_program else acting_account(self._conn, self.signer, action)
        actor = PROGRAM if by_program else signed_in.name if signed_in else actor
        if not by_program:
            self._journal_restoration()
        key = key or self._new_id()
        self._settle(action, key)
        done: FinishedChange | None = None
        moved: tuple[list[ProjectTotals], list[ProjectTotals]] | None = None
        named = False
        written = self._conn.total_changes
        follow = self._registers.can_follow(written)
        try:
            if (action_before := action_of_key(self._conn, key)) is not None:
                raise Refused(f"“{action_before}”已经登记过，没有重复办理")
            with transaction(self._conn):
                change = Change(
                    self._conn,
                    action,
                    actor or system_user(),
                    self._now(),
                    key,
                    undoable,
                    undoes,
                    self._new_id,
                    None if by_program else self.signer,
                )
                yield change
                if change.touched:
                    if signed_in:
                        refuse_beyond_duties(self._conn, signed_in, change, imported=imported)
                    moved = self._save_project_totals(change, follow)
                    named = bool(NAMED & {touched.table for touched in change.touched})
                    sync_blobs(self._conn)
                    done = change.close()
                    self._refuse_unverified(change)
        except sqlite3.IntegrityError as error:
            raise Refused(_conflict_message(error)) from error
        except sqlite3.DatabaseError as error:
            if type(error) not in (sqlite3.OperationalError, sqlite3.DatabaseError):
                raise  # a mistake of ours
            self._after_error(_Unclear(action, key, done), error)
            return
        if moved is not None:
            self._registers.move(*moved, self._conn.total_changes, named=self._named_register if named else None)
            self._keep_of_villages(written, chain(*moved))
        if done is not None:
            for listener in self._listeners:
                listener(done)

    def must_wait(self, *records: type[Record]) -> bool:
        """Whether records of these classes can be written only when the check that is under way has ended."""
        return self.condition.check is Check.RUNNING and bool(PAYMENTS & {cls.table for cls in records})

    def _refuse_unverified(self, change: Change) -> None:
        """Until the store is wholly verified, compare what a change rests on with the journal.

        A payment, and a change of very many projects, waits until the check that is under way has ended; where there is
        none, the whole store is verified. Called when the change is journalled and not yet committed. Raises
        StoreUnusable where there is damage, Refused where the check must be waited for.
        """
        condition, projects = self.condition, change.projects()
        if condition.check is Check.SOUND:
            return
        if not (PAYMENTS & {row.table for row in change.touched} or len(projects) > FEW):
            self._refuse_damaged(damage_beneath(self._conn, change.touched, projects - self._looked_at), change.action)
            self._looked_at |= projects
        elif condition.check is Check.RUNNING:
            raise Refused(
                f"台账正在核验（已完成 {condition.hundredths}%），核验通过后才能登记“{change.action}”。"
                "所填内容都在，请稍等片刻再按一次"
            )
        else:
            self._refuse_damaged(verify(self._conn, files=False), change.action)
            condition.end_check(self._now())

    def _refuse_damaged(self, damage: Sequence[Damage], action: str) -> None:
        if damage:
            warning = damage_warning(self.path or Path(), damage)
            self.condition.find_damage(damage, warning)
            raise StoreUnusable(f"{warning}。“{action}”没有登记")

    def _after_error(self, unclear: _Unclear, error: sqlite3.Error) -> None:
        """Find out by its key whether a change is in the store, and say so. Raises StoreUnusable where it is not."""
        action, why = unclear.action, cause(error)
        written = is_written(self._conn, self.path, unclear.key)
        if written is None:
            self._unclear = unclear
            raise StoreUnusable(
                f"“{action}”写入时出错（{why}），现在读不出它是否已经登记。查明之前台账只能看，不能登记。"
                "请检查磁盘或 U 盘是否还接着、有没有空间，再办一次：会先查明，不会重复登记"
            ) from error
        if not written:
            raise StoreUnusable(
                f"“{action}”没有登记（{why}），台账和以前的登记没有改动。请检查磁盘空间，腾出地方后再办一次"
            ) from error
        self._hear_written(unclear, f"写入时磁盘报错（{why}）")

    def _settle(self, action: str, key: str) -> None:
        """Before another change: find out what became of one that was unclear. Raises StoreUnusable, saying so."""
        if (unclear := self._unclear) is None:
            return
        written = is_written(self._conn, self.path, unclear.key)
        if written is None:
            raise StoreUnusable(
                f"还读不出“{unclear.action}”是否已经登记，台账只能看。“{action}”没有登记。"
                "请检查磁盘或 U 盘是否还接着，或关闭程序后重新打开台账"
            )
        self._unclear = None
        if written:
            self._hear_written(unclear, "写入时磁盘报错")
        elif key != unclear.key:
            raise StoreUnusable(f"已查明：“{unclear.action}”没有登记，请重新办理。“{action}”也还没有办，请再办一次")

    def _hear_written(self, unclear: _Unclear, why: str) -> None:
        """Tell the listeners of a change that was written although an error was reported."""
        warning = (
            f"“{unclear.action}”已登记，不要重复办理。{why}，重新读过，这一笔在台账里。"
            "请尽快备份到别的磁盘，并检查这个磁盘"
        )
        self.hear(replace(unclear.done or FinishedChange(unclear.action, 0), warning=warning))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A transaction for what follows from the records and is kept beside them: no change, and not journalled.

        It waits for nobody: raises sqlite3.OperationalError where another connection reads or writes at the moment.
        """
        before = self._conn.total_changes
        try:
            with without_waiting(self._conn), transaction(self._conn):
                yield
        finally:
            self._registers.stay(before, self._conn.total_changes)
            self._keep_of_villages(before, ())

    def _save_project_totals(
        self, change: Change, follow: bool
    ) -> tuple[list[ProjectTotals], list[ProjectTotals]] | None:
        """Write the totals of the touched projects; gives them before and after where the cached registers can follow.

        They can't after a change of many projects.
        """
        ids = change.projects() | self._renamed(change)
        if not follow or len(ids) > FEW:
            save_project_totals(self._conn, ids)
            return None
        before = project_totals_of(self._conn, ids)
        save_project_totals(self._conn, ids)
        return before, project_totals_of(self._conn, ids)

    def _renamed(self, change: Change) -> set[str]:
        """The projects of villages that were edited: the name of the village is part of their search text."""
        ids = [
            touched.row_id
            for touched in change.touched
            if touched.table == Village.table and touched.before and _name(touched.before) != _name(touched.after)
        ]
        return {project for village in ids for project in project_ids(self._conn, "village = ?", [village])}


def _name(packed: str) -> str:
    """The name in a packed row of a village."""
    return str(unpack(Village.table, packed)["name"])


def _not_opened(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> StoreUnusable:
    if isinstance(error, sqlite3.OperationalError) and "decode" not in str(error):  # of the disk, not of what is in it
        return StoreUnusable(f"台账“{path}”打不开（{cause(error)}），未作任何改动。请检查磁盘空间和文件夹权限")
    text = f"台账“{path}”已损坏（{error}），未作任何改动。请用 haicang-desk repair 修复，或从最近的备份恢复"
    return DamagedFile(text, str(error))


def system_user() -> str:
    """The user of the system, who is the actor where nobody is named."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "本机用户"


def damage_warning(path: Path, damage: Sequence[Damage]) -> str:
    """That a store is damaged, and the first place, in a sentence."""
    what = f"台账“{path}”有 {len(damage)} 处损坏，第一处：{damage[0]}"
    return f"{what}。请用 verify 查明，用 repair 修复，或从最近的备份恢复"


def _conflict_message(error: sqlite3.IntegrityError) -> str:
    text = str(error)
    if "project.code" in text:
        return "项目编号与已有项目重复，没有写入。请换一个编号"
    if "village.name" in text:
        return "村居名称与已有村居重复，没有写入。请换一个名称"
    if "dossier.number" in text or "dossier.project" in text:
        return "这个档号或这个项目的档号已经编过，没有写入。请刷新后再看"
    if "account.name" in text:
        return "这个姓名已有账户，没有写入。重名的请加以区别"
    if text.startswith("duty: "):
        return f"{_BARRED[text]}，没有写入"
    if "an account is not deleted" in text:
        return "账户只能停用，不能删除或改名，没有写入"
    return f"所填内容与已有记录冲突，没有写入（{text}）"


_BARRED = {  # by the triggers of the store (migration m0015)
    "duty: role": "现在登录的人没有办理这一项的角色",
    "duty: maker": "登记、申报这个项目的人不能再审批",
    "duty: payer": "审批这个项目的人不能再拨付",
}
