"""A question asked beside an open ledger: on another thread, of one state, writing nothing and holding nobody up."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread, get_ident

import pytest

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import Workspace, asking_beside, save
from haicang_desk.model.store import last_entry
from haicang_desk.model.values import StoreUnusable
from tests.conftest import NOW


@pytest.fixture
def kept_on_disk(tmp_path):
    with Workspace.create(tmp_path / "台账.db", street="新阳街道", year=2018, now=lambda: NOW) as ws:
        save(ws, [Village(name="霞阳社区")], action="登记村居", person="陈")
        yield ws


def elsewhere(ask):
    """What a question answers on another thread."""
    found = []
    thread = Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize("which", ["ws", "kept_on_disk"])
def test_a_question_is_answered_on_another_thread_with_the_number_of_its_state(request, which):
    ws = request.getfixturevalue(which)
    seq, (thread, names) = elsewhere(asking_beside(ws, lambda w: (get_ident(), [v.name for v in w.all(Village)])))
    assert (seq, names) == (last_entry(ws.conn), ["霞阳社区"])
    assert thread != get_ident()


def test_it_writes_nothing(kept_on_disk):
    def write(ws):
        save(ws, [Village(name="祥露社区")], action="登记村居", person="陈")

    with pytest.raises(StoreUnusable, match="只读"):
        asking_beside(kept_on_disk, write)()
    with pytest.raises(StoreUnusable, match="没有读成"):
        asking_beside(kept_on_disk, lambda w: w.conn.execute("DELETE FROM village"))()


def test_a_save_meanwhile_goes_through_and_the_question_is_asked_anew(kept_on_disk):
    seen = []

    def count(ws):
        seen.append(len(ws.all(Village)))
        if len(seen) == 1:  # between two queries nothing holds the store
            save(kept_on_disk, [Village(name="祥露社区")], action="登记村居", person="陈")
        return len(ws.all(Village))

    assert asking_beside(kept_on_disk, count)() == (last_entry(kept_on_disk.conn), 2)
    assert seen == [1, 2]


def test_a_store_that_never_rests_is_not_answered_wrongly(kept_on_disk):
    (village,) = kept_on_disk.all(Village)

    def count(ws):
        nonlocal village
        edited = replace(village, leader=f"{village.leader}甲")
        (village,) = save(kept_on_disk, [edited], action="修改村居", person="陈")
        return len(ws.all(Project))

    with pytest.raises(StoreUnusable, match="正在改动"):
        asking_beside(kept_on_disk, count)()
