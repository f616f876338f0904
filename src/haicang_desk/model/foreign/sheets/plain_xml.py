"""XML of which most elements are written in one plain way: those are taken by a regular expression, all else by expat.

The rows and strings that Excel, WPS and our own export write plainly are nearly all the work of reading an xlsx, and a
regular expression takes a fifth of the time. What it takes is what the parser would find.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO
from xml.parsers.expat import XMLParserType

from haicang_desk.model.foreign.sheets.zip_package import CHUNK

_LONGEST = 2**20  # bytes; a longer element is left to expat
_LONGEST_TAG = 500
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=["']([^"']*)""")


class PlainXml:
    """Reads one part: ``plain`` elements within the element that ``opening`` begins go to ``take``.

    The handlers of the parser set ``entered`` where that element begins and ``ended`` where an element within it ends,
    so that a tag in a comment or of another namespace is not taken for it. ``closing`` is the end tag of an element.
    """

    def __init__(
        self,
        parser: XMLParserType,
        opening: re.Pattern[bytes],
        plain: re.Pattern[bytes],
        closing: bytes,
        take: Callable[[re.Match[bytes]], None],
    ) -> None:
        self._parser, self._opening, self._plain, self._closing, self._take = parser, opening, plain, closing, take
        self._before, self._within = True, False
        self.entered = self.ended = False

    def read(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        """Read the whole part; ``count`` is called with the bytes of each chunk, and may raise to stop."""
        rest = stream.read(CHUNK)
        encoding = _ENCODING.match(rest)
        self._before = encoding is None or encoding[1].lower() == b"utf-8"
        count(len(rest))
        while chunk := stream.read(CHUNK):
            rest = self._parse(rest) + chunk
            count(len(chunk))
        self._parser.Parse(self._parse(rest), True)

    def _parse(self, data: bytes) -> bytes:
        """Take plain elements, give all else to the parser, and return what can only be taken with what follows."""
        parser, at = self._parser, 0
        if self._before:
            opening = self._opening.search(data)
            at = opening.end() if opening else max(len(data) - _LONGEST_TAG, 0)
            parser.Parse(data[:at], False)
            if opening is None:
                return data[at:]
            self._before, self._within = False, self.entered
        while self._within:
            if (plain := self._plain.match(data, at)) is not None:
                self._take(plain)
                at = plain.end()
                continue
            end = data.find(self._closing, at) + len(self._closing)
            if end < len(self._closing):
                if len(data) - at < _LONGEST and not data.startswith(b"</", at):
                    return data[at:]
                break
            other, at = data[at:end], end
            self.ended = False
            parser.Parse(other, False)
            # after anything that could hide an element, such as a comment, the parser has the rest
            self._within = self.ended and b"<!" not in other and b"<?" not in other
        self._within = False
        parser.Parse(data[at:], False)
        return b""
