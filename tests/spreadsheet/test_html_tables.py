"""Tables of HTML: the clipboard of Excel, WPS, LibreOffice, Word and browsers, and web pages named .xls."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from haicang_desk.model.foreign.sheets.cell_grid import PICTURE
from haicang_desk.model.foreign.sheets.clipboard import read_clipboard
from haicang_desk.model.foreign.sheets.html_tables import html_grid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.read.formats import open_grids
from haicang_desk.model.values import Refused

EXCEL = """Version:1.0\r
StartHTML:0000000105\r
EndHTML:0000001500\r
SourceURL:file:///C:/a.xlsx\r
<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8">
<style>
<!--table
	{mso-displayed-decimal-separator:"\\.";}
.xl65
	{mso-number-format:"0\\.00\\0022万元\\0022";}
.xl66
	{mso-number-format:"\\@";}
.xl67
	{mso-number-format:"yyyy\\-mm\\-dd";}
-->
</style></head>
<body><![if !supportMisalignedColumns]>
<table border=0 cellpadding=0 style='border-collapse:collapse'>
<!--StartFragment-->
 <col width=72 span=2 style='width:54pt'><col width=0 style='display:none;mso-width-source:userset'>
 <tr height=19><td rowspan=2 height=38 class=xl66>新垵村</td><td class=xl65 x:num="5.8123">5.81万元</td><td>隐</td>
  <td class=xl67 x:num="43344">2018/9/1</td></tr>
 <tr height=0 style='display:none'><td class=xl65 x:num>4.20万元</td><td colspan=2>路灯<br
    style='mso-data-placement:same-cell;'>球场</td></tr>
 <tr><td class=xl66>a &lt; b&nbsp;&amp;  c</td><td>&nbsp;</td><td>#REF!</td><td>#####</td></tr>
<!--EndFragment-->
</table></body></html>"""


def nothing(_):
    """No progress is asked for."""


def texts(grid):
    return {number: {index: cell.text for index, cell in cells.items()} for number, cells in grid.rows.items()}


def test_cells_of_excel_come_with_merges_formats_and_what_is_hidden():
    grid = read_clipboard(EXCEL, "anything")
    assert grid.rows[1] == {
        1: RawCell("text", "新垵村"), 2: RawCell("number", "5.8123", "万元"), 3: RawCell("text", "隐"),
        4: RawCell("day", "43344"),
    }  # fmt: skip
    assert grid.rows[2] == {2: RawCell("text", "4.20万元"), 3: RawCell("text", "路灯\n球场")}
    assert grid.rows[3] == {
        1: RawCell("text", "a < b\xa0& c"),
        3: RawCell("fault", "#REF!"),
        4: RawCell("fault", "#####"),
    }
    assert (grid.merges, grid.hidden_rows, grid.hidden_columns) == ([(1, 1, 2, 1), (2, 3, 2, 4)], {2}, {3})


def test_a_fragment_without_its_table_is_read():
    fragment = (
        "<col><tr><td sdval='58000' sdnum='1033;2052;0!.0,\"万元\"'>5.8万元</td><td><p>一</p><p>二</p></td></tr>"
        "<tr><td>x<td>y"
    )
    assert read_clipboard(fragment, "").rows == {
        1: {1: RawCell("number", "5.8000", "万元"), 2: RawCell("text", "一\n二")},
        2: {1: RawCell("text", "x"), 2: RawCell("text", "y")},
    }


def test_lines_around_tables_are_rows_and_tables_stand_apart():
    page = (
        "<h1>2023年项目</h1><div>单位：<b>万元</b></div><table><thead><tr><th>名称<th>金额</thead><tbody>"
        "<tr><td>灯<td>3</table><p>注：<br>含税</p><table><tr><td>路<td>4</table><p>共 2 项"
    )
    assert texts(html_grid("x", page, nothing)) == {
        1: {1: "2023年项目"}, 2: {1: "单位：万元"}, 4: {1: "名称", 2: "金额"}, 5: {1: "灯", 2: "3"},
        6: {1: "注："}, 7: {1: "含税"}, 9: {1: "路", 2: "4"}, 10: {1: "共 2 项"},
    }  # fmt: skip


def test_a_table_within_a_cell_is_text_of_that_cell():
    page = "<table><tr><td>一<table><tr><td>二</td><td>三</td></tr></table></td><td>四</td></tr><tr><td>五</table>"
    assert texts(html_grid("x", page, nothing)) == {1: {1: "一\n二 三", 2: "四"}, 2: {1: "五"}}


def test_rows_over_several_columns_push_the_cells_beside_them():
    page = "<table><tr><td rowspan=3>a<td colspan=2 rowspan=2>b<td>c<tr><td>d<tr><td>e<td>f<td>g</table>"
    grid = html_grid("x", page, nothing)
    assert texts(grid) == {1: {1: "a", 2: "b", 4: "c"}, 2: {4: "d"}, 3: {2: "e", 3: "f", 4: "g"}}
    assert grid.merges == [(1, 1, 3, 1), (1, 2, 2, 3)]


def test_a_picture_and_a_script_are_no_text():
    page = "<table><tr><td>=DISPIMG(\"ID_1\",1)<td><script>if (a < b) {}</script>灯<td><img src='file:///c:/a.png'></table>"
    assert html_grid("x", page, nothing).rows == {1: {1: PICTURE, 2: RawCell("text", "灯")}}


def test_html_without_a_table_gives_way_to_the_text():
    assert texts(read_clipboard("<p>名称</p>", "名称\t金额\n灯\t3"))[2] == {1: "灯", 2: "3"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_page_named_xls_is_read_as_what_it_is(tmp_path, encoding):
    path = tmp_path / "导出.xls"
    path.write_bytes(("<html><body>" + "<table><tr><td>项目名称<td>金额<tr><td>路灯<td>3</table>").encode(encoding))
    (grid,) = open_grids(path)
    assert (grid.title, texts(grid)) == ("导出", {1: {1: "项目名称", 2: "金额"}, 2: {1: "路灯", 2: "3"}})


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<!--", "<![", "<?", "<a ", "<a b='", '<a b="', "<", "&", "<style", "<script>", "</", "<td colspan=1000>",
     "<tr><td rowspan=100000 colspan=999>", "<table>", "<td><table>", "<td", "<p>", ".a{", "<a/"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", ">", "</table>"])
def test_pages_made_to_take_long_are_read_or_refused_soon(piece, end):
    page = "<table><tr><td>x" + piece * (200_000 // len(piece)) + end
    start = time.process_time()
    with suppress(Refused):
        html_grid("x", page, nothing)
    assert time.process_time() - start < 8
