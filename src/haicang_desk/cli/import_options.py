"""The options of ``import`` and ``faulty`` that answer what a workbook leaves open, and which option answers what."""

from __future__ import annotations

import re
import shlex
import sys
from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from haicang_desk.cli.arguments import Parser, UsageError, path_of, text_of
from haicang_desk.model.spreadsheet import (
    FACTORS,
    LARGEST_FILE,
    SKIPPED,
    SPLIT,
    Answers,
    MappingFile,
    ParsedWorkbook,
    Question,
    QuestionKind,
    RawWorkbook,
    column_letters,
    factor_of,
    open_standard_input,
    open_workbook,
    record_of,
    same,
)
from haicang_desk.model.values import Refused

STANDARD_INPUT = Path("-")
_CELL = re.compile(r"(.+?)!\$?([A-Za-z]{1,3})\$?(\d{1,7})=(.*)", re.DOTALL)

Pair = tuple[str, str]


def book_arguments(parser: Parser) -> None:
    """Add BOOK and the options that answer questions about it."""
    parser.add_argument(
        "book",
        metavar="BOOK",
        type=path_of,
        help="要读入的表：.xlsx .xls .et .ods .csv .tsv；- 为从标准输入读入表格软件里复制的几行",
    )
    for name, metavar, read, help_text in (
        ("unit", "[表/栏=]元|万元", _unit, "金额按什么单位读，如 万元 或 项目/区级专项资金=万元"),
        ("sheet", "表=记录", _sheet, "一张表是哪种记录，如 Sheet1=项目"),
        ("leave", "表[/栏]", _column, "不读的表或栏"),
        ("value", "表!单元格=值", _cell, "一格按什么内容读，如 项目!E7=30"),
        ("twin", "表/栏=分为两笔|不读", _twin, "重复出现的一栏怎样读"),
        ("map", "FILE.toml", _map, "报送单位的对照文件"),
    ):
        parser.add_argument(
            f"--{name}", metavar=metavar, dest=f"{name}s", type=read, action="append", default=[], help=help_text
        )


def read_book(path: Path) -> RawWorkbook:
    """The tables of BOOK, or of standard input for ``-``. Raises as open_workbook."""
    if path != STANDARD_INPUT:
        return open_workbook(path)
    most = LARGEST_FILE + 1  # bytes; one too many says that there is more
    return open_standard_input(
        sys.stdin.buffer.read(most) if hasattr(sys.stdin, "buffer") else sys.stdin.read(most).encode()
    )


def answers_of(options: Namespace, raw: RawWorkbook) -> Answers:
    """What the options answer about a workbook. Raises UsageError where one names what the workbook does not have."""
    answers = Answers(
        units=dict(options.units),
        sheets=dict(options.sheets),
        left_out=frozenset(options.leaves),
        cells=dict(options.values),
        twins=dict(options.twins),
        mappings=tuple(mapping for each in options.maps for mapping in each.tables),
    )
    for option, (sheet, column) in (
        *(("--unit", key) for key in answers.units),
        *(("--leave", key) for key in answers.left_out),
        *(("--twin", key) for key in answers.twins),
        *(("--sheet", (sheet, "")) for sheet in answers.sheets),
        *(("--value", (sheet, "")) for sheet, _ in answers.cells),
    ):
        _check_named(raw, option, sheet, column)
    return answers


def answering_option(question: Question, book: ParsedWorkbook) -> str:
    """The option that answers a question, ready to be typed; where only a mapping can, what to write in it."""
    sheet, proposal = question.sheet, question.proposal
    match question.kind:
        case QuestionKind.UNIT:
            text = ("--unit", f"{sheet}/{question.column}={proposal or '|'.join(question.choices or ('元', '万元'))}")
        case QuestionKind.SHEET if proposal:
            text = ("--sheet", f"{sheet}={proposal}")
        case QuestionKind.SHEET:
            return f"--sheet {shlex.quote(f'{sheet}=记录')} 或 --leave {shlex.quote(sheet)}"
        case QuestionKind.TWIN:
            text = ("--twin", f"{sheet}/{question.column}={proposal or SPLIT}")
        case QuestionKind.VALUE:
            text = ("--value", f"{sheet}!{reference_of(question, book)}={proposal or '值'}")
        case QuestionKind.COLUMN if question.field and (sheet, proposal) in book.ignored_columns:
            return f"--map 对照文件（在 [table.columns] 写 “{proposal}” = “{question.field}”）"
        case QuestionKind.COLUMN if question.field:
            constant = f"[table.constants] 写 “{question.field}” = “{proposal or '…'}”"
            return f"--map 对照文件（在 {constant}，或在 [table.columns] 指明是哪一栏）"
        case _:
            leave = f"--leave {shlex.quote(f'{sheet}/{question.column}')}"
            return f"{leave}，或用 --map 指明" + (f"它是“{proposal}”" if proposal else "是哪一栏")
    return f"{text[0]} {shlex.quote(text[1])}"


