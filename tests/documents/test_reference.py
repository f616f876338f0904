"""Every document looks as in the picture that is kept of it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from haicang_desk.model.documents import DOCUMENTS
from tests.documents.reference import FOLDER, filled_year, pictures

FAINT = 80  # of 255: a smaller difference is another rounding of the same stroke
TILE = 16  # dots, about 7 mm
MOST = 0.03  # of a tile's dots
CURE = "look at the page (make demo), then keep it (make pages)"


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    with filled_year() as ws:
        return dict(pictures(ws))


def test_there_is_a_picture_of_every_document_and_no_other():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(DOCUMENTS)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < 1_500_000


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_looks_as_it_did(name, drawn):
    kept = Image.open(FOLDER / f"{name}.png").convert("L")
    assert drawn[name].size == kept.size, f"{name} has other pages: {CURE}"
    differs = ImageChops.difference(drawn[name], kept).point(lambda far: 255 * (far >= FAINT))
    worst = differs.reduce(TILE).getextrema()[1] / 255
    assert worst <= MOST, f"{worst:.0%} of a place of {name} differs: {CURE}"
