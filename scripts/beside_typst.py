"""Pictures of our pages beside those that typst sets from the same blocks with the same fonts, sizes and margins.

Run: python scripts/beside_typst.py; it writes docs/typography/*.png, ours at the left. typst is asked as somebody who
knows it would ask: boxes of one em, the leading and the tracking of GB/T 9704, justified, heads of tables repeated.
It needs the environment that ``make bench`` makes (build/bench-env).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import singledispatch
from itertools import pairwise
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.documents.reference import filled_year, printed
from tests.typesetting.pdf_reading import MM, pages

from haicang_desk.model import blocks as b
from haicang_desk.model.typesetting.layout.measures import TypeStyle
from haicang_desk.model.typesetting.layout.page_style import PageStyle, page_style_of
from haicang_desk.model.typesetting.pdf.writer import write_pdf

FOLDER = ROOT / "docs/typography"
TYPST = ROOT / "build/bench-env/bin/python"
COMPILE = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]])"
FACES = {face: f"Haicang {face.value.capitalize()}" for face in b.Face}
ALIGN = {b.Align.LEFT: "left", b.Align.CENTRE: "center", b.Align.RIGHT: "right", b.Align.JUSTIFIED: "left"}
DOTS, CLOSE = 62, 120  # an inch
SHOWN = {  # the document, which of its pages are shown, and whether its table is made long
    "notice": ("completion-notice", (0,), False),
    "form": ("application-form", (0,), False),
    "letter": ("quarterly-report", (0, 1), False),
    "register": ("filing-register", (0,), False),
    "long-table": ("filing-register", (0, 1), True),
}
DETAILS = {"letter-close": ("quarterly-report", 1, (0.17, 0.11, 0.9, 0.42))}  # of the page: from and to, in parts


def main() -> int:
    """Write docs/typography/*.png and print the measurements."""
    if not TYPST.exists():
        print("对照程序还没有装：先运行 make bench", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    papers = {name: made[0] for name, made in printed(filled_year()) if made}
    for shown, (name, wanted, long) in SHOWN.items():
        paper = _lengthened(papers[name]) if long else papers[name]
        both = [write_pdf(paper), by_typst(paper)]
        _kept(shown, [_page(data, page, DOTS) for data in both for page in wanted])
        print(shown, *(f"{len(data) / 1000:.0f} kB" for data in both))
    for shown, (name, page, part) in DETAILS.items():
        both = [_page(data, page, CLOSE) for data in (write_pdf(papers[name]), by_typst(papers[name]))]
        _kept(shown, [each.crop(tuple(map(int, _part(each, part)))) for each in both])
    for name, told in (("ours", write_pdf), ("typst", by_typst)):
        print(name, *_measured([told(papers[document]) for document in ("quarterly-report", "completion-notice")]))
    return 0


def _measured(both: list[bytes]) -> Iterator[str]:
    """Measurements of the second page of a letter, and of the lines of that letter and of a notice."""
    page = [line for line in pages(both[0])[1] if line.size > 15.5]
    left, right, pitch = 28 * MM, 184 * MM, (225 * MM - 16) / 21
    full = [line for line, after in pairwise(page) if after.left < left + 5]  # what follows begins no paragraph
    yield f"right edges within {max(abs(line.right - right) for line in full):.2f} pt over {len(full)} lines;"
    steps = [(line.baseline - page[0].baseline) / pitch for line in page]
    yield f"baselines within {max(abs(step - round(step)) for step in steps) * pitch / MM:.2f} mm of the grid;"
    lines = [line.text.strip() for data in both for page_ in pages(data) for line in page_]
    parted = [(a, c) for a, c in pairwise(lines) if re.search(r"[0-9.]$", a) and re.match("[万元年月日项%]", c)]
    yield f"figures parted from their unit at a line's end: {len(parted)}"


def _lengthened(paper: b.Paper) -> b.Paper:
    """The paper with the rows of its table repeated twelve times."""
    grown = [
        replace(block, rows=(*block.rows[: block.heading], *(block.rows[block.heading :] * 12)))
        if isinstance(block, b.Grid)
        else block
        for block in paper.blocks
    ]
    return replace(paper, blocks=tuple(grown))


def _part(picture: Image.Image, part: tuple[float, ...]) -> tuple[float, ...]:
    left, top, right, low = part
    return left * picture.width, top * picture.height, right * picture.width, low * picture.height


def _page(data: bytes, number: int, dots: int) -> Image.Image:
    return pypdfium2.PdfDocument(data)[number].render(scale=dots / 72, grayscale=True).to_pil()


def _kept(name: str, pages: list[Image.Image]) -> None:
    """Save our page and that of typst as one picture, with a line between them."""
    half, gap = len(pages) // 2, 4
    width = sum(page.width for page in pages) + gap * (len(pages) + 3)
    whole, x = Image.new("L", (width, max(page.height for page in pages)), 160), 0
    for count, page in enumerate(pages, 1):
        whole.paste(page, (x, 0))
        x += page.width + gap * (5 if count == half else 1)
    whole.crop((0, 0, x - gap, whole.height)).quantize(16).save(FOLDER / f"{name}.png", optimize=True)
    print(FOLDER / f"{name}.png")


def by_typst(paper: b.Paper) -> bytes:
    """The paper set by typst."""
    look = page_style_of(paper.setup)
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "page.typ", Path(folder) / "page.pdf"
        source.write_text("\n".join([_setup(look), *(typst(block, look) for block in paper.blocks)]), encoding="utf-8")
        fonts = ROOT / "resources/fonts"
        subprocess.run([str(TYPST), "-c", COMPILE, str(source), str(made), str(fonts)], check=True)
        return made.read_bytes()


# ---- blocks as typst's markup


def _setup(look: PageStyle) -> str:
    right, bottom = look.page_width - look.left - look.width, look.page_height - look.top - look.height
    half, half_cell = ((type_.leading - type_.size) / 2 for type_ in (look.body, look.cell))
    return f"""#set page(width: {look.page_width}pt, height: {look.page_height}pt, margin: (left: {look.left}pt,
  right: {right}pt, top: {look.top + half}pt, bottom: {bottom + half}pt))
#set text(lang: "zh", region: "cn", top-edge: 0.88em, bottom-edge: -0.12em, {_type(look.body)})
#set par(justify: true, {_leading(look.body)}, first-line-indent: (amount: 2em, all: true))
#set table(stroke: 0.5pt, inset: (x: {look.pad[0]}pt, y: {look.pad[1] + half_cell}pt))"""


def _type(type_: TypeStyle) -> str:
    return f'font: ("{FACES[type_.face]}", "Haicang Song"), size: {type_.size}pt, tracking: {type_.pitch}pt'


def _leading(type_: TypeStyle) -> str:
    between = type_.leading - type_.size
    return f"leading: {between}pt, spacing: {between}pt"


def _set(type_: TypeStyle, said: str, align: str = "left", indent: int = 0) -> str:
    first = f"first-line-indent: (amount: {indent}em, all: true)"
    set_ = f"set text({_type(type_)}); set par({_leading(type_)}, {first})"
    return f"#{{ {set_}; align({align})[{said}] }}"


def words(said: b.Words) -> str:
    """Words as typst markup, every character escaped."""
    if isinstance(said, tuple):
        return "".join(map(words, said))
    if isinstance(said, b.Blank):
        width = f"{said.width}em" if said.width else "1fr"
        return f"#box(width: {width}, stroke: (bottom: 0.5pt), outset: (bottom: 2pt))[#h(1fr){words(said.text)}#h(1fr)]"
    if isinstance(said, b.Tick):
        return f"#box[{words(('☑' if said.chosen else '□') + said.label)}]"
    if isinstance(said, b.Run):
        return f'#text(font: "{FACES[said.face]}")[{words(said.text)}]' if said.face else words(said.text)
    return " #parbreak() ".join(f"#{_string(line)};" for line in said.split("\n"))


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@singledispatch
def typst(block: object, look: PageStyle) -> str:
    """The markup of a block; TypeError for a block of another kind."""
    raise TypeError(f"{block!r} is in none of the documents shown")


@typst.register
def _title(block: b.Title, look: PageStyle) -> str:
    below = _set(look.below, words(block.below), "center") if block.below else ""
    return f"{_set(look.title, words(block.text), 'center')}\n{below}#v({look.body.leading / 2}pt)"


@typst.register
def _heading(block: b.Heading, look: PageStyle) -> str:
    return _set(look.heading(block.level), words(block.text), indent=2)


@typst.register
def _para(block: b.Para, look: PageStyle) -> str:
    return words(block.words) + "\n"


@typst.register
def _addressee(block: b.Addressee, look: PageStyle) -> str:
    return f"#v({look.body.leading}pt)#par(first-line-indent: 0em)[{words(block.office)}：]"


@typst.register
def _note(block: b.Note, look: PageStyle) -> str:
    return _set(look.note, words(block.words))


@typst.register
def _across(block: b.Across, look: PageStyle) -> str:
    return _set(look.body, "#h(1fr)".join(map(words, block.items)))


@typst.register
def _attachments(block: b.Attachments, look: PageStyle) -> str:
    names = "".join(f"{words(name)}\n\n" for name in block.names)
    return f"#v({look.body.leading}pt){words('附件：')}{names}"


@typst.register
def _seal(block: b.Seal, look: PageStyle) -> str:
    on = f"{block.on.year}年{block.on.month}月{block.on.day}日" if block.on else "年　月　日"
    both = f"#align(center)[#par(first-line-indent: 0em)[{words(block.office)}#linebreak(){words(on)}]]"
    return f"#v({2 * look.body.leading}pt)#align(right)[#pad(right: 4em, box[{both}])]"


@typst.register
def _masthead(block: b.Masthead, look: PageStyle) -> str:
    name = f'#text(font: "{FACES[b.Face.TITLE]}", size: 48pt, fill: red)[{words(block.office)}]'
    number = f"{words(block.number)}#h(1fr){words('签发人：' + block.signer)}"
    return (
        f"#v(35mm)#align(center)[#box[{name}]]#v({2 * look.body.leading}pt)"
        f"#pad(x: 1em)[#par(first-line-indent: 0em)[{number}]]#line(length: 100%, stroke: 1.5pt + red)"
        f"#v({2 * look.body.leading}pt)"
    )


@typst.register
def _annex(block: b.Annex, look: PageStyle) -> str:
    return f"#pagebreak()\n{_set(replace(look.body, face=b.Face.HEI), words('附件'))}"


@typst.register
def _together(block: b.KeepTogether, look: PageStyle) -> str:
    return f"#block(breakable: false)[{''.join(typst(each, look) for each in block.blocks)}]"


@typst.register
def _grid(block: b.Grid, look: PageStyle) -> str:
    type_ = look.cells(block.size)
    columns = ", ".join(f"{weight}fr" for weight in block.weights)
    rows = [[_cell(cell) for cell in row.cells] for row in block.rows]
    head = ", ".join(cell for row in rows[: block.heading] for cell in row)
    body = ",\n".join(cell for row in rows[block.heading :] for cell in row)
    unit = f"#align(right)[{words(block.unit)}]" if block.unit else ""
    return _set(type_, f"{unit}#table(columns: ({columns},), {f'table.header({head}),' if head else ''}\n{body})")


def _cell(cell: b.Cell) -> str:
    align = ALIGN[cell.align or (b.Align.CENTRE if cell.label else b.Align.LEFT)]
    place = "top" if cell.top else "horizon"
    foot = "".join(f"#align(right)[{words(line)}]" for line in cell.foot)
    justify = "true" if cell.align is b.Align.JUSTIFIED else "false"
    first = f"#set par(justify: {justify}, first-line-indent: (amount: {cell.indent}em, all: true));"
    inner = f"[{first}{words(cell.words)}{foot}]"
    return f"table.cell(colspan: {cell.columns}, rowspan: {cell.rows}, align: {align} + {place}){inner}"


if __name__ == "__main__":
    sys.exit(main())