def reference_of(question: Question, book: ParsedWorkbook) -> str:
    """The reference of the cell that a question is about, such as E7; "" for none."""
    if question.cell:
        return question.cell
    for sheet in book.sheets:
        for column in sheet.columns:
            if same(sheet.title, question.sheet) and question.column in (column.heading, sheet.heading(column.name)):
                row, index = sheet.places.get(column.index, (question.row, column.index))
                return f"{column_letters(index)}{row}"
    return ""


def _check_named(raw: RawWorkbook, option: str, sheet: str, column: str) -> None:
    if not sheet:
        return
    titles = list(dict.fromkeys([*(table.sheet for table in raw.tables), *raw.empty_sheets]))
    if not any(same(sheet, title) for title in titles):
        raise UsageError(f"{option}：《{raw.name}》里没有表“{sheet}”，有 {'、'.join(titles)}")
    if column:
        headings = [heading for table in raw.tables if same(table.sheet, sheet) for heading in table.headings]
        named = {name for h in headings for name in (h.name, "/".join(h.texts), "·".join(h.texts), *h.texts)}
        bare = column.partition("#")[0]
        if not any(same(name, column) or same(name, bare) for name in named):
            listed = "、".join(heading.name for heading in headings)
            raise UsageError(f"{option}：表“{sheet}”里没有栏“{column}”，有 {listed}")


def _column(text: str) -> Pair:
    sheet, _, column = text_of(text).partition("/")
    if not sheet.strip():
        raise ArgumentTypeError(f"“{text}”应写成 表 或 表/栏")
    return sheet.strip(), column.strip()


def _assigned(text: str, form: str) -> Pair:
    key, equals, value = text_of(text).rpartition("=")
    if not equals or not key.strip() or not value.strip():
        raise ArgumentTypeError(f"“{text}”应写成 {form}")
    return key.strip(), value.strip()


def _unit(text: str) -> tuple[Pair, int]:
    key, _, unit = text_of(text).rpartition("=")
    factor = factor_of(unit.strip())
    if factor is None:
        raise ArgumentTypeError(f"“{unit}”不是金额单位，可写 {'、'.join(FACTORS)}")
    return (_column(key) if key.strip() else ("", "")), factor


def _sheet(text: str) -> Pair:
    sheet, label = _assigned(text, "表=记录")
    if (record := record_of(label)) is None:
        raise ArgumentTypeError(f"没有“{label}”这种记录，可写 项目、村居、预算明细、测评 等")
    return sheet, record.label


def _twin(text: str) -> tuple[Pair, str]:
    key, answer = _assigned(text, f"表/栏={SPLIT}|{SKIPPED}")
    if answer not in (SPLIT, SKIPPED):
        raise ArgumentTypeError(f"“{answer}”应为 {SPLIT} 或 {SKIPPED}")
    return _column(key), answer


def _cell(text: str) -> tuple[Pair, str]:
    match = _CELL.fullmatch(text_of(text))
    if match is None:
        raise ArgumentTypeError(f"“{text}”应写成 表!单元格=值，如 项目!E7=30")
    return (match[1].strip(), f"{match[2].upper()}{int(match[3])}"), match[4]


def _map(text: str) -> MappingFile:
    try:
        return MappingFile.load(path_of(text))
    except Refused as wrong:
        raise ArgumentTypeError(str(wrong)) from None
