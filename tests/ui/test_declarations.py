"""Labels and list columns are declared once: the window refers to them and does not type them again."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from haicang_desk.model.records import RECORDS, Stage
from haicang_desk.model.store.payments import PAYMENT_ORDERS
from haicang_desk.model.store.queries import PROJECT_ORDERS
from haicang_desk.ui.screens import payments, projects, villages
from haicang_desk.ui.widgets.table import ListSource, TableColumn, attribute_column

UI = Path(__file__).parents[2] / "src" / "haicang_desk" / "ui"
SHORTEST = 3  # characters: shorter labels such as 项目, 日期 or 结果 are everyday words that screens use in sentences
EXCEPTIONS = {  # text -> why it is no label of the record
    "资金年度": "the box in the main window, which loads no record before it is painted",
    "经办人": "the person at this computer, in the settings and the first-run guide; not the field of a payment",
    "季度报告": "the name of a screen",
    "文件名": "a caption of Qt's own file dialog",
}


def typed_labels(source: str) -> set[str]:
    """Labels of fields, records and stages that a module types as a literal, without mnemonic and unit."""
    labels = {field.label for cls in RECORDS for field in cls.fields.values()}
    labels |= {cls.label for cls in RECORDS} | {stage.label for stage in Stage}
    texts = {n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    bare = {re.sub(r"\((&.|元)\).*$", "", text).strip() for text in texts}
    return {text for text in bare & labels if len(text) >= SHORTEST}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_no_screen_types_the_label_of_a_field_or_stage_again(path):
    assert typed_labels(path.read_text(encoding="utf-8")) - set(EXCEPTIONS) == set()


def test_every_exception_is_still_needed():
    assert set(EXCEPTIONS) == set().union(
        *(typed_labels(path.read_text(encoding="utf-8")) for path in UI.rglob("*.py"))
    )


def test_a_label_typed_again_is_found():
    assert typed_labels('Column("凭证号(&V)", "实施中")') == {"凭证号", "实施中"}
    assert typed_labels('Column("金额")') == set()


def test_every_sortable_column_of_a_stored_list_is_an_order_of_the_store():
    assert {c.order for c in (*projects.COLUMNS, *payments.DUE_COLUMNS) if c.order} <= set(PROJECT_ORDERS)
    assert {c.order for c in payments.PAID_COLUMNS if c.order} <= set(PAYMENT_ORDERS)


def test_columns_of_villages_sort_by_what_they_show():
    assert all(c.key or c.value for c in villages.COLUMNS)
    assert len({c.order for c in villages.COLUMNS}) == len(villages.COLUMNS)


def test_one_declaration_gives_text_and_order():
    column = attribute_column("real", "数", 4)
    backwards = TableColumn("反", lambda n: n, "back", key=lambda n: -n)
    rows = ListSource([3, 1, 2], [column, backwards])
    assert [column.show(n) for n in rows.page("real", False, 0, 9)] == ["1", "2", "3"]
    assert rows.page("back", False, 0, 9) == [3, 2, 1]
    assert TableColumn("空", lambda _: None).show(0) == ""
