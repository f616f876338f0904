"""Tables as they are sent, read by the command: each comes in with its true figures, or asks, and nothing else."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from haicang_desk.__main__ import main

FAULTS = Path(__file__).parents[1] / "data" / "faults"
Import = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A street's store with eight villages."""
    path = tmp_path / "新阳街道.db"
    assert main(["init", str(path), "--street", "新阳街道", "--year", "2023"]) == 0
    assert main(["import", str(path), str(FAULTS / "table-00-villages.xlsx")]) == 0
    capsys.readouterr()
    return path


@pytest.fixture
def bring(store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Import:
    """Imports a book with options; gives the exit code and the JSON."""

    def run(book: str | Path, *options: str) -> tuple[int, dict[str, Any]]:
        path = FAULTS / book
        if path.suffix == ".tsv":
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
        code = main(["import", str(store), "-" if path.suffix == ".tsv" else str(path), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def projects(store: Path, tmp_path: Path) -> Callable[[], dict[str, dict[str, Any]]]:
    """The projects of the store as its export has them, by name."""

    def read() -> dict[str, dict[str, Any]]:
        out = tmp_path / "台账.xlsx"
        assert main(["export", str(store), str(out)]) == 0
        rows = list(openpyxl.load_workbook(out)["项目"].values)
        head = [str(name).rstrip("*") for name in rows[0]]
        return {row[head.index("项目名称")]: dict(zip(head, row, strict=True)) for row in rows[1:]}

    return read


def sheet_of(store: Path, folder: Path, title: str) -> list[dict[str, Any]]:
    """The rows of a sheet of the store's export, by heading without its star."""
    out = folder / f"{title}.xlsx"
    assert main(["export", str(store), str(out)]) == 0
    rows = list(openpyxl.load_workbook(out)[title].values)
    head = [str(name).rstrip("*") for name in rows[0]]
    return [dict(zip(head, row, strict=True)) for row in rows[1:]]


def money(project: dict[str, Any]) -> dict[str, float]:
    """The sums of a project that are not 0, by source."""
    names = ("区级专项资金", "以奖代补资金", "其他财政资金", "捐赠现金", "捐赠实物折价", "投工投劳折价", "村居自筹")
    found = {name: float(project[f"{name}(元)"] or 0) for name in names}
    return {name: yuan for name, yuan in found.items() if yuan}


def asked(document: dict[str, Any], kind: str) -> list[tuple[str, str | None]]:
    """Sheet and column of the questions of a kind."""
    return [(each["sheet"], each["column"]) for each in document["questions"] if each["kind"] == kind]


def test_a_unit_over_several_sources_is_seen_and_a_sum_is_no_project(bring: Import, projects: Any) -> None:
    code, document = bring("table-01-unit-in-group-heading.xlsx")
    if code:
        assert {column for _, column in asked(document, "column")} == {"小计"} and not document["written"]
        code, document = bring("table-01-unit-in-group-heading.xlsx", "--leave", "项目/小计")
    assert code == 0, document
    held = projects()
    assert set(held) == {"新建水渠", "活动场所硬化"}
    assert money(held["新建水渠"]) == {
        "以奖代补资金": 130000,
        "其他财政资金": 33000,
        "村居自筹": 6000,
        "捐赠现金": 3500,
    }
    assert money(held["活动场所硬化"]) == {"以奖代补资金": 156000, "其他财政资金": 46000, "村居自筹": 6000}


@pytest.mark.parametrize(
    "book",
    [
        "table-02-unit-renminbi-line.xlsx",
        "table-03a-unit-colon-in-bracket.xlsx",
        "table-04a-unit-in-title.xlsx",
        "table-04c-unit-in-footnote.xlsx",
        "table-06a-money-column-dropped.xlsx",
    ],
)
def test_a_unit_is_seen_wherever_it_is_written(bring: Import, projects: Any, book: str) -> None:
    code, document = bring(book)
    assert code == 0, document
    assert {(s["column"], s["unit"], s["fen"]) for s in document["sums"]} >= {
        (s["column"], "万元", fen) for s, fen in zip(document["sums"], (5_800_000, 4_200_000), strict=True)
    }
    assert money(projects()["新垵道路美化"]) == {"区级专项资金": 58000, "村居自筹": 42000}


def test_the_unit_of_a_cell_is_its_own(bring: Import, projects: Any) -> None:
    code, document = bring("table-05-yuan-cell-under-wan.xlsx")
    assert code == 0, document
    held = projects()
    assert money(held["新垵道路美化"]) == {"区级专项资金": 35000, "村居自筹": 500}
    assert money(held["霞阳球场"]) == {"区级专项资金": 58000, "村居自筹": 42000}


def test_quotes_that_a_person_typed_hold_no_rows_together(bring: Import, projects: Any) -> None:
    code, document = bring("table-08-paste-quotes.tsv")
    assert code == 0, document
    held = projects()
    assert {name: money(each)["区级专项资金"] for name, each in held.items()} == {
        '"三微"工程': 58000,
        "霞阳球场": 60000,
        "路灯": 70000,
    }
    assert held['"三微"工程']["必要性"] == '"十个一'


def test_an_empty_cell_of_undone_merging_is_asked_with_its_place(bring: Import) -> None:
    code, document = bring("table-09-paste-merged-village.tsv")
    assert code == 3 and not document["written"]
    places = {(each["row"], each["column"]) for each in (*document["errors"], *document["questions"])}
    assert (3, "村居") in places


def test_a_sheet_of_another_name_is_read_or_asked(bring: Import, projects: Any) -> None:
    code, document = bring("table-10-sheet1.xlsx")
    if code:
        assert asked(document, "sheet") == [("Sheet1", None)]
        code, document = bring("table-10-sheet1.xlsx", "--sheet", "Sheet1=项目")
    assert code == 0, document
    assert money(projects()["新垵道路美化"]) == {"区级专项资金": 58000}


def test_a_sheet_that_is_not_read_is_told_and_asked(bring: Import, projects: Any) -> None:
    code, document = bring("table-11-second-sheet-unread.xlsx")
    assert code == 3 and document["unread_sheets"] == ["2023年项目清单"]
    assert asked(document, "sheet") == [("2023年项目清单", None)]
    assert bring("table-11-second-sheet-unread.xlsx", "--leave", "2023年项目清单")[0] == 0
    assert projects() == {}
    assert bring("table-11-second-sheet-unread.xlsx", "--sheet", "2023年项目清单=项目")[0] == 0
    assert money(projects()["新垵道路美化"]) == {"区级专项资金": 58000}


@pytest.mark.parametrize("number", ["12", "13", "14", "15", "17", "19"])
def test_a_published_table_names_its_sheet_and_asks(bring: Import, number: str) -> None:
    (book,) = FAULTS.glob(f"table-{number}-*.xlsx")
    code, document = bring(book.name)
    assert code == 3 and not document["written"]
    (title,) = openpyxl.load_workbook(book).sheetnames
    assert {each["sheet"] for each in (*document["questions"], *document["errors"])} == {title}


@pytest.fixture
def mapping(tmp_path: Path) -> Callable[..., str]:
    """Writes a mapping file; gives its path and counts its decisions."""

    def write(record: str, columns: str = "", constants: str = "", values: str = "") -> str:
        decisions = [line for part in (columns, constants, values) for line in part.splitlines() if line.strip()]
        assert len(decisions) <= 5, "more than five decisions"
        text = f'sender = "某镇"\n[[table]]\nsheet = "*"\nrecord = "{record}"\n'
        text += "".join(
            f"[table.{name}]\n{part}\n"
            for name, part in (("constants", constants), ("columns", columns), ("values", values))
            if part
        )
        path = tmp_path / "某镇.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_an_allotment_list_goes_in_with_five_decisions(bring: Import, projects: Any, mapping: Any) -> None:
    constants = '资金年度 = 2023\n项目类别 = "工程类"\n内容类型 = "村居环境整治"'
    columns = '"建设地点" = "村居"\n"本次分配金额（万元）" = "区级专项资金(元)"'
    code, document = bring("table-12-real-allotment-list.xlsx", "--map", mapping("项目", columns, constants))
    assert code == 0, document
    assert sorted(money(each)["区级专项资金"] for each in projects().values()) == [200000, 600000, 750000]


def test_a_review_list_goes_in_with_five_decisions(bring: Import, projects: Any, mapping: Any) -> None:
    constants = '资金年度 = 2023\n项目类别 = "工程类"\n内容类型 = "村居环境整治"'
    columns = '"项目类别" = "-"\n"核定资金" = "-"'
    code, document = bring("table-13-real-review-list.xlsx", "--map", mapping("项目", columns, constants))
    assert code == 0, document
    assert sorted(sum(money(each).values()) for each in projects().values()) == [62000, 98000, 210000, 385000]


def test_a_list_with_sections_goes_in_with_five_decisions(bring: Import, projects: Any, mapping: Any) -> None:
    path = mapping("项目", constants='内容类型 = "村居公益事业"\n资金年度 = 2023')
    (book,) = FAULTS.glob("table-14-*.xlsx")
    title = openpyxl.load_workbook(book).sheetnames[0]
    code, document = bring(book.name, "--map", path)
    assert code == 3
    assert {each["value"] for each in document["questions"]} >= {"约30"}
    code, document = bring(book.name, "--map", path, f"--value={title}!E6=30")
    assert code == 0, document
    assert sorted(money(each)["区级专项资金"] for each in projects().values()) == [
        90000,
        100000,
        300000,
        355000,
        450000,
    ]


def test_a_form_of_labels_and_values_goes_in_with_five_decisions(bring: Import, projects: Any, mapping: Any) -> None:
    constants = '资金年度 = 2023\n项目类别 = "工程类"\n内容类型 = "村居环境整治"'
    columns = '"财政奖补资金" = "以奖代补资金(元)"\n"筹劳人数" = "-"'
    code, document = bring("table-17-real-form-sheet.xlsx", "--map", mapping("项目", columns, constants))
    assert code == 0, document
    (project,) = projects().values()
    assert sorted(money(project).values()) == [379800, 380000]


def test_a_village_s_expenses_go_in_with_five_decisions(
    store: Path, bring: Import, mapping: Any, tmp_path: Path
) -> None:
    assert bring("table-00-projects.xlsx")[0] == 0
    constants = '项目编号 = "XYJD-YSSQ-2023-01"\n日期 = "2023-07-01"'
    values = '"村集体收入" = "村居自筹"\n"政府补贴" = "其他财政资金"'
    code, document = bring("table-15-real-village-expenses.xlsx", "--map", mapping("使用明细", "", constants, values))
    assert code == 0, document
    held = sheet_of(store, tmp_path, "使用明细")
    assert [(row["内容"], float(row["金额(元)"]), row["资金来源"]) for row in held] == [
        ("村道路维修", 5000, "村居自筹"),
        ("村文化活动中心修缮", 10000, "其他财政资金"),
        ("修建桥头花坛", 4295, "区级专项资金"),
    ]


def test_the_record_of_a_meeting_goes_in_with_one_decision(
    store: Path, bring: Import, mapping: Any, tmp_path: Path
) -> None:
    columns = '"议事内容" = "会议名称"'
    code, document = bring("table-19-real-meeting-record.xlsx", "--map", mapping("协商", columns))
    assert code == 0, document
    (held,) = sheet_of(store, tmp_path, "协商")
    assert [held[name] for name in ("会议名称", "应到人数", "实到人数", "同意", "反对")] == [
        "村内道路硬化",
        132,
        118,
        112,
        6,
    ]
    assert str(held["日期"])[:10] == "2023-03-08"


def test_the_head_of_a_survey_in_two_rows_is_whole(store: Path, bring: Import) -> None:
    assert bring("table-00-projects.xlsx")[0] == 0
    code, document = bring("table-20-survey-two-row-head.xlsx")
    assert code == 3
    told = json.dumps([*document["errors"], *document["questions"]], ensure_ascii=False)
    assert "没有指明是哪个项目" not in told
    assert all(name in told for name in ("日期", "第三方机构", "对象组"))


def test_words_of_another_scale_are_asked_or_read_whole(store: Path, bring: Import, tmp_path: Path) -> None:
    assert bring("table-00-projects.xlsx")[0] == 0
    code, document = bring("table-21-survey-other-words.xlsx")
    if code:
        columns = {column for _, column in asked(document, "column")}
        assert {"很满意", "一般", "不太满意"} <= columns, document
        return
    out = tmp_path / "台账.xlsx"
    assert main(["export", str(store), str(out)]) == 0
    rows = list(openpyxl.load_workbook(out)["测评"].values)
    survey = dict(zip(rows[0], rows[1], strict=True))
    assert [survey[name] for name in ("非常满意", "满意", "基本满意", "不满意", "非常不满意")] == [62, 30, 5, 2, 1]


def test_sums_under_any_name_are_no_rows(bring: Import, projects: Any) -> None:
    code, document = bring("table-23-sum-rows.xlsx")
    assert code == 0, document
    assert {name: money(each) for name, each in projects().items()} == {"新垵道路美化": {"区级专项资金": 58000}}


def test_nil_marks_are_empty_and_about_is_asked(bring: Import, projects: Any) -> None:
    code, document = bring("table-25-nil-marks-and-about.xlsx")
    if code:
        assert {each["value"] for each in document["questions"]} <= {"约1200人", "500户1800人"} and not document[
            "errors"
        ]
        code, document = bring(
            "table-25-nil-marks-and-about.xlsx", "--value", "项目!J2=1200", "--value", "项目!J3=1800"
        )
    assert code == 0, document
    held = projects()
    assert [money(each) for each in held.values()] == [{"区级专项资金": 58000}] * 3
    assert [each["受益人数"] for each in held.values()] == [1200, 1800, 1740]
    assert {each["管养单位"] for each in held.values()} <= {None, ""}


def test_marks_that_nobody_sees_part_no_names(bring: Import, projects: Any) -> None:
    code, document = bring("table-27-invisible-marks.xlsx")
    assert code == 0, document
    held = projects()
    assert [each["村居"] for each in held.values()] == ["新垵村", "霞阳村", "霞阳村"]
    assert [money(each) for each in held.values()] == [{"区级专项资金": 58000}] * 3


def test_a_picture_in_a_cell_is_never_text(bring: Import, projects: Any) -> None:
    code, document = bring("table-29-wps-picture-in-cell.xlsx")
    if code:
        assert any(each["column"] in ("现状照片", "预期效果") for each in (*document["questions"], *document["errors"]))
        return
    assert "DISPIMG" not in str(projects())


def test_one_bad_character_holds_back_one_paper(store: Path, bring: Import, tmp_path: Path, capsys: Any) -> None:
    code, document = bring("table-30-batch-one-bad-character.xlsx")
    assert code == 0, document
    capsys.readouterr()
    assert main(["print", str(store), "application-form", "--out", str(tmp_path / "印")]) == 6
    printed = [path.name for path in (tmp_path / "印").glob("*.pdf")]
    assert len(printed) == 2
    assert "乙" in capsys.readouterr().err


def test_a_preview_tells_figures_and_units(store: Path, capsys: Any) -> None:
    assert main(["import", str(store), str(FAULTS / "table-02-unit-renminbi-line.xlsx"), "--dry-run"]) == 0
    said = "".join(capsys.readouterr())
    assert "100,000.00" in said and "58,000.00" in said and "换算成元" in said and "新垵村" in said and "工程类" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--unit", "公里"], "不是金额单位"),
        (["--sheet", "没有=项目"], "里没有表“没有”，有 Sheet1"),
        (["--leave", "Sheet1/没有"], "没有栏“没有”"),
        (["--sheet", "Sheet1=没有"], "没有“没有”这种记录"),
        (["--value", "E7=3"], "表!单元格=值"),
        (["--twin", "Sheet1/村居=也许"], "分为两笔"),
        (["--map", "没有.toml"], "对照文件"),
    ],
)
def test_an_option_that_fits_nothing_is_wrong_usage(
    store: Path, capsys: Any, options: Sequence[str], words: str
) -> None:
    before = store.read_bytes()
    assert main(["import", str(store), str(FAULTS / "table-10-sheet1.xlsx"), *options]) == 2
    assert words in capsys.readouterr().err
    assert store.read_bytes() == before


def test_each_question_is_told_with_the_option_that_answers_it(store: Path, capsys: Any) -> None:
    assert main(["import", str(store), str(FAULTS / "table-11-second-sheet-unread.xlsx")]) == 3
    assert "--sheet '2023年项目清单=项目'" in capsys.readouterr().out


def test_a_column_that_is_likely_a_missing_one_is_mapped_and_never_a_text_for_every_row(
    store: Path, capsys: Any
) -> None:
    (book,) = FAULTS.glob("table-19-*.xlsx")
    assert main(["import", str(store), str(book), "--sheet", "表一=协商"]) == 3
    told = capsys.readouterr()
    assert "在 [table.columns] 写 “议事内容” = “会议名称”" in told.out + told.err


def test_the_faulty_book_comes_back_coloured(store: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "退回.xlsx"
    assert main(["faulty", str(store), str(FAULTS / "table-25-nil-marks-and-about.xlsx"), str(out)]) == 0
    sheet = openpyxl.load_workbook(out)["项目"]
    assert "约1200人" in str(sheet["J2"].value) and sheet["J2"].fill.fgColor.rgb not in (None, "00000000")
    assert "约1200人" in str([cell.value for cell in sheet[2]][-1])
