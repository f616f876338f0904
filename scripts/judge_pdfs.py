"""Check every printed document with two independent PDF validators and with the tests' own reader of structure trees.

``apt-get install qpdf default-jre-headless libpdfbox2-java libjaxb-api-java`` installs the validators:

* qpdf checks the structure of the file (``qpdf --check``);
* Apache PDFBox Preflight validates PDF/A-1b. It does not know PDF/A-2, which allows all that PDF/A-1 allows and more.
  It therefore gets a copy, written by qpdf as PDF 1.4 without object streams, that declares PDF/A-1b, and one of its
  errors is ignored: a font subset without a CIDSet, which part 2 makes optional (ISO 19005-2 §6.2.11.4.2).

What PDF/A-2a and PDF/UA-1 ask of tags beyond that is judged by ``tests/typesetting/structure_walk.py``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.documents.reference import AS_OF, WHOLE_WAY, filled_year, printed
from tests.typesetting.structure_walk import StructureWalk

from haicang_desk.model.blocks import PageSetup, Paper, PaperKind, PaperSize, Para, Picture
from haicang_desk.model.documents import print_to
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.records import Phase
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import Workspace, attach
from haicang_desk.model.typesetting import write_batch
from haicang_desk.model.typesetting.pdf.writer import write_pdf

JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api")
LIBRARY = Path("/usr/share/java")
JUDGE = "org.apache.pdfbox.preflight.Validator_A1b"
LEVEL_A = b"<pdfaid:conformance>A<"
ALLOWED = "The CIDSet entry is missing for the Composite Subset"


def main() -> int:
    """Print the problems of every file. Returns 1 where there is one, 2 where no validator is installed."""
    judges = [judge for judge in (qpdf, preflight, structure) if is_installed(judge.__name__)]
    if len(judges) == 1:
        print(__doc__)
        return 2
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files():
            path = Path(folder) / f"{name}.pdf"
            path.write_bytes(data)
            problems = [f"{judge.__name__}：{fault}" for judge in judges for fault in judge(path)]
            faults += len(problems)
            print(name, *(problems or ("没有查出问题",)), sep="\n  " if problems else "：")
    print(f"查验者：{'、'.join(judge.__name__ for judge in judges)}；问题 {faults} 处")
    return 1 if faults else 0


def files() -> Iterator[tuple[str, bytes]]:
    """Every document of the fixed year, notices on every paper they take, and one paper with a photograph."""
    ws = filled_year()
    for size in PaperSize:
        for name, papers in printed(ws, size.value):
            yield f"{name}-{size.value}", write_batch(papers, papers[0].setup.title)
    picture = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(picture, "JPEG")
    sheet = PageSetup(kind=PaperKind.FORM, title="照片", number="新街〔2018〕1号")
    yield "photograph", write_pdf(Paper(sheet, (Para("李\U0002cb4e"), Picture(picture.getvalue(), "施工前"))))
    yield "dossier-as-issued", as_issued(ws, picture.getvalue())


def as_issued(ws: Workspace, picture: bytes) -> bytes:
    """A dossier that contains a photograph and the pages of the approval form as it was issued."""
    photographs, project = [scan_of("施工前.jpg", picture)], ws.project(WHOLE_WAY)
    attach(ws, project.id, photographs, phase=Phase.CARRYING, item="现场照片", on=AS_OF, person="陈")
    with tempfile.TemporaryDirectory() as folder:
        print_to(ws, "approval-form", Path(folder), project=project.code, as_of=AS_OF)
    return preview_documents(ws, "dossier", project=project.code, as_of=AS_OF)[0].pdf


def is_installed(judge: str) -> bool:
    """Whether a validator can be run here."""
    if judge == "structure":
        return True
    if judge == "qpdf":
        return shutil.which("qpdf") is not None
    return (
        is_installed("qpdf")
        and shutil.which("java") is not None
        and all((LIBRARY / f"{jar}.jar").exists() for jar in JARS)
    )


def qpdf(path: Path) -> list[str]:
    """The errors in the structure of a file."""
    ran = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    return [] if ran.returncode == 0 else (ran.stdout + ran.stderr).splitlines()[1:]


def structure(path: Path) -> list[str]:
    """What is amiss in the structure tree; only files that claim level A are tagged throughout."""
    return StructureWalk(path.read_bytes()).faults() if LEVEL_A in path.read_bytes() else []


def preflight(path: Path) -> list[str]:
    """The violations of PDF/A-1b in a copy that declares itself as such."""
    copy, plain = path.with_suffix(".part1.pdf"), path.with_suffix(".plain.pdf")
    how = ["--object-streams=disable", "--force-version=1.4", "--stream-data=preserve", "--newline-before-endstream"]
    subprocess.run(["qpdf", *how, str(path), str(plain)], check=True)
    data = plain.read_bytes().replace(LEVEL_A, LEVEL_A.replace(b">A<", b">B<"))
    copy.write_bytes(data.replace(b"<pdfaid:part>2", b"<pdfaid:part>1"))
    jars = ":".join(str(LIBRARY / f"{jar}.jar") for jar in JARS)
    ran = subprocess.run(["java", "-cp", jars, JUDGE, str(copy)], capture_output=True, text=True, check=False)
    faults = re.findall(r"^(\d+(?:\.\d+)* : .*)$", ran.stdout + ran.stderr, re.MULTILINE)
    judged = "is a valid PDF/A-1b file" in ran.stdout + ran.stderr or faults
    unjudged = [] if judged else [ran.stderr.strip() or "没有得出结论"]
    return [*dict.fromkeys(fault for fault in faults if ALLOWED not in fault), *unjudged]


if __name__ == "__main__":
    sys.exit(main())
