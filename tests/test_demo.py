"""The demonstration: a whole year comes out as meant, with every document there is, the same each time."""

from __future__ import annotations

import hashlib
from datetime import date

import pypdfium2
import pytest

from haicang_desk.__main__ import main
from haicang_desk.demo import demonstrate, output
from haicang_desk.demo.clock import workday
from haicang_desk.demo.fixtures import demo_street
from haicang_desk.demo.output import LIST, OutputFolder
from haicang_desk.demo.scenario import project_actions
from haicang_desk.demo.simulation import AS_OF
from haicang_desk.demo.street_year import street_actions
from haicang_desk.model.documents import DOCUMENTS
from haicang_desk.model.records import Dossier
from haicang_desk.model.services import DOSSIER_STAGES, Workspace
from haicang_desk.model.store import verify_file
from haicang_desk.model.values import NotWritten, StoreUnusable


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The folder of a demonstration, and what it told."""
    folder, told = tmp_path_factory.mktemp("demo") / "演示", []
    demonstrate(folder, lambda what, path: told.append((what, path)))
    return folder, told


@pytest.mark.slow
def test_every_document_there_is_is_written(shown):
    folder, told = shown
    assert verify_file(folder / "demo.db") == ()
    for document in DOCUMENTS.values():
        made = list((folder / document.title).glob("*.pdf"))
        assert made, document.title
        assert {path for what, path in told if what.startswith(f"{document.name} ")} == set(made)
    assert len(list((folder / "季度报告").iterdir())) == 6


@pytest.mark.slow
def test_every_file_is_told_once_and_listed(shown):
    folder, told = shown
    written = {path for path in folder.rglob("*") if path.is_file()} - {folder / LIST}
    written -= set((folder / "demo.files").rglob("*"))  # they belong to the store
    paths = [path for _, path in told]
    assert len(set(paths)) == len(paths)
    assert set(paths) == written
    assert all(path.stat().st_size > 1000 for path in written)


@pytest.mark.slow
def test_the_year_has_what_a_year_has(shown):
    folder, _ = shown
    with Workspace.open(folder / "demo.db") as ws:
        texts = "".join(case.project.title + case.project.principal + case.village.name for case in ws.casefiles())
        assert len(ws.years()) == 2
        assert any(case.refunds for case in ws.casefiles())
        assert any(len(case.approvals) > 1 for case in ws.casefiles())
        kept = [case for case in ws.casefiles() if case.attachments]
        assert len(kept) >= 5 and all(ws.has_blob(each.digest) for case in kept for each in case.attachments[:1])
        assert any(not ws.has_blob(each.digest) for case in kept for each in case.attachments)
    assert "戙" in texts and "𬭎" in texts


@pytest.mark.slow
def test_dossiers_hold_what_is_attached(shown):
    folder, _ = shown
    titles = [
        [mark.get_title() for mark in pypdfium2.PdfDocument(path).get_toc()]
        for path in (folder / DOCUMENTS["dossier"].title).glob("*.pdf")
    ]
    assert sum({"验收照片（2 张）", "竣工图"} <= set(held) for held in titles) >= 5


@pytest.mark.slow
def test_every_project_that_ended_this_year_has_the_number_of_its_dossier(shown):
    with Workspace.open(shown[0] / "demo.db") as ws:
        ended = {case.project.id for case in ws.casefiles(ws.year()) if case.stage in DOSSIER_STAGES}
        given = {each.project: each.number for each in ws.all(Dossier)}
    assert ended and given.keys() == ended
    assert all(number.startswith(f"{demo_street().office.fonds}-WS·") for number in given.values())


def test_the_street_has_a_number_in_the_archive():
    assert demo_street().office.fonds


def test_what_is_drawn_is_always_the_same():
    from haicang_desk.demo.sample_files import as_built_drawing, contract, street_photograph

    parties = ("甲方：鹭湾社区居民委员会", "乙方：启闳市政工程有限公司")
    for draw in (
        lambda: street_photograph(3, "2026-05-01", repaired=False),
        lambda: contract("楼道照明更换", parties, ("一、工期九十日。",)),
        lambda: as_built_drawing("楼道照明更换", 3),
    ):
        assert draw() == draw()


@pytest.mark.soak
def test_a_second_run_writes_the_same_bytes(shown, tmp_path):
    folder, _ = shown
    demonstrate(tmp_path / "演示", lambda *_: None)

    def digests(of):
        return {
            path.relative_to(of).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in of.rglob("*")
            if path.is_file()
        }

    assert digests(folder) == digests(tmp_path / "演示")


def test_no_deed_falls_on_a_weekend_or_after_the_end():
    for project in demo_street().projects:
        days = [day for day, _ in project_actions(project)]
        assert days == sorted(days) and days[-1] <= AS_OF
        assert all(day.weekday() < 5 for day in days)
    assert all(day <= AS_OF for day, _ in street_actions())
    assert workday(date(2026, 8, 1)) == workday(date(2026, 8, 2)) == workday(date(2026, 8, 3)) == date(2026, 8, 3)


def test_only_what_a_demonstration_wrote_is_cleared(tmp_path):
    folder = OutputFolder(tmp_path)
    for name in ("demo.db", "公示/一.pdf", "公示/二.pdf", "申报/三.pdf"):
        folder.enter(tmp_path / name)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    Workspace.create(_freed(folder.store), street="鹭湾街道", year=2026).close()
    (tmp_path / "公示" / "我的.pdf").write_bytes(b"mine")
    (tmp_path / "笔记.txt").write_bytes(b"mine")
    OutputFolder(tmp_path)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == sorted(["公示/我的.pdf", "笔记.txt", LIST])
    assert not (tmp_path / "申报").exists()


def _freed(path):
    path.unlink()
    return path


def test_a_store_that_no_demonstration_wrote_is_left_alone(tmp_path, capsys):
    (tmp_path / "demo.db").write_bytes(b"somebody's")
    assert main(["demo", str(tmp_path)]) == 5
    assert "不是演示写的" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["demo.db"]
    assert (tmp_path / "demo.db").read_bytes() == b"somebody's"


def test_a_store_open_in_a_window_is_not_taken_from_under_it(tmp_path):
    folder = OutputFolder(tmp_path)
    folder.enter(folder.store)
    with (
        Workspace.create(folder.store, street="鹭湾街道", year=2026),
        pytest.raises(StoreUnusable, match="正被"),
    ):
        OutputFolder(tmp_path)
    assert folder.store.exists()


def test_a_list_leads_nowhere_outside_its_folder(tmp_path):
    folder, outside = tmp_path / "演示", tmp_path / "外面.txt"
    OutputFolder(folder)
    outside.write_bytes(b"kept")
    (folder / LIST).write_text(f"../外面.txt\n{outside}\n", encoding="utf-8")
    OutputFolder(folder)
    assert outside.exists()


def test_a_file_where_the_folder_should_be_is_said(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(NotWritten, match="写不进去"):
        OutputFolder(tmp_path / "a")


def test_one_process_does_where_processes_share_no_memory(monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output, "ProcessPoolExecutor", refused)
    with output._workers() as work:
        assert work is output._run_at_once
