"""Delimited text: encodings, delimiters and quotes as spreadsheets write them."""

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haicang_desk.model.foreign.sheets.clipboard import read_standard_input
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.foreign.sheets.text_tables import delimiter_of, pasted_grid, text_grid
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.values import Refused

HEAD = ["项目名称", "村居", "区级专项资金(元)", "必要性"]
ROWS = [
    ["“三微”工程", "新垵村", "1,234.50", "太暗\n夜里不安全"],
    ['"急"', "霞阳村", "60000", "说“好”, 再说"],
    ["路灯；球场", "元山社区", "70000", 'a"b'],
]


def nothing(_):
    """No progress is asked for."""


def texts(grid):
    return [[cells[index].text if index in cells else "" for index in range(1, 5)] for cells in grid.rows.values()]


def written(delimiter, quoting=csv.QUOTE_MINIMAL, end="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows([HEAD, *ROWS])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "xls", "xlsx"])
def test_a_file_is_read_in_its_encoding_whatever_its_ending(tmp_path, encoding, ending):
    path = tmp_path / f"2023年项目.{ending}"
    path.write_bytes(written(",").encode(encoding))
    (grid,) = open_grids(path)
    assert (grid.title, texts(grid)) == ("2023年项目", [HEAD, *ROWS])


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize(
    ("quoting", "end"),
    [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_MINIMAL, "\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_ALL, "\r")],
)
def test_the_delimiter_is_known_by_the_content(delimiter, quoting, end):
    assert texts(text_grid("x", written(delimiter, quoting, end), nothing)) == [HEAD, *ROWS]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("金额;村居\n1,234.50;霞阳\n2,000;新垵", ";"), ("名称,说明\n灯,a;b\n路,c;d", ","), ("a\tb\n1,2\t3", "\t"),
        ("2023年一览表\n名称,村居\n灯,霞阳", ","), ("项目名称\n灯", "\t"), ("", "\t"),
        ("名称\t说\n灯\t甲,乙,丙\n路\t丁", "\t"),
    ],
)  # fmt: skip
def test_a_delimiter_is_what_lines_have_alike(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_a_stated_separator_counts():
    assert texts(text_grid("x", "sep=;\r\n一,二;三\r\n", nothing)) == [["一,二", "三", "", ""]]


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('灯路a"\t,;\n 1'), max_size=6), min_size=2, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_what_a_writer_of_csv_wrote_is_read_back(rows):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    grid = text_grid("x", "sep=,\n" + out.getvalue(), nothing)
    found = {(row, column): cell.text for row, cells in grid.rows.items() for column, cell in cells.items()}
    assert found == {
        (r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1) if text and not text.isspace()
    }


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"三微"工程\t58000', ['"三微"工程', "58000"]),
        ('"十个一\t58000', ['"十个一', "58000"]),
        ('"急"\t58000', ['"急"', "58000"]),
        ('灯\t"急"', ["灯", '"急"']),
        ('"太暗\n夜里不安全"\t1', ["太暗\n夜里不安全", "1"]),
        ('"他说""好"""\t1', ['他说"好"', "1"]),
        ('"一\t二"\t1', ["一\t二", "1"]),
        ('""\t1', ['""', "1"]),
        ('5"管\t6"管', ['5"管', '6"管']),
        ('"', ['"']),
    ],
)
def test_on_the_clipboard_a_quote_opens_a_cell_only_where_a_spreadsheet_put_it(line, cells):
    (row,) = list(pasted_grid("x", "名称\t金额\n" + line, nothing).rows.values())[1:]
    assert [cell.text for cell in row.values()] == cells


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_quotes_in_two_rows_do_not_make_one_of_them(end):
    rows = ["名称\t金额\t说明", '灯\t1\t"十个一', "路\t2\t需要", '"三微"\t3\t活动"', '"桥\t4\t急"']
    grid = pasted_grid("x", end.join(rows), nothing)
    assert [[cell.text for cell in cells.values()] for cells in grid.rows.values()] == [row.split("\t") for row in rows]


def test_what_a_spreadsheet_shows_instead_of_a_value_is_no_text():
    (cells,) = text_grid("x", '####,#DIV/0!,#N/A,#,"=DISPIMG(""ID_1"",1)",##', nothing).rows.values()
    assert [cell.form for cell in cells.values()] == ["fault", "fault", "fault", "text", "picture", "text"]


def test_standard_input_is_a_sheet_named_by_a_hyphen():
    grid = read_standard_input("名称\t金额\n灯\t3".encode("gb18030"))
    assert (grid.title, grid.rows[2]) == ("-", {1: RawCell("text", "灯"), 2: RawCell("text", "3")})


@pytest.mark.parametrize(
    "content", [b"", b"\r\n\t\r\n", bytes(range(256)), b"\xff\xfe\x00", "灯灯".encode()[:-1], b"x" * (20 * 2**20 + 1)]
)
def test_standard_input_that_is_no_table_is_refused(content):
    with pytest.raises(Refused, match="没有导入"):
        read_standard_input(content)


def test_text_cut_within_a_character_is_not_taken_for_another_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,金额\n灯,三万".encode()[:-1])
    with pytest.raises(Refused, match="没有"):
        open_grids(path)


@pytest.mark.parametrize("text", ["\n" * 300 + "x", "a\n" * 5 + "\n" * 250 + "b\n", "\t" * 5_000 + "x", "," * 100_000])
def test_empty_rows_and_columns_cost_nothing(text):
    assert sum(map(len, text_grid("x", text, nothing).rows.values())) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("text", ['"""\t' * 50_000, '"' * 200_001, '"a\n' * 100_000, "a\n" * 100_001])
def test_text_made_to_take_long_is_read_or_refused_soon(text):
    start = time.process_time()
    with suppress(Refused):
        text_grid("x", text, nothing)
    assert time.process_time() - start < 8
