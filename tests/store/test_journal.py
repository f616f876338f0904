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
from haicang_desk.model.services import Workspace, save, take_step, void
from haicang_desk.model.store import TABLES, unpack, verify
from haicang_desk.model.store.journal import pack
from haicang_desk.model.store.mapping import to_row
from haicang_desk.model.values import ChangedMeanwhile, Fixed, Money, Refused, StoreUnusable
from tests.conftest import NOW, TODAY


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
    """A connection whose COMMIT reports a fault: ``takes`` says whether it took effect all the same."""

    takes: bool | None = None

    def execute(self, sql, *args):
        if sql == "COMMIT" and self.takes is not None:
            takes, self.takes = self.takes, None
            super().execute("COMMIT" if takes else "ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *args)


@pytest.mark.parametrize("takes", [True, False])
def test_a_retry_after_an_unclear_commit_pays_exactly_once(template, takes):
    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=Unclear)) as conn:
        template.backup(conn)
        ws, heard = Workspace(conn, now=lambda: NOW), []
        ws.listen(heard.append)
        conn.takes = takes
        with pytest.raises(StoreUnusable, match="未能确认写入"):
            save(ws, [Village(name="祥露村")], action="登记村居", person="陈", key="这一笔")
        assert heard == []
        with pytest.raises(Refused, match="已经登记过") if takes else nullcontext():
            save(ws, [Village(name="祥露村")], action="登记村居", person="陈", key="这一笔")
        assert [village.name for village in ws.all(Village)] == ["霞阳社区", "祥露村"]
        assert verify(ws.conn) == ()


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
