"""Files made to harm: each is refused in one sentence or read within the limits, and the program stays as it was."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from haicang_desk.cli import run
from haicang_desk.model.foreign import (
    LimitMet,
    measured_photograph,
    page_scans_of,
    photograph_as_jpeg,
    previewed,
    scan_reader,
)
from haicang_desk.model.scans import scan_of
from haicang_desk.model.spreadsheet import open_workbook
from haicang_desk.model.values import Refused
from tests.foreign import bombs
from tests.foreign.test_mutants import resident
from tests.model.street import built
from tests.scanning import pdf, photograph

# Those that take less than a second each; the others are in the soak.
QUICK_BOOKS = ("far cell", "billion laughs", "external entity", "lying sizes", "many parts", "escaping names",
               "repeated cells", "nothing", "half a zip", "ole head", "ole circle", "deep xml")  # fmt: skip
QUICK_PDFS = ("image bomb", "many pages", "page circle", "huge page", "tiny page", "jpx bomb", "half a pdf")


def refused(act) -> str:
    """What is said where a file is refused, "" where it is read."""
    before = resident()
    try:
        act()
        said = ""
    except Refused as wrong:
        said = str(wrong)
        assert re.search(r"[\u4e00-\u9fff]", said), said
    assert resident() - before < 45 * 2**20  # 20 MB, and the file itself
    return said


def open_book(content: bytes, folder: Path) -> None:
    (folder / "坏.xlsx").write_bytes(content)
    open_workbook(folder / "坏.xlsx")


def use_pdf(content: bytes, _: Path) -> None:
    """All that happens to an attachment; each step by itself, because a stored file may be another one by now."""
    steps = (
        lambda: scan_of("坏.pdf", content),
        lambda: previewed(content, pdf=True, dots=96, most=2, largest=400),
        lambda: list(page_scans_of(content, pdf=True, longest=400)),
    )
    for step in steps:
        refused(step)


def use_picture(content: bytes, _: Path) -> None:
    steps = (
        lambda: scan_of("坏.jpg", content),
        lambda: previewed(content, pdf=False, dots=96, most=2, largest=400),
        lambda: measured_photograph(content),
        lambda: photograph_as_jpeg(content, (50, 50)),
    )
    for step in steps:
        refused(step)


def cases():
    quick_pictures = [name for name in bombs.PICTURES if "bomb" not in name and "allowed" not in name]
    for use, made, quick in (
        (open_book, bombs.BOOKS, QUICK_BOOKS),
        (use_pdf, bombs.PDFS, QUICK_PDFS),
        (use_picture, bombs.PICTURES, quick_pictures),
    ):
        for name, make in made.items():
            marks = () if name in quick else (pytest.mark.soak,)
            yield pytest.param(use, make, id=name, marks=marks)


@pytest.mark.parametrize(("use", "make"), list(cases()))
def test_a_bomb_is_refused_or_read_within_the_limits(tmp_path, use, make):
    content = make()
    refused(lambda: use(content, tmp_path))


def test_what_a_bomb_says_of_outside_is_not_read(tmp_path):
    assert "DOCTYPE" in refused(lambda: open_book(bombs.outside(), tmp_path))
    assert "DOCTYPE" in refused(lambda: open_book(bombs.laughs(), tmp_path))


def test_a_package_writes_nothing_where_its_names_point_to(tmp_path):
    open_book(bombs.escaping_names(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["坏.xlsx"] and not Path("/tmp/out.xml").exists()


def test_a_pdf_that_takes_all_memory_is_refused_by_the_command(tmp_path, capsys, monkeypatch):
    """Exit 3, the file named with limit and cure; the other file is not kept either, and the store is as it was."""
    store, bad, good = tmp_path / "新阳.db", tmp_path / "合同.pdf", tmp_path / "现场.jpg"
    with built(store) as ws:
        code = next(case.project.code for case in ws.casefiles() if case.project.submitted_on)
    monkeypatch.setattr(scan_reader, "_TASKS", "tests.foreign.tasks")  # which takes all memory in less time
    bad.write_bytes(pdf())
    good.write_bytes(photograph())
    before = sha256(store.read_bytes()).digest()
    assert run(["attach", str(store), code, str(good), str(bad)]) == 3
    told = capsys.readouterr().err
    assert re.search(r"“合同\.pdf”打开时要用的内存超过 1024 MB.*请重新扫描.*其余 1 个也没有添加", told), told
    assert sha256(store.read_bytes()).digest() == before


@pytest.mark.soak
def test_a_form_that_draws_itself_for_ever_ends_with_a_limit():
    with pytest.raises(LimitMet, match="请"):
        previewed(bombs.form_circle(), pdf=True, dots=96, most=2, largest=400)
