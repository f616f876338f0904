"""Commands that write paper: print and report."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from haicang_desk.cli.arguments import (
    Misused,
    Parser,
    day_argument,
    day_given,
    json_argument,
    path_of,
    quarter_of,
    text_of,
    year_arguments,
    year_of,
)
from haicang_desk.cli.console import DONE, REFUSED, say, say_json, tell
from haicang_desk.cli.ledger_output import open_store
from haicang_desk.model.blocks import PaperSize
from haicang_desk.model.documents import DOCUMENTS, Hand, Issued, print_to
from haicang_desk.model.documents import report as write_report

_WHY_AGAIN = "所载内容有变动、须再次印发时的更正理由"


def print_document_arguments(parser: Parser) -> None:
    year_arguments(parser)
    parser.add_argument("document", metavar="DOCUMENT", help="文书名称：" + "、".join(DOCUMENTS))
    parser.add_argument("--out", metavar="DIR", type=path_of, required=True, help="写到哪个文件夹，没有则建立")
    parser.add_argument("--project", metavar="CODE", type=text_of, help="只印一个项目，写项目编号")
    parser.add_argument("--village", metavar="名称", type=text_of, help="只印一个村居")
    parser.add_argument(
        "--paper",
        choices=[size.value for size in PaperSize],
        default="A4",
        help="纸张；张贴的公示可用 A3；没有 A3 打印机的用 2A4，分印两张 A4，裁开粘成一张 A3",
    )
    parser.add_argument("--single", action="store_true", help="整批合订成一个文件；合订的是副本，不登记印发")
    parser.add_argument("--docx", action="store_true", help="写成可以修改的 DOCX，不写 PDF")
    parser.add_argument("--reason", metavar="理由", type=text_of, help=_WHY_AGAIN)
    json_argument(parser)


def print_document(given: Namespace) -> int:
    """Prints every file's path; says of each project left out why it has no such document yet.

    What is signed off is kept in the store as it is printed. Printed again it is those bytes; where what it shows has
    changed it is issued anew under the next number, and that is said.
    """
    if given.document not in DOCUMENTS:
        raise Misused(f"没有名为“{given.document}”的文书，可用的有：{'、'.join(DOCUMENTS)}")
    with open_store(given.store) as ws:
        issued = print_to(
            ws,
            given.document,
            given.out,
            hand=Hand(person=given.operator or "", reason=given.reason or ""),
            progress=_tell_progress,
            project=given.project,
            village=given.village,
            year=given.year,
            as_of=day_given(given),
            paper=given.paper,
            single=given.single,
            editable=given.docx,
        )
    return _tell_issued(issued, given.out, as_json=given.json)


def _tell_progress(made: int, wanted: int) -> None:
    if made % 50 == 0:
        tell(f"已印 {made}／{wanted}")


def _tell_issued(issued: list[Issued], folder: Path, *, as_json: bool) -> int:
    files = [str(folder / each.filename) for each in issued if not each.skipped]
    skipped = [each for each in issued if each.skipped]
    for each in issued:
        if each.corrects is not None:
            tell(_told_again(each))
    if as_json:
        say_json({"files": files, "skipped": [{"title": each.title, "reason": each.skipped} for each in skipped]})
        return DONE if files or not skipped else REFUSED
    say(files)
    for each in skipped:
        tell(f"未印 {each.title}：{each.skipped}")
    tell(f"印出 {len(files)} 个文件")
    return DONE if files or not skipped else REFUSED


def _told_again(each: Issued) -> str:
    assert each.issue is not None and each.corrects is not None
    return (
        f"第{each.issue.number}次印发 {each.title}：所载内容在第{each.corrects.number}次印发"
        f"（{each.corrects.issued_on}，存证码 {each.corrects.seal_code}）之后有变动"
    )


def report_arguments(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", type=path_of, help="台账文件")
    parser.add_argument("--year", metavar="Y", type=year_of, required=True, help="年度")
    parser.add_argument("--quarter", metavar="Q", type=quarter_of, required=True, help="季度，1 至 4")
    parser.add_argument("--out", metavar="FILE", type=path_of, required=True, help="写到哪里，以 .pdf 或 .xlsx 结尾")
    parser.add_argument("--reason", metavar="理由", type=text_of, help=_WHY_AGAIN)
    day_argument(parser)
    json_argument(parser)


def report(given: Namespace) -> int:
    if given.out.suffix.lower() not in (".pdf", ".xlsx"):
        raise Misused(f"“{given.out.name}”的结尾应为 .pdf 或 .xlsx")
    with open_store(given.store) as ws:
        hand = Hand(person=given.operator or "", reason=given.reason or "")
        letter = write_report(ws, given.year, given.quarter, given.out, day_given(given), hand=hand)
    if letter is not None and letter.corrects is not None:
        tell(_told_again(letter))
    if given.json:
        say_json({"out": str(given.out), "year": given.year, "quarter": given.quarter})
    else:
        tell(f"已写出 {given.year} 年第 {given.quarter} 季度进展情况报告：{given.out}")
    return DONE
