"""Any text in any field: what is stored comes back from the workbook and is printed, or is refused with a reason.

``HOSTILE_TEXTS=2000`` sets how many texts are tried; each stands in every text field of every record.
"""

from __future__ import annotations

import os
import random
import unicodedata
from dataclasses import replace

import pytest

from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import RECORDS, Field, Link, Project, Prose, Record, Village
from haicang_desk.model.records import stored_text as stored
from haicang_desk.model.services import save
from haicang_desk.model.services.editing import fit
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.store import verify
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.values import Refused
from haicang_desk.ui.widgets.editors import EDITORS
from tests.conftest import SOUND, TODAY
from tests.spreadsheet.ledgers import held, record_of
from tests.typesetting.pdf_reading import text as printed_text

SHORT, LONG = int(os.environ.get("HOSTILE_TEXTS", "50")), int(os.environ.get("HOSTILE_TEXTS", "2000"))
SEEDS = (
    *("👩‍👩‍👧‍👦", "🇨🇳", "👍🏽", "1️⃣", "\U00020000\U0002a6d6\U0002b81d", "\U0002cea1\U0002ebe0\U00030000\U00031350"),
    *("", "\U000f0000", "‮码编目项‬", "‏اسم‎", "零​宽‌字‍", "\x00", "a\x00b", "\x01\x1b[31m\x7f", "\x85\x9b甲"),
    *(
        "\ud800",
        "甲\udfff乙",
        "\u00e9",
        "e\u0301",
        "\u1112\u1161\u11ab",
        "ｶﾞ",
        "Å",
        "ﬁ",
        "①⑵",
        "１２３ＡＢＣ",
        "　　",
        " 甲 ",
        "甲\r\n乙\r丙\n丁",
    ),
    *("甲\t乙", "甲\x0b乙\x0c丙", "甲\u2028乙\u2029丙", "\ufeff甲", "\ufffe", "\uffff", "\ufdd0", "�"),
    *("<b>粗</b>", "&lt;&amp;&#x4e00;", "]]>", "<!--", "<img src='file:///etc/passwd'/>", "{{7*7}}", "${x}", "%s%n%x"),
    *("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "_x0041_", "_x000D_", "'单引号", '"', "''"),
    *("'; DROP TABLE project; --", "1 OR 1=1", "%", "_", "\\", "../../etc/passwd", "CON", "C:\\x", "a/b", "file:///"),
    *("无", "/", "—", "同上", "待定", "NULL", "None", "TRUE", "否", "1e9", "3.5万", "2018.7.1", "0012", "1,234"),
    *("Z̴͑a̷l̸g̶o̵" * 3, "ا" * 30, "字" * 60, "字" * 61, "W" * 10_000, "长" * 40_000, "一\n" * 5_000),
)
KEPT = {"code", "rule", "digest"}  # what others know a record by


def texts(wanted: int) -> list[str]:
    """So many texts: the seeds, in the short form evenly chosen, then random joins of them and of any characters."""
    if wanted < len(SEEDS):
        return [SEEDS[len(SEEDS) * number // wanted] for number in range(wanted)]
    chance = random.Random(wanted)
    return [*SEEDS, *(_made(chance) for _ in range(wanted - len(SEEDS)))]


def _made(chance: random.Random) -> str:
    parts = [chance.choice(SEEDS)[:80] for _ in range(chance.randint(1, 3))]
    parts += ["".join(map(chr, (chance.randrange(0x110000) for _ in range(chance.randint(0, 8)))))]
    chance.shuffle(parts)
    return "".join(parts)


def fields_of(cls: type[Record]) -> dict[str, Field]:
    """The fields of a record that take any text."""
    return {
        name: field
        for name, field in cls.fields.items()
        if field.kind in (str, Prose) and not field.among and not field.fixed and name not in KEPT
    }


def cut(field: Field, text: str) -> str | None:
    """The text as this field stores it, cut to its length; None where it can't be stored."""
    try:
        return field.type(stored(field, stored(field, text)[: field.longest]))
    except ValueError:
        return None


def filled(cls: type[Record], text: str, rng: random.Random, **given: object) -> Record | None:
    """A record with the text in every field that takes it and does not have to hold something else."""
    said = {name: cut(field, text) for name, field in fields_of(cls).items() if name not in given}
    if None in said.values():
        return None
    needed = {name for name in said if cls.fields[name].required and not said[name]}
    return record_of(cls, rng, **{name: value for name, value in said.items() if name not in needed}, **given)


def hold(ws, other, folder, tried: list[str], prints: int) -> None:
    """Store each text everywhere, carry it to another store, and print some."""
    rng, made = random.Random(7), []
    village = ws.all(Village)[0]
    with ws.change("填充", actor="陈") as change:
        for number, text in enumerate(tried):
            given = {"code": f"P-{number:05}", "village": Link(village.id), "fund_year": 2018}
            project = filled(Project, text, rng, **given)
            if project is None:
                continue
            assert fit(project) == project, "what is stored is stored as it is"
            made.append(project := change.save(project))
            for cls in RECORDS:
                if "project" in cls.fields:
                    own = {"project": Link(project.id)} | ({"fund_year": 2018} if "fund_year" in cls.fields else {})
                    own |= {"village": Link(village.id)} if "village" in cls.fields else {}
                    change.save(filled(cls, text, rng, **own))
    assert verify(ws.conn) == ()
    for project in made:
        assert ws.get(Project, project.id) == project
    plan = plan_import(other, export_ledger(ws, folder / "台账.xlsx"))
    assert plan.errors == () and plan.carry_out(other, "陈")
    assert held(other) == held(ws)
    for project in made[:: max(len(made) // prints, 1)]:
        hold_on_paper(ws, project)


def hold_on_paper(ws, project: Project) -> None:
    """The form shows every character of the name and place, or refuses, naming the character."""
    (form,) = preview_documents(ws, "application-form", project=project.code, as_of=TODAY)
    if form.skipped:
        assert "U+" in form.skipped, form.skipped
        return
    shown = _folded(printed_text(form.pdf))
    for name in ("title", "place"):
        assert _folded(drawable(getattr(project, name))) in shown, getattr(project, name)


def _folded(text: str) -> str:
    return "".join(text.split())


def typed_or_refused(editor, text: str) -> None:
    """A form takes the text as it is stored, or says why not. Qt itself turns some separators into spaces or lines."""
    editor.set_raw(text)
    shown = editor.raw()
    why = ""
    try:
        value = editor.value()
    except ValueError as wrong:
        why = str(wrong)
    if any("\ud800" <= c <= "\udfff" for c in shown) or len(stored(editor.field, shown)) > editor.field.longest:
        assert len(why) > 8
        return
    assert value == stored(editor.field, shown) and len(value) <= editor.field.longest
    assert unicodedata.is_normalized("NFC", value)
    editor.set_value(value)
    assert editor.value() == value, "shown again it is the same"


@pytest.mark.slow
def test_any_text_in_any_field_comes_back_or_is_refused(ws, other, tmp_path):
    hold(ws, other, tmp_path, texts(SHORT), 12)


@pytest.mark.parametrize("kind", [str, Prose])
def test_any_text_typed_is_stored_or_refused(qtbot, dressed, kind):
    editor = EDITORS[kind](Field("内容", name="a", kind=kind, type=kind, longest=60 if kind is str else 10_000), None)
    qtbot.addWidget(editor)
    for text in SEEDS:
        typed_or_refused(editor, text)


@pytest.mark.parametrize("text", ["\ud800", "甲\udfff乙"])
def test_half_a_character_is_refused_at_every_door(ws, village, text):
    with pytest.raises(Refused, match="不完整的字符"):
        save(ws, [replace(SOUND, village=Link(village.id), title=text)], action="登记", person="陈")


@pytest.mark.parametrize(
    ("typed", "kept"), [("e\u0301", "\u00e9"), ("甲\x00乙", "甲乙"), (" 甲\r\n乙 ", "甲 乙"), ("甲\x1b乙", "甲乙")]
)
def test_what_is_saved_is_what_a_workbook_gives_back(ws, other, village, tmp_path, typed, kept):
    save(ws, [replace(SOUND, village=Link(village.id), title=typed)], action="登记", person="陈")
    assert [each.title for each in ws.all(Project)] == [kept]
    plan_import(other, export_ledger(ws, tmp_path / "台账.xlsx")).carry_out(other, "陈")
    assert [each.title for each in other.all(Project)] == [kept]


@pytest.fixture
def other(template):
    """Another store of the same street, without its village."""
    from haicang_desk.model.services import Workspace
    from tests.conftest import NOW

    with Workspace.in_memory(street="新阳街道", year=2018, actor="陈", now=lambda: NOW) as ws:
        yield ws


@pytest.mark.soak
def test_any_text_in_any_field_in_the_long_run(ws, other, tmp_path):
    hold(ws, other, tmp_path, texts(LONG), LONG)
