"""Fixtures shared by every test. Nothing here opens a window; tests/ui does that itself."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlite_utils import Database

from haicang_desk.model.policy import Policy, policy_for
from haicang_desk.model.records import Category, Link, Project, Prose, Street, StreetQuota, Village, VillageKind
from haicang_desk.model.services import Workspace
from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.values import Money
from haicang_desk.paths import resource

TODAY = date(2018, 9, 3)
NOW = datetime(2018, 9, 3, 9, 30)

SOUND = Project(
    code="XYJD-XYSQ-2018-01",
    title="楼道照明更换",
    fund_year=2018,
    category=Category.WORKS,
    place="霞阳社区",
    need=Prose("居民反映，议事会通过"),
    works=Prose("更换楼道灯 120 盏"),
    special=Money(6_000_000),
    donated_cash=Money(4_000_000),
    others_duty=False,
    duplicates_public=False,
)


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the program remembers of the stores of tests lies in a folder of theirs, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def template() -> Iterator[sqlite3.Connection]:
    """A migrated store with one street and one village, made once; every test gets a copy of its pages."""
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrations.apply(Database(conn))
    with Workspace(conn, now=lambda: NOW).change("建立台账", actor="陈", undoable=False) as change:
        change.save(Street(name="新阳街道", code="XYJD"))
        change.save(StreetQuota(fund_year=2018))
        change.save(Village(name="霞阳社区", code="XYSQ", kind=VillageKind.COMMUNITY, payee="霞阳社区居民委员会"))
    yield conn
    conn.close()


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Runs as user nobody where the tests run as root, because permissions do not stop root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    policies = resource("policy")
    policy_for(2026)  # looks into the home folder, which nobody else may enter; read once
    os.seteuid(65534)
    try:
        if not os.access(policies, os.R_OK, effective_ids=True):
            pytest.skip("the project lies in a folder that nobody else may read")
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def ws(template: sqlite3.Connection) -> Iterator[Workspace]:
    with closing(copy_of(template)) as conn:
        yield Workspace(conn, now=lambda: NOW)


def copy_of(template: sqlite3.Connection) -> sqlite3.Connection:
    """Its pages in another store in memory."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    template.backup(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


@pytest.fixture(scope="session")
def policy() -> Policy:
    return policy_for(2018)


@pytest.fixture
def village(ws: Workspace) -> Village:
    return ws.all(Village)[0]


@pytest.fixture
def kept(ws: Workspace, village: Village) -> Callable[..., Project]:
    """Puts a sound draft in the store; keywords make it less so."""

    def put(**unlike: Any) -> Project:
        with ws.change("新建", actor="陈") as change:
            return change.save(replace(SOUND, **{"village": Link(village.id), **unlike}))

    return put


@pytest.fixture(scope="session")
def people_template(
    template: sqlite3.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """A store whose people have accounts, with their recovery codes, made once; every test gets a copy of its pages."""
    from tests.services.office_people import make_quick, office_of

    with closing(copy_of(template)) as conn:
        with pytest.MonkeyPatch.context() as patch:
            make_quick(patch)
            office = office_of(Workspace(conn, now=lambda: NOW), tmp_path_factory.mktemp("people"))
            office.set_up()
        yield conn, office.codes


@pytest.fixture
def staffed(people_template: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An office with one person for each role, of whom nobody is signed in."""
    from tests.services.office_people import make_quick, office_of

    make_quick(monkeypatch)
    template, codes = people_template
    with closing(copy_of(template)) as conn:
        office = office_of(Workspace(conn, now=lambda: NOW), tmp_path)
        office.codes = dict(codes)
        yield office
