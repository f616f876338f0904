"""Fonts: how a character is drawn, and which font file draws it.

The fonts in ``resources/fonts`` print the same pages on every machine. A `FontSet` may be told to
prefer fonts of the system (仿宋_GB2312, 方正小标宋 …); its output then depends on the machine. A
character that the font of a face lacks is drawn by the song font, then by an installed font for
rare characters, then by a slice of ``resources/fonts-rare``. If none has it, Unprintable is raised.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from haicang_desk.model.blocks import Face
from haicang_desk.model.typesetting.layout.text_sanitising import Unprintable, drawable
from haicang_desk.model.typesetting.pdf.font_subset import GlyphDrawing
from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont, UnusableFont
from haicang_desk.paths import resource

HALF = 0x100000  # added to a mark's code point to denote the mark in half its width
CLOSING = frozenset("，。、；：？！）》〉」』】〕〗｝］”’．")
OPENING = frozenset("（《〈「『【〔〖｛［“‘")
_FULL_WIDTH = frozenset("“”‘’…")  # drawn by the song font where a font has them in Latin width
_LATIN = frozenset(map(chr, range(0x21, 0x7F)))  # FandolFang has them much bolder than its Chinese; the song font not
_BUILT = {
    "☑": ("□", "√"),
    "☒": ("□", "×"),
    "☐": ("□", ""),
}  # composed of (box, tick)
_SPACES = {
    "\xa0": 0,
    "\u2002": 500,
    "\u2003": 1000,
    "\u2009": 200,
    "\u202f": 200,
    "\u3000": 1000,
}  # 1/1000 em; 0: a space


class Font:
    """A font as used for typesetting: advances in em, squeezable marks, glyph drawings."""

    def __init__(self, typeface: TrueTypeFont) -> None:
        self.typeface = typeface
        self.em = _Widths(self)
        self.lent: frozenset[str] = frozenset()  # characters left to the next font of the face, though it has them
        self._drawn: dict[str, GlyphDrawing] = {}
        self._squeezes: dict[str, bool] = {}

    def has(self, character: str) -> bool:
        """Whether the font has the character, in full width where Chinese typesetting needs that."""
        face = self.typeface
        if face.has(character):
            return character not in self.lent and (character not in _FULL_WIDTH or face.width(character) >= 900)
        return character in _SPACES or (character in _BUILT and all(map(face.has, "".join(_BUILT[character]))))

    def drawn(self, character: str) -> GlyphDrawing:
        """How a character, or a mark in half its width (code point plus HALF), is drawn."""
        if character not in self._drawn:
            self._drawn[character] = self._draw(character)
        return self._drawn[character]

    def _draw(self, character: str) -> GlyphDrawing:
        face, code = self.typeface, ord(character)
        if code >= HALF:
            mark = chr(code - HALF)
            return GlyphDrawing(mark, 500, shift=-500 if mark in OPENING else 0)
        if character in _SPACES:
            return GlyphDrawing(" ", _SPACES[character] or face.width(" "))
        if not face.has(character):
            box, tick = _BUILT[character]
            return GlyphDrawing(box, face.width(box), over=tick)
        width = face.width(character)
        if character == "—" and 800 <= width != 1000:  # 一字线 and —— extend over the full width
            left, right = face.extent(character)
            stretch = 1000 / (right - left)
            return GlyphDrawing(character, 1000, stretch, -left * stretch)
        return GlyphDrawing(character, width)

    def squeezes(self, mark: str) -> bool:
        """Whether the mark occupies only half of its width, so that the empty half can be removed."""
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
    """A cache of advances in em by character. Raises KeyError for a character the font lacks."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, character: str) -> float:
        if ord(character) < HALF and not self._font.has(character):
            raise KeyError(character)
        width = self[character] = self._font.drawn(character).width / 1000
        return width


class FontSet:
    """The available fonts: a folder with one file for each face, and a folder of `slices` for rare characters.

    `first` are preferred font files by face; `rare` are font files to try before the slices.
    """

    def __init__(
        self, folder: Path, slices: Path, first: Mapping[Face, Path] | None = None, rare: tuple[Path, ...] = ()
    ) -> None:
        self._folder = folder
        self._slices = RareFontSlices(slices)
        self._rare = rare
        self._first = dict(first or {})
        self._chains: dict[Face, list[Font]] = {}
        self._opened: dict[Path, Font] = {}
        self._known: dict[Face, dict[str, Font]] = {}  # by character: the font that draws it

    def chain(self, face: Face) -> list[Font]:
        """The fonts of a face in order of preference; they are opened on first use."""
        if face not in self._chains:
            paths = [self._first[face]] if face in self._first else []
            paths.append(self._folder / f"{face.value}.ttf")
            if face is not Face.SONG:
                paths += [self._first[Face.SONG]] if Face.SONG in self._first else []
                paths.append(self._folder / f"{Face.SONG.value}.ttf")
            self._chains[face] = [self._open(path) for path in dict.fromkeys(paths)]
            if face is Face.FANG and face not in self._first:
                self._chains[face][0].lent |= _LATIN
        return self._chains[face]

    def stretches(self, text: str, face: Face) -> list[tuple[str, Font]]:
        """Split a text into parts drawn with one font each. Raises Unprintable."""
        known = self._known.setdefault(face, {})
        for character in text:
            if character not in known:
                known[character] = self._font_for(character, text, face)
        fonts = [known[character] for character in text]
        if not text or fonts.count(fonts[0]) == len(fonts):
            return [(text, fonts[0] if text else self.chain(face)[0])]
        paired = zip(text, fonts, strict=True)
        return [("".join(c for c, _ in run), font) for font, run in groupby(paired, key=lambda pair: pair[1])]

    def lacking(self, text: str, face: Face = Face.SONG) -> str:
        """The characters of a text that no font has, each once; used for a warning while typing."""
        return "".join(c for c in dict.fromkeys(text) if not self._slices.drawing(c) and not self._drawn_whole(c, face))

    def _drawn_whole(self, character: str, face: Face) -> bool:
        """Whether a font other than the slices has the character."""
        fonts = (*self.chain(face), *map(self._open, self._rare))
        return any(font.has(character) or font.typeface.has(character) for font in fonts)

    def _font_for(self, character: str, text: str, face: Face) -> Font:
        for font in self._candidates(character, face):
            if font.has(character):
                return font
        for font in self._candidates(character, face):  # accept a Latin quotation mark rather than none
            if font.typeface.has(character):
                font.em[character] = font.drawn(character).width / 1000
                return font
        raise Unprintable(character, text)

    def _candidates(self, character: str, face: Face) -> Iterable[Font]:
        """The fonts to try for a character in order; each is opened only when those before it lack the character."""
        yield from self.chain(face)
        yield from map(self._open, self._rare)
        if path := self._slices.drawing(character):
            yield self._open(path)

    def _open(self, path: Path) -> Font:
        if path not in self._opened:
            self._opened[path] = Font(TrueTypeFont(path))
        return self._opened[path]


