"""Typesetting: papers made of blocks are laid out and written as PDF/A-2a or DOCX.

It knows blocks and values, no records, rules or store.
"""

from haicang_desk.model.typesetting.docx.word_file import (
    write_docx,
    write_docx_batch,
)
from haicang_desk.model.typesetting.layout.page_faults import (
    PageFault,
)
from haicang_desk.model.typesetting.layout.text_sanitising import (
    Unprintable,
)
from haicang_desk.model.typesetting.ofd.ofd_file import (
    write_ofd,
)
from haicang_desk.model.typesetting.pdf.attachments import (
    AttachedFile,
    attached_file,
)
from haicang_desk.model.typesetting.pdf.font_set import (
    unprintable_in,
)
from haicang_desk.model.typesetting.pdf.merge import (
    LaidOutPaper,
    Volume,
    VolumePart,
    lay_out,
    write_volumes,
)
from haicang_desk.model.typesetting.pdf.writer import (
    count_pages,
    write_batch,
)

__all__ = [
    "AttachedFile",
    "LaidOutPaper",
    "PageFault",
    "Unprintable",
    "Volume",
    "VolumePart",
    "attached_file",
    "count_pages",
    "lay_out",
    "unprintable_in",
    "write_batch",
    "write_docx",
    "write_docx_batch",
    "write_ofd",
    "write_volumes",
]
