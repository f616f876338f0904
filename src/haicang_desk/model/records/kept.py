"""What the store keeps beside the ledger: the originals of papers. It goes into no workbook, for it is no cell."""

from __future__ import annotations

from haicang_desk.model.fields import Record, field


class Original(Record, table="original", label="原件", key=("digest",)):
    """That a file's bytes are kept in this store; they stand under the digest in a table of their own. R33 R34.

    条文：C101
    """

    digest: str = field("文件校验码", required=True, default="", longest=64, fixed=True)  # SHA-256, hexadecimal
    size: int = field("文件大小", required=True, default=0, unit="字节", fixed=True)
