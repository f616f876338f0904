"""model.typesetting"""

from haicang_desk.model.typesetting.docx.docx_writer import (
    write_docx,
    write_docx_batch,
)
from haicang_desk.model.typesetting.layout.text_sanitising import (
    Unprintable,
)
from haicang_desk.model.typesetting.pdf.attachments import (
    Enclosed,
    enclosed,
)
from haicang_desk.model.typesetting.pdf.merge import (
    Piece,
    Volume,
    laid,
    write_volumes,
)
from haicang_desk.model.typesetting.pdf.writer import (
    count_pages,
    write_batch,
)

__all__ = [
    "Enclosed",
    "Piece",
    "Unprintable",
    "Volume",
    "count_pages",
    "enclosed",
    "laid",
    "write_batch",
    "write_docx",
    "write_docx_batch",
    "write_volumes",
]
