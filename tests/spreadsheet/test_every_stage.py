"""Out and in again, of ledgers whose projects were really brought to every stage, with text of every kind in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from haicang_desk.__main__ import main
from haicang_desk.model.records import RECORDS, Link, Project, Prose, Village, stored_text
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.store import verify
from tests.spreadsheet.ledgers import cells_of, held, record_of
from tests.stories import desk_work
from tests.stories.office import YEAR, Office
from tests.stories.plain import stage
from tests.stories.test_any_order import wander

ODD = (
    "𠮷𬭎戙", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ue000\uf8ff", "\u202e\u0627\u0628\u062c\u202c",
    "=cmd|'/C calc'!A0", "<b>&amp;{0}%s", "１２３．５", "'=1+1", "_x0041_", "\u00e9 e\u0301", "+1", "-1", "@SUM(A1)",
    "零\u200b宽", "第一行\n第二行\n\n末行", "“〔2018〕”", "1e5", "0012", "2018-08-01", "是",
)  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "So"])), min_size=3
)
STAGES = {
    "草稿",
    "退回",
    "不予批准",
    "撤回",
    "已申报",
    "已审批",
    "已备案",
    "主体已定",
    "实施中",
    "已完工",
    "已办结",
    "终止",
}
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("建") / "新台账.db"
    made = Workspace.create(path, street="新阳街道", year=YEAR, actor="陈", now=lambda: datetime(2026, 3, 2))
    with made as ws, ws.change("登记村居", actor="陈", undoable=False) as change:
        change.save(Village(name="霞阳社区", payee="村居"))
    return path


def one_at_each_stage(office: Office) -> None:
    """A service of the village at every stage there is, each by the steps that lead there."""
    ends = [(0, ""), *((n, "") for n in range(1, 8)), (1, "退回补正"), (1, "不予批准"), (2, "撤回"), (4, "终止")]
    for stages, last in ends:
        desk_work.new_project(office, 0, 0, pledged=True, later=False)
        project = office.projects()[-1]
        office.goes_on(project, stages)
        assert not last or office.step(project, last)
    assert {stage(project) for project in office.book["projects"].values()} == STAGES


@contextmanager
def brought(founded: Path, path: Path, seed: int, texts: list[str], *, whole: bool = False) -> Iterator[Office]:
    """Projects on their way, and on each of them a record of every kind, its words among those given."""
    office = Office.opened(founded, path)
    try:
        _bring(office, Random(seed), texts, whole=whole)
        yield office
    finally:  # else the store stays held, and that is all the next example says
        office.ws.close()


def _bring(office: Office, rng: Random, texts: list[str], *, whole: bool) -> None:
    office.learn()
    one_at_each_stage(office) if whole else wander(office, rng, 30)
    with office.ws.change("补记", actor="陈") as change:
        for project in office.ws.all(Project):
            for cls in RECORDS:
                if "project" in cls.fields and cls.table not in MOVING:
                    change.save(_in_words(record_of(cls, rng, **_belongs(cls, project)), texts, rng))
        change.save(_in_words(office.ws.all(Village)[0], texts, rng))


MOVING = ("approval", "filing", "appointment", "progress", "settlement")  # what decides a stage is left as it came


def _belongs(cls, project):
    given = {"project": Link(project.id), "village": project.village, "fund_year": project.fund_year}
    return {name: value for name, value in given.items() if name in cls.fields}


def _in_words(record, texts: list[str], rng: Random):
    """Its words of those given, as entry leaves them: composed, without control characters, as long as they may be."""
    said = {name: f for name, f in record.fields.items() if f.kind in (str, Prose) and not f.among}
    said = {name: f for name, f in said.items() if name not in ("name", "code")}
    words = {}
    for name, field in said.items():
        text = rng.choice(texts) * (field.longest if rng.random() < 0.05 else 1)
        words[name] = field.type(stored_text(field, stored_text(field, text)[: field.longest]) or "无")
    return replace(record, **words)


def same(one: Workspace, other: Workspace) -> None:
    assert held(other) == held(one)
    assert [case.staged for case in other.casefiles()] == [case.staged for case in one.casefiles()]
    for year in one.years():
        assert other.register(year) == one.register(year)
        assert check(other, year, TODAY) == check(one, year, TODAY)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 10**6), texts=TEXTS)
def test_whatever_its_stage_and_words_a_ledger_comes_in_as_it_went_out(founded, tmp_path, seed, texts):
    fresh = Workspace.in_memory(street="新阳街道", year=YEAR, actor="陈", now=lambda: datetime(2026, 1, 1))
    path = Path(mkdtemp(dir=tmp_path)) / "一.db"  # at one path the next example would be an older state of this store
    with brought(founded, path, seed, texts) as office, fresh as other:
        book = export_ledger(office.ws, tmp_path / "一.xlsx")
        plan = plan_import(other, book)
        assert (plan.errors, plan.ignored_columns, plan.notes) == ((), (), ())
        assert plan.carry_out(other, "陈")
        same(office.ws, other)
        assert cells_of(export_ledger(other, tmp_path / "二.xlsx")) == cells_of(book)
        assert verify(other.conn) == ()


def told(capsys, *command: str):
    main([*command, "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_by_commands_every_stage_goes_out_and_comes_in(founded, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "数据"))
    one, two = tmp_path / "甲.db", tmp_path / "乙.db"
    with brought(founded, one, 1, list(ODD), whole=True) as office:
        codes = [project.code for project in office.ws.all(Project)]
    _goes_round(capsys, one, two, codes)


def _goes_round(capsys, one: Path, two: Path, codes: list[str]) -> None:
    first, second = one.with_suffix(".xlsx"), two.with_suffix(".xlsx")
    assert main(["init", str(two), "--street", "新阳街道", "--year", str(YEAR)]) == 0
    assert main(["export", str(one), str(first)]) == 0
    assert main(["import", str(two), str(first)]) == 0
    assert main(["export", str(two), str(second)]) == 0
    assert cells_of(second) == cells_of(first)
    capsys.readouterr()
    day = ("--as-of", "2026-12-01")
    for command in (("check", *day), ("budget", *day), *(("show", code, *day) for code in codes)):
        name, *rest = command
        ours, theirs = (told(capsys, name, str(store), *rest) for store in (one, two))
        assert {**ours, "store": ""} == {**theirs, "store": ""}
