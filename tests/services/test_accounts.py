"""Accounts: the password opens the key and nothing else is kept of it; waits grow and end; nobody is locked out."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haicang_desk.model.records import Account, AccountState, Duty, DutyWaiver, Project
from haicang_desk.model.services import (
    ALONE,
    accounts,
    add_account,
    asks_sign_in,
    change_password,
    disable_account,
    enable_account,
    end_duty_waiver,
    is_bound,
    read_recovery_code,
    recover,
    renew_recovery_code,
    reset_account,
    save,
    sealed_keys,
    set_roles,
    set_up_sign_in,
    sign_in,
    sign_in_by_system,
    undo,
    waive_duties,
)
from haicang_desk.model.services.sign_in_record import LOG, LONGEST, WAITS
from haicang_desk.model.store import read_secret, verify
from haicang_desk.model.values import NotUndoable, NotYourDuty, Refused, SignInNeeded, SignInRefused
from tests.conftest import SOUND
from tests.services.office_people import ADMIN, FIRST, OWN, PEOPLE, make_quick, office_of

LEAVE = DutyWaiver(
    reason="编制只有一人", authority="新阳街道党工委", number="新委纪〔2018〕3号", granted_on=date(2018, 9, 1)
)


@pytest.fixture
def office(ws, tmp_path, monkeypatch):
    make_quick(monkeypatch)
    return office_of(ws, tmp_path)


def last_entry(ws):
    return ws.conn.execute("SELECT action, actor FROM journal ORDER BY seq DESC LIMIT 1").fetchone()


# the first account


def test_a_ledger_without_accounts_works_with_names(office):
    assert not asks_sign_in(office.ws)
    save(office.ws, [replace(SOUND, village=_village(office))], action="新建", person="谁都行")
    assert last_entry(office.ws) == ("新建", "谁都行")


def _village(office):
    from haicang_desk.model.records import Village

    return office.ws.all(Village)[0].id


def test_from_the_first_account_on_nothing_is_written_unless_somebody_is_signed_in(office):
    person, code = set_up_sign_in(office.ws, ADMIN, OWN, keys=office.folder)
    assert (person.name, person.duties) == (ADMIN, frozenset({Duty.ADMIN}))
    assert len(code.replace("-", "")) == 28
    assert last_entry(office.ws) == ("设置登录", ADMIN)
    office.ws.signer = None
    before = last_entry(office.ws)
    with pytest.raises(SignInNeeded, match="先登录"), office.ws.change("新建", actor="陈静") as change:
        change.save(replace(SOUND, village=_village(office)))
    assert last_entry(office.ws) == before
    assert office.ws.all(Project) == []
    assert verify(office.ws.conn) == ()


def test_sign_in_is_set_up_once(staffed):
    with pytest.raises(Refused, match="已设置登录"):
        set_up_sign_in(staffed.ws, "另一位", OWN, keys=staffed.folder)


def test_who_is_signed_in_is_the_actor_whatever_name_is_given(staffed):
    staffed.enter("陈静")
    save(staffed.ws, [replace(SOUND, village=_village(staffed))], action="新建", person="黄书记")
    assert last_entry(staffed.ws) == ("新建", "陈静")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("", "太短"), ("Ab1", "太短"), ("abcdefgh", "太短"), ("abcd1234", "太短"), ("Abcdefg", "太短"),
        ("aaaaaaaaaaaaaa", "重复"), ("Aa1Aa1Aa1", "重复"), ("王主任王主任2018-Ab", "姓名"), ("Abcd\x00efgh1", "看不见"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_and_nothing_is_written(office, password, word):
    before = last_entry(office.ws)
    with pytest.raises(Refused, match=word):
        set_up_sign_in(office.ws, ADMIN, password, keys=office.folder)
    assert last_entry(office.ws) == before
    assert not asks_sign_in(office.ws)


@pytest.mark.parametrize("password", ["Abcdef12", "abc-ef12", "春江潮水连海平海上明月共潮生", "correct horse battery"])
def test_a_password_of_three_kinds_or_of_fourteen_characters_will_do(office, password):
    set_up_sign_in(office.ws, ADMIN, password, keys=office.folder)
    assert sign_in(office.ws, ADMIN, password, office.record).name == ADMIN


# passwords and keys


def test_the_password_opens_a_key_that_signs_under_the_public_key_in_the_journal(staffed):
    person = staffed.enter("陈静")
    signature = person.sign(b"seal")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(staffed.account("陈静").public_key))
    key.verify(signature, b"seal")
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"another")
    assert len(signature) == 64


def test_a_wrong_password_opens_nothing(staffed):
    with pytest.raises(SignInRefused, match=r"密码不对，没有登录.*等 1 秒"):
        staffed.enter("陈静", "wrong")
    assert staffed.ws.signer is None


def test_a_name_without_account_is_told_who_has_one(staffed):
    with pytest.raises(SignInRefused, match=r"没有“李四”的账户.*陈静"):
        staffed.enter("李四")


def test_what_an_administrator_sets_holds_for_one_sign_in_and_writes_nothing(staffed):
    staffed.enter(ADMIN)
    made = add_account(staffed.ws, "新来的", [Duty.CLERK], FIRST)
    person = sign_in(staffed.ws, "新来的", FIRST, staffed.record)
    assert person.must_change
    with pytest.raises(SignInNeeded, match="换成自己的"):
        save(staffed.ws, [replace(SOUND, village=_village(staffed))], action="新建", person="")
    with pytest.raises(Refused, match="太短"):
        change_password(staffed.ws, person, FIRST, "short")
    assert person.must_change
    code = change_password(staffed.ws, person, FIRST, OWN)
    assert code
    assert staffed.account("新来的").public_key != made.public_key  # the administrator never held this key
    staffed.wait(5)
    with pytest.raises(SignInRefused):
        staffed.enter("新来的", FIRST)
    staffed.wait(5)
    assert not staffed.enter("新来的").must_change
    save(staffed.ws, [replace(SOUND, village=_village(staffed))], action="新建", person="")
    assert verify(staffed.ws.conn) == ()


def test_changing_a_password_keeps_key_and_recovery_code(staffed):
    person = staffed.enter("陈静")
    before = staffed.account("陈静")
    with pytest.raises(SignInRefused, match="原密码不对"):
        change_password(staffed.ws, person, "wrong", "Another-2018")
    assert change_password(staffed.ws, person, OWN, "Another-2018") == ""
    assert staffed.account("陈静") == before
    assert staffed.enter("陈静", "Another-2018").name == "陈静"
    _, code = recover(staffed.ws, "陈静", staffed.codes["陈静"], "Third-pass-2018", staffed.record)
    assert code != staffed.codes["陈静"]


def test_parameters_are_kept_with_each_secret_so_that_they_can_be_raised(staffed, monkeypatch):
    monkeypatch.setitem(sealed_keys.COST, "n", 4)
    person = staffed.enter("陈静")
    change_password(staffed.ws, person, OWN, "Another-2018")
    kept = json.loads(read_secret(staffed.ws.conn, person.account))
    assert (kept["password"]["n"], kept["recovery"]["n"]) == (4, 2)
    assert staffed.enter("陈静", "Another-2018").name == "陈静"
    assert staffed.enter("黄书记").name == "黄书记"


def test_the_cost_shipped_is_what_was_measured(monkeypatch):
    monkeypatch.undo()
    assert sealed_keys.COST == {"n": 2**15, "r": 8, "p": 3}


@pytest.mark.parametrize("other", ["黄书记", ADMIN])
def test_a_sealed_key_moved_to_another_account_opens_nothing(staffed, other):
    """Somebody with a tool for SQLite gives an account the secret of their own."""
    mine, theirs = staffed.account("陈静").id, staffed.account(other).id
    sealed = read_secret(staffed.ws.conn, mine)
    staffed.ws.conn.execute("UPDATE account_secret SET sealed = ? WHERE account = ?", (sealed, theirs))
    with pytest.raises(SignInRefused, match="密码不对"):
        staffed.enter(other)


def test_a_public_key_changed_with_a_tool_bars_the_account(staffed):
    mine, theirs = staffed.account("陈静"), staffed.account("黄书记")
    staffed.ws.conn.execute("UPDATE account SET public_key = ? WHERE id = ?", (mine.public_key, theirs.id))
    with pytest.raises(SignInRefused, match="与变更记录不符"):
        staffed.enter("黄书记")
    assert verify(staffed.ws.conn)


HUGE = '{"password": {"n": 1e99, "r": 8, "p": 1, "salt": "", "nonce": "", "sealed": ""}}'


@pytest.mark.parametrize("sealed", ["", "{", "[]", "{}", '{"password": 3}', '{"password": {"n": -1}}', HUGE])
def test_a_damaged_secret_is_a_wrong_password_and_no_crash(staffed, sealed):
    staffed.ws.conn.execute("UPDATE account_secret SET sealed = ?", (sealed,))
    with pytest.raises(SignInRefused):
        staffed.enter("陈静")


# recovery


def test_a_recovery_code_opens_once_and_gives_way_to_a_new_one(staffed):
    code = staffed.codes["陈静"]
    before = staffed.account("陈静").public_key
    typed = "　" + code.lower().replace("-", " ") + " "
    person, fresh = recover(staffed.ws, "陈静", typed, "Found-again-1", staffed.record)
    assert person.name == "陈静"
    assert staffed.account("陈静").public_key != before
    staffed.wait(5)
    with pytest.raises(SignInRefused, match="恢复码不对"):
        recover(staffed.ws, "陈静", code, "Once-more-2018", staffed.record)
    staffed.wait(5)
    assert recover(staffed.ws, "陈静", fresh, "Once-more-2018", staffed.record)[0].name == "陈静"
    assert staffed.enter("陈静", "Once-more-2018")
    assert verify(staffed.ws.conn) == ()


def test_a_weak_new_password_does_not_use_up_the_code(staffed):
    with pytest.raises(Refused, match="太短"):
        recover(staffed.ws, "陈静", staffed.codes["陈静"], "short", staffed.record)
    assert recover(staffed.ws, "陈静", staffed.codes["陈静"], "Long-enough-1", staffed.record)


def test_a_recovery_code_has_no_character_that_is_read_for_another():
    for _ in range(50):
        code = sealed_keys.new_recovery_code()
        assert not set(code) & set("0O1IL2Z5S8B")
        assert read_recovery_code(code) == code
        assert [len(group) for group in code.split("-")] == [4] * 7
    assert len({sealed_keys.new_recovery_code() for _ in range(200)}) == 200


def test_a_new_code_needs_the_password_and_ends_the_old_one(staffed):
    person = staffed.enter("陈静")
    with pytest.raises(SignInRefused):
        renew_recovery_code(staffed.ws, person, "wrong")
    fresh = renew_recovery_code(staffed.ws, person, OWN)
    with pytest.raises(SignInRefused):
        recover(staffed.ws, "陈静", staffed.codes["陈静"], "Third-pass-2018", staffed.record)
    staffed.wait(5)
    assert recover(staffed.ws, "陈静", fresh, "Third-pass-2018", staffed.record)


# an account of the system's user


def test_an_office_of_one_may_sign_in_as_the_systems_user(office):
    keys = office.folder / "keys"
    person, code = set_up_sign_in(office.ws, "独一人", None, keys=keys, alone=LEAVE)
    assert person.duties == frozenset(ALONE)
    (file,) = keys.iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert keys.stat().st_mode & 0o777 == 0o700
    assert is_bound(office.ws, office.account("独一人"))
    office.ws.signer = None
    assert sign_in_by_system(office.ws, "独一人", keys, office.record).name == "独一人"
    save(office.ws, [replace(SOUND, village=_village(office))], action="新建", person="")
    file.unlink()
    with pytest.raises(SignInRefused, match="另一个本机用户"):
        sign_in_by_system(office.ws, "独一人", keys, office.record)
    recover(office.ws, "独一人", code, "Now-a-password-1", office.record)
    assert sign_in(office.ws, "独一人", "Now-a-password-1", office.record)


# people


@pytest.mark.parametrize("name", list(PEOPLE))
def test_only_an_administrator_manages_people(staffed, name):
    staffed.enter(name)
    for act in (
        lambda: add_account(staffed.ws, "新人", [Duty.CLERK], FIRST),
        lambda: set_roles(staffed.ws, staffed.account(name), [Duty.APPROVER]),
        lambda: disable_account(staffed.ws, staffed.account(ADMIN)),
        lambda: reset_account(staffed.ws, staffed.account(ADMIN), FIRST),
        lambda: waive_duties(staffed.ws, LEAVE),
    ):
        with pytest.raises(NotYourDuty, match="管理员"):
            act()


def test_a_disabled_person_is_kept_and_cannot_sign_in_until_enabled(staffed):
    staffed.enter(ADMIN)
    disable_account(staffed.ws, staffed.account("陈静"))
    assert staffed.account("陈静").state is AccountState.DISABLED
    with pytest.raises(SignInRefused, match="已停用"):
        staffed.enter("陈静")
    staffed.enter(ADMIN)
    enable_account(staffed.ws, staffed.account("陈静"))
    assert staffed.enter("陈静")
    assert len(accounts(staffed.ws)) == len(PEOPLE) + 1


def test_one_who_is_disabled_while_signed_in_writes_nothing_more(staffed):
    clerk = staffed.enter("陈静")
    staffed.enter(ADMIN)
    disable_account(staffed.ws, staffed.account("陈静"))
    staffed.ws.signer = clerk
    with pytest.raises(SignInNeeded, match="已停用"):
        save(staffed.ws, [replace(SOUND, village=_village(staffed))], action="新建", person="")


def test_the_own_account_is_neither_disabled_nor_demoted(staffed):
    staffed.enter(ADMIN)
    with pytest.raises(Refused, match="自己的账户"):
        disable_account(staffed.ws, staffed.account(ADMIN))
    with pytest.raises(Refused, match="自己的账户"):
        set_roles(staffed.ws, staffed.account(ADMIN), [Duty.CLERK])


def test_a_reset_gives_a_new_key_and_ends_password_and_code(staffed):
    old = staffed.account("陈静")
    staffed.enter(ADMIN)
    reset_account(staffed.ws, old, "Given-anew-2018")
    assert staffed.account("陈静").public_key != old.public_key
    code = staffed.codes["陈静"]
    for refused in (
        lambda: staffed.enter("陈静"),
        lambda: recover(staffed.ws, "陈静", code, "Third-pass-2018", staffed.record),
    ):
        with pytest.raises(SignInRefused):
            refused()
        staffed.wait(10)
    assert staffed.enter("陈静", "Given-anew-2018").must_change
    keys = [json.loads(row[0]).get("public_key") for row in staffed.ws.conn.execute(
        "SELECT after FROM journal_row WHERE tbl = 'account' AND row_id = ?", (old.id,))]  # fmt: skip
    assert old.public_key in keys  # what was signed before can still be verified


def test_names_are_unique(staffed):
    staffed.enter(ADMIN)
    with pytest.raises(Refused, match="已有账户"):
        add_account(staffed.ws, " 陈静 ", [Duty.CLERK], FIRST)


@pytest.mark.parametrize(
    ("duties", "word"),
    [((), "至少选一个"), ((Duty.AUDITOR, Duty.CLERK), "审计只看"), ((Duty.ADMIN, Duty.APPROVER), "不办业务")],
)
def test_roles_that_exclude_each_other_are_refused(staffed, duties, word):
    staffed.enter(ADMIN)
    with pytest.raises(Refused, match=word):
        add_account(staffed.ws, "新人", duties, FIRST)


def test_leave_lets_an_administrator_do_business_and_is_ended_when_nobody_rests_on_it(staffed):
    staffed.enter(ADMIN)
    with pytest.raises(Refused, match="请填写：文号"):
        waive_duties(staffed.ws, replace(LEAVE, number=""))
    waive_duties(staffed.ws, LEAVE)
    with pytest.raises(Refused, match="已有一份"):
        waive_duties(staffed.ws, LEAVE)
    set_roles(staffed.ws, staffed.account(ADMIN), ALONE)
    with pytest.raises(Refused, match="兼任管理员"):
        end_duty_waiver(staffed.ws)
    set_roles(staffed.ws, staffed.account(ADMIN), [Duty.ADMIN])
    end_duty_waiver(staffed.ws)
    with pytest.raises(Refused, match="不办业务"):
        set_roles(staffed.ws, staffed.account(ADMIN), ALONE)


def test_what_was_done_with_people_is_not_undone(staffed):
    staffed.enter(ADMIN)
    set_roles(staffed.ws, staffed.account("陈静"), [Duty.CLERK, Duty.REVIEWER])
    with pytest.raises(NotUndoable):
        undo(staffed.ws, person="")


# waits


def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_ends(staffed):
    waits = []
    account = staffed.account("陈静").id
    for _ in range(14):
        with pytest.raises(SignInRefused, match="密码不对"):
            staffed.enter("陈静", "wrong")
        waits.append(staffed.record.seconds_left(account, staffed.now))
        with pytest.raises(SignInRefused, match="请等"):
            staffed.enter("陈静")  # the right one has to wait too
        staffed.wait(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST, LONGEST, LONGEST, LONGEST]
    assert staffed.enter("陈静")
    with pytest.raises(SignInRefused, match="等 1 秒"):
        staffed.enter("陈静", "wrong")


def test_a_wait_is_of_one_account(staffed):
    with pytest.raises(SignInRefused):
        staffed.enter("陈静", "wrong")
    assert staffed.enter("黄书记")


def test_a_try_is_counted_before_it_is_made(staffed, monkeypatch):
    """Whoever ends the program before it tells that the password is wrong has used up a try all the same."""
    module = sys.modules["haicang_desk.model.services.accounts"]

    def end(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "open_key", end)
    with pytest.raises(KeyboardInterrupt):
        staffed.enter("陈静", "wrong")
    assert staffed.record.seconds_left(staffed.account("陈静").id, staffed.now) == 1


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3650)])
def test_a_clock_set_back_neither_ends_the_wait_nor_prolongs_it_for_ever(staffed, back):
    for _ in range(12):
        with pytest.raises(SignInRefused):
            staffed.enter("陈静", "wrong")
        staffed.wait(LONGEST)
    staffed.wait(-LONGEST)
    staffed.now -= back
    with pytest.raises(SignInRefused, match="请等 15 分钟"):
        staffed.enter("陈静")
    staffed.wait(LONGEST)
    assert staffed.enter("陈静")


def test_a_damaged_record_of_waits_bars_nobody(staffed):
    with pytest.raises(SignInRefused):
        staffed.enter("陈静", "wrong")
    for text in ("", "[]", "{", json.dumps({staffed.account("陈静").id: {"failures": "x"}})):
        (staffed.folder / WAITS).write_text(text, encoding="utf-8")
        assert staffed.enter("陈静")


def test_who_signs_in_and_who_fails_is_logged(staffed):
    before = len(staffed.record.lines())
    with pytest.raises(SignInRefused):
        staffed.enter("陈静", "wrong")
    with pytest.raises(SignInRefused):
        staffed.enter("陈静")
    staffed.wait(1)
    staffed.enter("陈静")
    told = [(line["event"], line["name"]) for line in staffed.record.lines()[before:]]
    assert told == [("密码不对", "陈静"), ("等待中", "陈静"), ("登录", "陈静")]


@pytest.mark.posix("permission bits")
def test_the_log_of_sign_ins_is_this_users_alone(staffed):
    staffed.enter("陈静")
    assert (staffed.folder / LOG).stat().st_mode & 0o077 == 0


# the store


def test_an_account_cannot_be_deleted_voided_or_renamed_in_the_store(staffed):
    for sql in (
        "DELETE FROM account",
        "DELETE FROM account_secret",
        "UPDATE account SET void = 1",
        "UPDATE account SET name = name || '二'",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="not deleted"):
            staffed.ws.conn.execute(sql)


def test_no_password_and_no_code_stands_in_store_log_or_waits(staffed):
    """What people know is nowhere in what the program keeps."""
    staffed.enter(ADMIN)
    reset_account(staffed.ws, staffed.account("陈静"), "Given-anew-2018")
    with pytest.raises(SignInRefused):
        staffed.enter("陈静", "Wrong-guess-77")
    kept = staffed.ws.conn.serialize()
    kept += b"".join(path.read_bytes() for path in staffed.folder.rglob("*") if path.is_file())
    for secret in (FIRST, OWN, "Given-anew-2018", "Wrong-guess-77", *staffed.codes.values()):
        assert secret.encode() not in kept
        assert secret.replace("-", "").encode() not in kept


def test_an_account_record_holds_no_private_key():
    assert set(Account.fields) == {"name", "roles", "public_key", "state", "note"}
