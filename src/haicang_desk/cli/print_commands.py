"""The commands ``print`` and ``report``, which write documents."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from haicang_desk.cli.arguments import (
    Parser,
    UsageError,
    day_argument,
    day_of_options,
    json_argument,
    output_path_of,
    path_of,
    quarter_of,
    store_argument,
    text_of,
    year_arguments,
    year_of,
)
from haicang_desk.cli.console import DONE, PARTLY, REFUSED, print_json, print_lines, print_message
from haicang_desk.cli.ledger_output import open_store, read_store
from haicang_desk.model.blocks import PaperSize
from haicang_desk.model.documents import DOCUMENTS, DocumentFormat, Issuer, PrintedDocument, Question, print_to
from haicang_desk.model.documents import write_quarterly_report as write_report
from haicang_desk.model.records import Disclosure

_WHY_AGAIN = "所载内容有变动、须再次印发时的更正理由"


def print_document_arguments(parser: Parser) -> None:
    """Add the arguments of ``print``."""
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
    parser.add_argument("--seal-code", action="store_true", help="公文纸面上也印存证码；这样印的是副本，不登记印发")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--docx", action="store_true", help="写成可以修改的 DOCX，不写 PDF")
    other.add_argument(
        "--ofd",
        action="store_true",
        help="写成 OFD（GB/T 33190，试用），不写 PDF；是副本，不登记印发，归档用 PDF",
    )
    personal = parser.add_mutually_exclusive_group()
    personal.add_argument(
        "--mask-text", action="store_true", help="公示里可能是个人信息、还没有核对过的文字，都遮去再印"
    )
    personal.add_argument(
        "--keep-text", metavar="理由", type=text_of, help="这些文字核对过，可以公开，照印；写明理由，随印发存入台账"
    )
    parser.add_argument("--reason", metavar="理由", type=text_of, help=_WHY_AGAIN)
    json_argument(parser)


def print_document(options: Namespace) -> int:
    """Write a document for one project, one village or a whole year, and print the path of every file.

    Of a project without such a document the reason is printed. A document that is signed is kept in the store as
    issued: printed again it has the same bytes, or where its content has changed it is issued again under the next
    number, which is printed too.
    """
    if options.document not in DOCUMENTS:
        raise UsageError(f"没有名为“{options.document}”的文书，可用的有：{'、'.join(DOCUMENTS)}")
    with (open_store if DOCUMENTS[options.document].signs else read_store)(options) as ws:
        issued = print_to(
            ws,
            options.document,
            options.out,
            hand=Issuer(person=options.operator or "", reason=options.reason or ""),
            progress=_print_progress,
            foreseen=_print_foreseen,
            decide=_decision(options),
            project=options.project,
            village=options.village,
            year=options.year,
            as_of=day_of_options(options),
            paper=options.paper,
            single=options.single,
            kind=DocumentFormat.DOCX if options.docx else DocumentFormat.OFD if options.ofd else DocumentFormat.PDF,
            seal_code=options.seal_code,
        )
    return _print_issued(issued, options.out, as_json=options.json)


def _decision(options: Namespace) -> Callable[[Question], Disclosure] | None:
    """What the options say of passages that may be personal; None where they say nothing. Each passage is named."""
    if not options.mask_text and not options.keep_text:
        return None

    def decide(question: Question) -> Disclosure:
        """Print it for the reason given, or mask it."""
        print_message(f"{question.sentence}，{'照印' if options.keep_text else f'印作“{question.masked}”'}")
        return question.answered(printed=bool(options.keep_text), reason=options.keep_text or "")

    return decide


def _print_progress(made: int, wanted: int) -> None:
    if made % 50 == 0:
        print_message(f"已印 {made}／{wanted}")


def _print_foreseen(faults: list[PrintedDocument]) -> None:
    """Name what cannot be printed, before the rest is."""
    print_message(f"有 {len(faults)} 份不能印，能印的照印：")
    for each in faults:
        print_message(f"  {each.title}：{each.skipped}")


def _print_issued(issued: list[PrintedDocument], folder: Path, *, as_json: bool) -> int:
    files = [str(folder / each.filename) for each in issued if not each.skipped]
    skipped = [each for each in issued if each.skipped]
    for each in issued:
        if each.corrects is not None:
            print_message(_reissue_message(each))
        if each.note:
            print_message(f"{each.title}：{each.note}")
    if as_json:
        left_out = [{"title": each.title, "reason": each.skipped, "failed": each.failed} for each in skipped]
        print_json({"files": files, "skipped": left_out})
        return _exit_code(files, skipped)
    print_lines(files)
    for each in skipped:
        print_message(f"未印 {each.title}：{each.skipped}")
    failed = sum(each.failed for each in skipped)
    print_message(f"印出 {len(files)} 个文件" + (f"，{failed} 份不能印，原因见上" if failed else ""))
    return _exit_code(files, skipped)


def _exit_code(files: list[str], skipped: list[PrintedDocument]) -> int:
    """PARTLY where something that is due could not be printed, REFUSED where nothing was printed of what was asked."""
    if skipped and not files:
        return REFUSED
    return PARTLY if any(each.failed for each in skipped) else DONE


def _reissue_message(each: PrintedDocument) -> str:
    assert each.issue is not None and each.corrects is not None
    return (
        f"第{each.issue.number}次印发 {each.title}：所载内容在第{each.corrects.number}次印发"
        f"（{each.corrects.issued_on}，存证码 {each.corrects.seal_code}）之后有变动"
    )


def report_arguments(parser: Parser) -> None:
    """Add the arguments of ``report``."""
    store_argument(parser)
    parser.add_argument("--year", metavar="Y", type=year_of, required=True, help="年度")
    parser.add_argument("--quarter", metavar="Q", type=quarter_of, required=True, help="季度，1 至 4")
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=output_path_of(".pdf", ".xlsx"),
        required=True,
        help="写到哪里，以 .pdf 或 .xlsx 结尾",
    )
    parser.add_argument("--reason", metavar="理由", type=text_of, help=_WHY_AGAIN)
    day_argument(parser)
    json_argument(parser)


def report(options: Namespace) -> int:
    """Write the quarterly report, as a letter (.pdf) or as a workbook (.xlsx)."""
    with (open_store if options.out.suffix.lower() == ".pdf" else read_store)(options) as ws:
        hand = Issuer(person=options.operator or "", reason=options.reason or "")
        letter = write_report(ws, options.year, options.quarter, options.out, day_of_options(options), hand=hand)
    if letter is not None and letter.corrects is not None:
        print_message(_reissue_message(letter))
    if letter is not None and letter.note:
        print_message(letter.note)
    if options.json:
        print_json({"out": str(options.out), "year": options.year, "quarter": options.quarter})
    else:
        print_message(f"已写出 {options.year} 年第 {options.quarter} 季度进展情况报告：{options.out}")
    return DONE
