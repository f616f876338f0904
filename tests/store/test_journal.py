"""A change: all or nothing, under one name, journalled whole, acting once for each key."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, nullcontext
from dataclasses import replace

import pytest

from haicang_desk.model.records import (
    KINDS,
    Alteration,
    Altered,
    Approval,
    BudgetLine,
    Conclusion,
    Link,
    Opinion,
    Project,
    Prose,
    Village,
)
from haicang_desk.model.services import Workspace, save, take_step, undo, void
from haicang_desk.model.store import TABLES, unpack, verify
from haicang_desk.model.store.journal import pack
from haicang_desk.model.store.mapping import to_row
from haicang_desk.model.values import ChangedMeanwhile, Fixed, Money, Refused, StoreUnusable
from tests.conftest import NOW, TODAY
from tests.model.street import built


def journal(ws):
    return ws.conn.execute("SELECT seq, action, actor, undoable FROM journal ORDER BY seq").fetchall()


def test_a_change_is_one_entry_with_every_row_before_and_after(ws, village):
    with ws.change("改名", actor="陈") as change:
        change.save(replace(village, name="霞阳"))
        change.save(Village(name="祥露村"))
    seq, action, actor, _ = journal(ws)[-1]
    assert (action, actor) == ("改名", "陈")
    rows = ws.conn.execute("SELECT n, tbl, before, after FROM journal_row WHERE seq = ? ORDER BY n", (seq,)).fetchall()
    assert [(n, tbl, before is None) for n, tbl, before, _ in rows] == [(0, "village", False), (1, "village", True)]
    assert json.loads(rows[0][2])["name"] == "霞阳社区"
    assert json.loads(rows[0][3])["name"] == "霞阳"
    assert unpack("village", rows[0][3])["leader"] == ""
    assert verify(ws.conn) == ()


def test_a_refused_change_leaves_nothing(ws, village, kept):
    before, held = journal(ws), list(ws.conn.iterdump())
    with pytest.raises(RuntimeError), ws.change("半途", actor="陈") as change:
        change.save(replace(village, name="改了一半"))
        raise RuntimeError
    with pytest.raises(Refused, match="村居名称与已有村居重复"), ws.change("重名", actor="陈") as change:
        change.save(Village(name="另一村"))
        change.save(Village(name="霞阳社区"))
    assert journal(ws) == before
    assert list(ws.conn.iterdump()) == held


def test_saving_an_unchanged_record_writes_nothing(ws, village):
    before, heard = journal(ws), []
    ws.listen(heard.append)
    with ws.change("没有改动", actor="陈") as change:
        assert change.save(village) is village
    assert journal(ws) == before
    assert heard == []


def test_listeners_are_called_after_the_commit(ws, kept):
    heard = []
    ws.listen(lambda done: heard.append((done, len(ws.all(Project)))))
    project = kept()
    ((done, count),) = heard
    assert (done.action, done.seq, count) == ("新建", 2, 1)
    assert done.rows == {("project", project.id)}
    assert done.projects == {project.id}
    assert done.touches(Project) and not done.touches(Village)


def test_a_project_that_a_record_is_moved_from_is_touched_too(ws, kept):
    first, second = kept(), kept(code="XYJD-XYSQ-2018-02", title="另一项目")
    heard = []
    with ws.change("登记", actor="陈") as change:
        opinion = change.save(Opinion(project=Link(first.id), sought_on=TODAY))
    ws.listen(heard.append)
    with ws.change("改挂", actor="陈") as change:
        change.save(replace(opinion, project=Link(second.id)))
    assert heard[0].projects == {first.id, second.id}


def test_a_second_change_under_the_same_key_is_refused(ws):
    save(ws, [Village(name="祥露村")], action="登记村居", person="陈", key="一次")
    with pytest.raises(Refused, match="“登记村居”已经登记过"):
        save(ws, [Village(name="新垵村")], action="登记村居", person="陈", key="一次")
    assert [village.name for village in ws.all(Village)] == ["霞阳社区", "祥露村"]


class Unclear(sqlite3.Connection):
    """A connection whose COMMIT reports a fault: ``takes`` says whether it took effect all the same.

    ``unreadable``: what was registered under a key can't be read afterwards.
    """

    takes: bool | None = None
    unreadable = False

    def execute(self, sql, *args):
        if self.unreadable and "FROM journal WHERE key" in sql and self.takes is None:
            raise sqlite3.OperationalError("disk I/O error")
        if sql == "COMMIT" and self.takes is not None:
            takes, self.takes = self.takes, None
            super().execute("COMMIT" if takes else "ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *args)


@pytest.fixture
def street_file(tmp_path):
    path = tmp_path / "新阳.db"
    built(path).close()
    return path


@pytest.fixture
def unclear(template):
    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=Unclear)) as conn:
        template.backup(conn)
        yield Workspace(conn, now=lambda: NOW)


def register(ws, name="祥露村", key="这一笔"):
    save(ws, [Village(name=name)], action=f"登记{name}", person="陈", key=key)


def villages(ws):
    return [village.name for village in ws.all(Village)]


def test_a_commit_that_took_effect_in_spite_of_an_error_is_told_as_written(unclear):
    heard = []
    unclear.listen(heard.append)
    unclear.conn.takes = True
    register(unclear)
    (done,) = heard
    assert "“登记祥露村”已登记，不要重复办理" in done.warning and done.touches(Village)
    with pytest.raises(Refused, match="已经登记过"):
        register(unclear)
    assert villages(unclear) == ["霞阳社区", "祥露村"] and verify(unclear.conn) == ()


def test_a_commit_that_failed_is_told_as_not_written_and_a_retry_writes_it_once(unclear):
    heard = []
    unclear.listen(heard.append)
    unclear.conn.takes = False
    with pytest.raises(StoreUnusable, match="“登记祥露村”没有登记（磁盘读写不正常）"):
        register(unclear)
    assert heard == []
    register(unclear)
    assert villages(unclear) == ["霞阳社区", "祥露村"] and verify(unclear.conn) == ()
    assert [done.warning for done in heard] == [""]


@pytest.mark.parametrize("takes", [True, False])
def test_nothing_is_written_while_it_cannot_be_read_what_became_of_a_change(unclear, takes):
    heard = []
    unclear.listen(heard.append)
    unclear.conn.takes, unclear.conn.unreadable = takes, True
    with pytest.raises(StoreUnusable, match="现在读不出它是否已经登记"):
        register(unclear)
    with pytest.raises(StoreUnusable, match="“登记新垵村”没有登记"):
        register(unclear, "新垵村", "另一笔")
    unclear.conn.unreadable = False
    if takes:
        register(unclear, "新垵村", "另一笔")
        assert "“登记祥露村”已登记" in heard[0].warning and heard[1].warning == ""
    else:
        with pytest.raises(StoreUnusable, match=r"“登记祥露村”没有登记.*“登记新垵村”也还没有办"):
            register(unclear, "新垵村", "另一笔")
        register(unclear)
        register(unclear, "新垵村", "另一笔")
    assert villages(unclear) == ["霞阳社区", "祥露村", "新垵村"] and verify(unclear.conn) == ()


@pytest.mark.parametrize("takes", [True, False])
def test_the_same_change_again_is_settled_first(unclear, takes):
    unclear.conn.takes, unclear.conn.unreadable = takes, True
    with pytest.raises(StoreUnusable):
        register(unclear)
    unclear.conn.unreadable = False
    with pytest.raises(Refused, match="已经登记过") if takes else nullcontext():
        register(unclear)
    assert villages(unclear) == ["霞阳社区", "祥露村"]


def allow_no_page(ws):
    """Have SQLite itself say that there is no room for another page."""
    (pages,) = ws.conn.execute("PRAGMA page_count").fetchone()
    ws.conn.execute(f"PRAGMA max_page_count = {pages}")


def make_room(ws):
    ws.conn.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_registers_nothing_and_the_store_is_usable_when_there_is_room(street_file):
    with Workspace.open(street_file) as ws:
        allow_no_page(ws)
        told = []
        for number in range(200):  # until a page more is needed
            try:
                register(ws, f"村{number}", f"key{number}")
            except StoreUnusable as full:
                told.append(str(full))
                break
        assert "没有登记（磁盘已满）" in told[0]
        assert len(ws.all(Village)) == 2 + number
        make_room(ws)
        register(ws, f"村{number}", f"key{number}")
        assert len(ws.all(Village)) == 3 + number and verify(ws.conn) == ()


def test_an_undo_on_a_full_disk_says_so_and_can_be_made_later(street_file):
    with Workspace.open(street_file) as ws:
        save(ws, [Village(name=f"村{n}", leader="长" * 20) for n in range(60)], action="登记", person="陈")
        allow_no_page(ws)
        with pytest.raises(StoreUnusable, match="“撤销：登记”没有登记（磁盘已满）"):
            undo(ws, person="陈")
        make_room(ws)
        assert len(ws.all(Village)) == 62 and undo(ws, person="陈") == "登记"
        assert len(ws.all(Village)) == 2 and verify(ws.conn) == ()


@pytest.mark.parametrize("fault", ["INSERT INTO journal ", "INSERT INTO register_line", 'INSERT INTO "village"'])
def test_an_error_anywhere_within_a_change_leaves_nothing(template, fault):
    class Failing(sqlite3.Connection):
        broken = True

        def execute(self, sql, *args):
            if self.broken and sql.startswith(fault):
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *args)

        def executemany(self, sql, *args):
            if self.broken and sql.startswith(fault):
                raise sqlite3.OperationalError("database or disk is full")
            return super().executemany(sql, *args)

    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=Failing)) as conn:
        template.backup(conn)
        ws = Workspace(conn, now=lambda: NOW)
        with pytest.raises(StoreUnusable, match="磁盘空间"):
            save(ws, [Village(name="祥露村")], action="登记村居", person="陈")
        assert [village.name for village in ws.all(Village)] == ["霞阳社区"]
        assert verify(ws.conn) == ()
        conn.broken = False
        save(ws, [Village(name="祥露村")], action="登记村居", person="陈")
        assert verify(ws.conn) == ()


def test_without_a_name_the_actor_is_the_system_user(ws, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "chen")
    with ws.change("登记", actor="") as change:
        change.save(Village(name="祥露村"))
    assert journal(ws)[-1][2] == "chen"


def test_the_journal_is_neither_altered_nor_deleted(ws):
    for table in ("journal", "journal_row"):
        with pytest.raises(sqlite3.IntegrityError, match="not altered"):
            ws.conn.execute(f"UPDATE {table} SET seq = 9")
        with pytest.raises(sqlite3.IntegrityError, match="not altered"):
            ws.conn.execute(f"DELETE FROM {table}")


def test_records_are_voided_and_never_deleted(ws, kept):
    project = kept()
    with pytest.raises(Refused, match="理由"):
        void(ws, project, reason=" ", person="陈")
    void(ws, project, reason="重复登记", person="陈")
    assert ws.all(Project) == []
    assert ws.conn.execute("SELECT void FROM project").fetchall() == [(1,)]
    assert journal(ws)[-1][1] == "作废项目：重复登记"
    with pytest.raises(Refused, match="已作废"):
        ws.casefile(project.id)
    assert verify(ws.conn) == ()


def test_a_decided_project_is_not_edited_by_typing(ws, kept):
    project = kept(submitted_on=TODAY)
    take_step(ws, project.id, "reject", on=TODAY, person="林", answers={"opinion": "不予批准"})
    with pytest.raises(Fixed, match="不能直接修改"):
        save(ws, [replace(project, special=Money(1))], action="修改", person="陈")


def test_approved_content_changes_only_by_a_change_request(ws, kept):
    """Budget lines and the decision itself; an agreed change of the use opens the budget, one of the time does not."""
    project = kept(submitted_on=TODAY)
    own = {"project": Link(project.id)}
    (line,) = save(ws, [BudgetLine(**own, content="灯具", subject="材料费")], action="登记预算", person="陈")
    agreed = Approval(**own, conclusion=Conclusion.AGREE, decided_on=TODAY, special=Money(100))
    (agreed,) = save(ws, [agreed], action="批准", person="林")
    for typed in (replace(line, amount=Money(1)), BudgetLine(**own, content="新增", subject="材料费")):
        with pytest.raises(Fixed, match="申请变更"):
            save(ws, [typed], action="修改", person="陈")
    with pytest.raises(Fixed, match="申请变更"):
        void(ws, line, reason="不要了", person="陈")
    for changed in (replace(agreed, special=Money(200)), replace(agreed, void=True)):
        with pytest.raises(Fixed, match="不能直接修改"):
            save(ws, [changed], action="修改", person="陈")
    assert save(ws, [agreed], action="原样", person="陈") == [agreed]

    asked = {"asked_on": TODAY, "after": Prose("改"), "reason": Prose("材料涨价"), "conclusion": Conclusion.AGREE}
    save(ws, [Alteration(**own, **asked, item=Altered.TIME)], action="变更", person="林")
    with pytest.raises(Fixed):
        save(ws, [replace(line, amount=Money(1))], action="修改", person="陈")
    (use,) = save(ws, [Alteration(**own, **asked, item=Altered.USE)], action="变更", person="林")
    assert save(ws, [replace(line, amount=Money(1))], action="修改", person="陈")[0].amount == 1
    with pytest.raises(Fixed, match="变更已作出结论"):
        save(ws, [replace(use, special=Money(9))], action="修改", person="陈")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_unpacks_to_itself(table):
    """Empty cells are left out of the journal and must come back as the same empty cells."""
    blank = to_row(TABLES[table]())
    assert unpack(table, pack(blank)) == blank
    filled = {n: ("text" if KINDS[s.kind] == "TEXT" else 7) for n, s in TABLES[table].fields.items()}
    row = {**blank, **filled, "id": "x", "void": 1}
    assert unpack(table, pack(row)) == row


def test_a_village_that_has_projects_is_not_voided(ws, village, kept):
    kept()
    with pytest.raises(Refused, match="还有 1 个项目"):
        void(ws, village, reason="撤并", person="陈")
    assert ws.all(Village) == [village]


def test_a_record_that_is_no_longer_as_expected_is_not_overwritten(ws, kept):
    opened = kept(title="灯", special=Money(100))
    with ws.change("改", actor="林") as change:
        change.save(replace(opened, special=Money(300)))
    with (
        pytest.raises(ChangedMeanwhile, match=r"区级专项资金“1\.00”已改为“3\.00”"),
        ws.change("改", actor="陈") as change,
    ):
        change.save(replace(opened, title="路"), expected=opened)
    assert ws.get(Project, opened.id).title == "灯"
    with ws.change("改", actor="陈") as change:  # what already is as wanted is no conflict
        change.save(replace(opened, special=Money(300)), expected=opened)
    with ws.change("作废", actor="林") as change:
        change.save(replace(opened, void=True))
    with pytest.raises(ChangedMeanwhile, match="作废"), ws.change("改", actor="陈") as change:
        change.save(opened, expected=replace(opened, special=Money(300)))
