"""The main screens look as in the pictures that are kept of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from PySide6.QtWidgets import QApplication

from haicang_desk.ui.shell import theme
from tests.ui.reference import FOLDER, NAMES, opened, pictures

FAINT = 48  # of 255: a smaller difference is another rounding of the same stroke
TILE = 16  # dots of half a pixel's size: two letters
MOST = 0.30  # of a tile's dots
CURE = "look at the screen (make screenshots), then keep it (make pages)"


@pytest.fixture(scope="module")
def drawn(styled: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Image.Image]]:
    folder, patch = tmp_path_factory.mktemp("screens"), pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(folder))
    usual = styled.cursorFlashTime()
    desk = opened(styled, folder)
    yield dict(pictures(desk))
    desk.window.hide()
    desk.close_store()
    styled.aboutToQuit.disconnect(desk.close_store)
    desk.window.deleteLater()
    styled.setCursorFlashTime(usual)
    theme.apply_theme(styled, theme.USUAL, theme.add_fonts(), "light")
    patch.undo()


def test_there_is_a_picture_of_every_main_screen_and_no_other():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(NAMES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < 1_500_000


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much of the worst place of two pictures of the same size differs, 0 to 1."""
    return worst_place(one, other)[0]


def worst_place(one: Image.Image, other: Image.Image) -> tuple[float, tuple[int, int]]:
    """How much of the tile differs that differs most, 0 to 1, and its upper left corner."""
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    differs = most.point(lambda far: 255 * (far >= FAINT))
    tiles = differs.reduce(TILE)
    shares = list(tiles.tobytes())
    down, across = divmod(shares.index(max(shares)), tiles.width)
    return max(shares) / 255, (across * TILE, down * TILE)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did(name, drawn, tmp_path):
    kept = Image.open(FOLDER / f"{name}.png").convert("RGB")
    assert drawn[name].size == kept.size
    worst, place = worst_place(drawn[name], kept)
    if worst > MOST:
        drawn[name].save(tmp_path / f"{name}.png")
    assert worst <= MOST, f"{worst:.0%} of {name} differs at {place}, drawn in {tmp_path}: {CURE}"


def test_a_moved_word_is_a_difference_and_a_faint_one_is_none():
    kept = Image.open(FOLDER / "today-light.png").convert("RGB")
    assert difference(kept, ImageChops.offset(kept, 0, 4)) > MOST
    assert difference(kept, kept.point(lambda tone: min(tone + 20, 255))) == 0
