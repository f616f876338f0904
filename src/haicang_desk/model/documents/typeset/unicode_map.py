"""Which text the codes of a font stand for, so that a page copies out as it was stored.

The library's own map writes a character beyond the basic plane as one number of more than four
digits, which every reader takes for something else. Here each character is UTF-16BE, as ISO
32000-1 §9.10.3 asks, so 𬭎 is a surrogate pair and copies out as 𬭎.
"""

from __future__ import annotations

from collections.abc import Sequence

_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_AT_ONCE = 100  # the most lines a reader must take in one go


def unicode_map(texts: Sequence[str]) -> str:
    """The ToUnicode map of a font whose two-byte codes 1, 2, … stand for these texts."""
    lines = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in enumerate(texts, 1)]
    parts = [_HEAD]
    for at in range(0, len(lines), _AT_ONCE):
        some = lines[at : at + _AT_ONCE]
        parts += [f"{len(some)} beginbfchar\n", "\n".join(some), "\nendbfchar\n"]
    return "".join([*parts, _TAIL])
