"""The kinds of readers: for sheets, for scans, and for binding scans into a dossier."""

from __future__ import annotations

from haicang_desk.model.foreign.limits import MIB, Limits, ReaderKind

SHEETS = ReaderKind(
    "sheets",
    ("haicang_desk.model.foreign.sheets.tasks",),
    Limits(
        memory=512 * MIB,
        seconds=20,
        seconds_per_mib=2,  # 20 MB of rows are read in a minute on any desk
        output=256 * MIB,
        cure="请用 Excel 或 WPS 打开，删去图片、空白行和无关工作表，另存为“Excel 工作簿（*.xlsx）”再试",
    ),
)
SCANS = ReaderKind(
    "scans",
    ("haicang_desk.model.foreign.scan_tasks",),
    Limits(
        memory=1024 * MIB,  # a photograph of 50 million dots with transparency takes 600 MB
        seconds=20,
        seconds_per_mib=1,
        output=256 * MIB,
        cure="请重新扫描或重新拍照；或用别的程序打开，另存为 PDF 或 JPG 再试",
    ),
)
BINDING = ReaderKind(
    "binding",
    ("haicang_desk.model.foreign.scan_tasks",),
    Limits(
        memory=2048 * MIB,  # all attachments of a project at once
        seconds=60,
        seconds_per_mib=4,
        output=1024 * MIB,
        cure="请把页数多的材料重新扫描得小一些，或分成几个文件",
    ),
)
KINDS = {kind.name: kind for kind in (SHEETS, SCANS, BINDING)}