@cache
def bundled_fonts() -> FontSet:
    """The fonts shipped with the program, which print the same pages everywhere."""
    return FontSet(resource("fonts"), resource("fonts-rare"))


def unprintable_in(texts: Iterable[str]) -> Unprintable | None:
    """The error that printing these texts with the shipped fonts would raise; None where all can be printed."""
    fonts = bundled_fonts()
    for text in texts:
        if text in _KNOWN_TEXTS:
            continue
        try:
            new = set(drawable(text)) - _KNOWN
        except Unprintable as error:
            return error
        for character in new:
            if character != "\n" and all(fonts.lacking(character, face) for face in Face):
                return Unprintable(character, text)
        _KNOWN.update(new)
        if len(text) <= _LABEL and len(_KNOWN_TEXTS) < _MOST_KNOWN:
            _KNOWN_TEXTS.add(text)
    return None


_LABEL, _MOST_KNOWN = 24, 2048  # characters, texts: what recurs on the papers of a batch is short
_KNOWN: set[str] = set()  # characters found to be printable
_KNOWN_TEXTS: set[str] = set()  # texts found to be printable


INDEX = "index.txt"


class RareFontSlices:
    """Fonts for rare characters in slices by code point, so that a page opens only those it needs.

    The index is read on first use. Each line of the index names a slice and, in hexadecimal, its code points or ranges
    of code points: ``20000.ttf 20000-20088 2008A``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[tuple[int, int, str]] = []  # first, last, file name

    def drawing(self, character: str) -> Path | None:
        """The slice that has the character; None where none has."""
        self._runs = self._runs or self._read()
        at = bisect_right(self._runs, ord(character), key=lambda run: run[0]) - 1
        if at < 0 or ord(character) > self._runs[at][1]:
            return None
        return self._folder / self._runs[at][2]

    def _read(self) -> list[tuple[int, int, str]]:
        runs = []
        for line in (self._folder / INDEX).read_text(encoding="ascii").splitlines():
            name, *stretches = line.split()
            for stretch in stretches:
                first, _, last = stretch.partition("-")
                runs.append((int(first, 16), int(last or first, 16), name))
        return sorted(runs)


_NAMES = {
    Face.TITLE: ("方正小标宋简体.ttf", "方正小标宋_gbk.ttf", "fzxbsjw.ttf", "fzxbsk.ttf", "fzxiaobiaosong-b05s.ttf"),
    Face.FANG: ("仿宋_gb2312.ttf", "fangsong_gb2312.ttf", "simfang.ttf"),
    Face.KAI: ("楷体_gb2312.ttf", "kaiti_gb2312.ttf", "simkai.ttf"),
    Face.HEI: ("simhei.ttf",),
    Face.SONG: ("simsun.ttf", "simsun.ttc"),
}
_RARE = ("simsunb.ttf", "hanaminb.ttf", "hanamina.ttf")


def font_folders() -> list[Path]:
    """The existing font folders of Windows and Linux, system-wide and of this user."""
    home = Path.home()
    folders = [
        Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
        Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Microsoft" / "Windows" / "Fonts",
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    ]
    return [folder for folder in folders if folder.is_dir()]


def office_font_set(folders: Iterable[Path] | None = None) -> FontSet:
    """Office fonts installed on this machine first (they may not be shipped), then the bundled ones."""
    found: dict[str, Path] = {}
    for folder in font_folders() if folders is None else folders:
        for path in sorted(folder.rglob("*.tt[fc]")) + sorted(folder.rglob("*.TT[FC]")):
            found.setdefault(path.name.lower(), path)
    first: dict[Face, Path] = {}
    for face, names in _NAMES.items():
        for path in (found[name] for name in names if name in found):
            if face not in first and _usable(path):
                first[face] = path
    rare = tuple(found[name] for name in _RARE if name in found and _usable(found[name]))
    return FontSet(resource("fonts"), resource("fonts-rare"), first, rare)


def _usable(path: Path) -> bool:
    """Whether the file is a TrueType font that may be embedded."""
    try:
        TrueTypeFont(path)
    except (UnusableFont, OSError, ValueError):
        return False
    return True
