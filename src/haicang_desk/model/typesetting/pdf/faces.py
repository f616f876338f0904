"""Fonts by the part they play, and which of them draws each character.

The fonts in ``resources/fonts`` make every machine print the same. A `Cabinet` may also be told
to take the fonts installed with the system first (仿宋_GB2312, 方正小标宋 …); what it then prints
depends on the machine. A character its own font lacks is drawn by the song face, then by an
installed font for rare characters, then by a slice of ``resources/fonts-rare``; one that none has
raises Unprintable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from haicang_desk.model.blocks import Face
from haicang_desk.model.typesetting.layout.text_sanitising import Unprintable
from haicang_desk.model.typesetting.pdf.font_subset import Drawn
from haicang_desk.model.typesetting.pdf.rare_faces import Slices
from haicang_desk.model.typesetting.pdf.truetype import Typeface
from haicang_desk.paths import resource

HALF = 0x100000  # a mark's code point plus this is the mark in half its width
CLOSING = frozenset("，。、；：？！）》〉」』】〕〗｝］”’．")
OPENING = frozenset("（《〈「『【〔〖｛［“‘")
_FULL_WIDTH = frozenset("“”‘’…")  # drawn by the song face where a face has them in the Latin width
_BUILT = {"☑": ("□", "√"), "☒": ("□", "×"), "☐": ("□", "")}  # of characters that every face has
_SPACES = {"\xa0": 0, "\u2002": 500, "\u2003": 1000, "\u2009": 200, "\u202f": 200, "\u3000": 1000}  # 0: as a space


class _Zero(float):
    """Python 3.12 and later correct the rounding in a sum of floats, but not in one that begins with a subclass."""


_ZERO = _Zero()


def add_up(lengths: Iterable[float]) -> float:
    """Lengths summed from left to right, with the same rounding and so the same bytes of a file on every Python."""
    return sum(lengths, _ZERO)


class Font:
    """One font as type is set with it: widths in em, marks that may be squeezed, outlines."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self.em = _Widths(self)
        self._drawn: dict[str, Drawn] = {}
        self._squeezes: dict[str, bool] = {}

    def has(self, character: str) -> bool:
        """Whether this font draws the character as Chinese is set."""
        face = self.typeface
        if face.has(character):
            return character not in _FULL_WIDTH or face.width(character) >= 900
        return character in _SPACES or (character in _BUILT and all(map(face.has, "".join(_BUILT[character]))))

    def drawn(self, character: str) -> Drawn:
        """The outline of a character, or of a mark in half its width."""
        if character not in self._drawn:
            self._drawn[character] = self._draw(character)
        return self._drawn[character]

    def _draw(self, character: str) -> Drawn:
        face, code = self.typeface, ord(character)
        if code >= HALF:
            mark = chr(code - HALF)
            return Drawn(mark, 500, shift=-500 if mark in OPENING else 0)
        if character in _SPACES:
            return Drawn(" ", _SPACES[character] or face.width(" "))
        if not face.has(character):
            box, tick = _BUILT[character]
            return Drawn(box, face.width(box), over=tick)
        width = face.width(character)
        if character == "—" and 800 <= width != 1000:  # 一字线 and —— reach from edge to edge
            left, right = face.extent(character)
            stretch = 1000 / (right - left)
            return Drawn(character, 1000, stretch, -left * stretch)
        return Drawn(character, width)

    def squeezes(self, mark: str) -> bool:
        """Whether the mark fills only half of its width, so that the other half may go."""
        if mark not in self._squeezes:
            self._squeezes[mark] = self._is_half_empty(mark)
        return self._squeezes[mark]

    def _is_half_empty(self, mark: str) -> bool:
        face = self.typeface
        if not face.has(mark) or face.width(mark) != 1000:
            return False
        left, right = face.extent(mark)
        return right <= 530 if mark in CLOSING else mark in OPENING and left >= 470


class _Widths(dict[str, float]):
    """Widths in em by character, found out once; KeyError where the font has none."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, character: str) -> float:
        if ord(character) < HALF and not self._font.has(character):
            raise KeyError(character)
        width = self[character] = self._font.drawn(character).width / 1000
        return width


class FontSet:
    """The fonts there are: a folder of faces, and one of `slices` with what is rare.

    `first` are to be preferred, by the part they play; `rare` are spares to be asked before the slices.
    """

    def __init__(
        self, folder: Path, slices: Path, first: Mapping[Face, Path] | None = None, rare: tuple[Path, ...] = ()
    ) -> None:
        self._folder = folder
        self._slices = Slices(slices)
        self._rare = rare
        self._first = dict(first or {})
        self._chains: dict[Face, list[Font]] = {}
        self._opened: dict[Path, Font] = {}

    def chain(self, face: Face) -> list[Font]:
        """The fonts that draw a face, the best first; opened when first asked for."""
        if face not in self._chains:
            paths = [self._first[face]] if face in self._first else []
            paths.append(self._folder / f"{face.value}.ttf")
            if face is not Face.SONG:
                paths += [self._first[Face.SONG]] if Face.SONG in self._first else []
                paths.append(self._folder / f"{Face.SONG.value}.ttf")
            self._chains[face] = [self._open(path) for path in dict.fromkeys(paths)]
        return self._chains[face]

    def stretches(self, text: str, face: Face) -> list[tuple[str, Font]]:
        """The text in stretches, each with the font that draws it. Raises Unprintable."""
        best = self.chain(face)[0]
        try:
            for character in text:
                best.em[character]
        except KeyError:
            fonts = [self._font_for(character, text, face) for character in text]
            paired = zip(text, fonts, strict=True)
            return [("".join(c for c, _ in run), font) for font, run in groupby(paired, key=lambda pair: pair[1])]
        return [(text, best)]

    def lacking(self, text: str, face: Face = Face.SONG) -> str:
        """The characters of a text that no font here draws, each once; for a warning as it is typed."""
        return "".join(c for c in dict.fromkeys(text) if not self._slices.drawing(c) and not self._drawn_whole(c, face))

    def _drawn_whole(self, character: str, face: Face) -> bool:
        """Whether one of the fonts that are not cut in slices draws it."""
        fonts = (*self.chain(face), *map(self._open, self._rare))
        return any(font.has(character) or font.typeface.has(character) for font in fonts)

    def _font_for(self, character: str, text: str, face: Face) -> Font:
        for font in self._candidates(character, face):
            if font.has(character):
                return font
        for font in self._candidates(character, face):  # a Latin quotation mark is better than none
            if font.typeface.has(character):
                font.em[character] = font.drawn(character).width / 1000
                return font
        raise Unprintable(character, text)

    def _candidates(self, character: str, face: Face) -> Iterable[Font]:
        """The fonts that may draw a character, the best first. A spare is opened when all before it lack it."""
        yield from self.chain(face)
        yield from map(self._open, self._rare)
        if path := self._slices.drawing(character):
            yield self._open(path)

    def _open(self, path: Path) -> Font:
        if path not in self._opened:
            self._opened[path] = Font(Typeface(path))
        return self._opened[path]


@cache
def bundled() -> FontSet:
    """The fonts that the program brings with it: the same pages everywhere."""
    return FontSet(resource("fonts"), resource("fonts-rare"))
