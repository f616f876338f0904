"""The program's own 项目申报表, retyped cell by cell in a spreadsheet, is read as the form that it is."""

from __future__ import annotations

from datetime import date

import pytest

from haicang_desk.model.blocks import Grid, cell_spans_of
from haicang_desk.model.documents.context import project_context
from haicang_desk.model.documents.forms.application_form import application_form
from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import BudgetLine, Opinion, Participation, Project
from haicang_desk.model.spreadsheet.cell_values import read_cell
from haicang_desk.model.spreadsheet.read.mapping import bare, is_heading
from haicang_desk.model.spreadsheet.read.table_shape import tables_of
from haicang_desk.model.values import Money


def text_of(words):
    if isinstance(words, tuple):
        return "".join(map(text_of, words))
    if isinstance(words, str):
        return words
    return f"{'☑' if words.chosen else '□'}{words.label}" if hasattr(words, "chosen") else words.text


def grid_of(blocks, *, merged):
    """A sheet of a form, each cell in the column where it begins; ``merged``: spans are merged cells."""
    grid, number = CellGrid("申报表"), 0
    for block in blocks:
        if not isinstance(block, Grid):
            continue
        for span in cell_spans_of(block):
            row, column = number + span.row + 1, span.column + 1
            if text := text_of(span.cell.words).strip():
                grid.rows.setdefault(row, {})[column] = RawCell("text", text)
            if merged and (span.past_row - span.row, span.past_column - span.column) != (1, 1):
                grid.merges.append((row, column, number + span.past_row, span.past_column))
        number += len(block.rows)
    grid.rows = {row: grid.rows[row] for row in sorted(grid.rows)}
    return grid


@pytest.fixture
def case(year):
    return year.casefile(next(project.id for project in year.all(Project) if project.beneficiaries == 1260))


@pytest.mark.parametrize("merged", [True, False])
def test_an_application_form_is_one_form_with_its_tables(year, case, merged):
    context = project_context(year, case, date(2018, 9, 1))
    grid = grid_of(application_form(context), merged=merged)
    form, *tables = tables_of(grid, is_heading)
    assert form.form and not any(table.form for table in tables)
    found = {bare(heading.name): form.rows[0].cells.get(heading.index) for heading in form.headings}
    for name, field in Project.fields.items():
        if bare(field.label) in found and name not in ("village", "lead"):
            raw, value = found[bare(field.label)], getattr(case.project, name)
            assert ("" if raw is None else read_cell(raw, field)) == ("" if value in (None, "") else value), name
    read = {name for name, field in Project.fields.items() if bare(field.label) in found}
    assert read >= {
        "title",
        "category",
        "content",
        "urgency",
        "place",
        "need",
        "works",
        "special",
        "self_raised",
        "labour",
    }
    assert [bare(BudgetLine.fields[name].label) for name in ("content", "amount", "source")] == [
        heading.name for heading in tables[0].headings if heading.name in ("内容", "金额", "资金来源")
    ]
    assert [len(table.rows) for table in tables] == [
        len(case.budget_lines),
        len(case.participations),
        len(case.opinions),
    ]
    (column,) = (heading.index for heading in tables[0].headings if heading.name == "金额")
    amounts = [read_cell(row.cells[column], BudgetLine.fields["amount"]) for row in tables[0].rows]
    assert amounts == [line.amount for line in case.budget_lines] and len(tables[0].sums) == 1
    assert sum(amounts, Money(0)) == case.asked.total
    assert {bare(Participation.fields["party"].label), bare(Opinion.fields["people"].label)} <= {
        heading.name for table in tables[1:] for heading in table.headings
    }
