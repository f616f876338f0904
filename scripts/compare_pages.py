"""The pictures of every document before and after a change of its pages, side by side: the old ones at the left.

Run: python -m scripts.compare_pages REVISION; it reads tests/documents/pages as they were at that revision and as
they are now, and writes docs/typography/changed/*.png.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
PAGES, OUT = "tests/documents/pages", ROOT / "docs/typography/changed"
_BETWEEN = 16  # dots
_MOST = 1_600  # dots across: of long documents the first pages are shown
_GREYS = 16


def main(arguments: list[str]) -> int:
    """Write the pictures; those of documents that look as they did are left out."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    for path in sorted((ROOT / PAGES).glob("*.png")):
        said = subprocess.run(["git", "show", f"{arguments[0]}:{PAGES}/{path.name}"], cwd=ROOT, capture_output=True)
        if said.returncode or said.stdout == path.read_bytes():
            continue
        pair = [_first_pages(Image.open(BytesIO(data))) for data in (said.stdout, path.read_bytes())]
        width = sum(each.width for each in pair) + _BETWEEN
        whole = Image.new("L", (width, max(each.height for each in pair)), 96)
        whole.paste(pair[0], (0, 0))
        whole.paste(pair[1], (pair[0].width + _BETWEEN, 0))
        whole.quantize(_GREYS).save(OUT / path.name, optimize=True)
        print(OUT / path.name)
    return 0


def _first_pages(picture: Image.Image) -> Image.Image:
    """As many pages from the left as have room."""
    grey = picture.convert("L")
    return grey if grey.width <= _MOST else grey.crop((0, 0, _MOST, grey.height))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
