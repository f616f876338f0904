"""The 汉字 and radicals of GB 18030-2022 level 3, from the standard's own division and not from any font."""

from __future__ import annotations

IDEOGRAPHS = {
    "基本区": (0x4E00, 0x9FEF),
    "扩充 A": (0x3400, 0x4DB5),
    "扩充 B": (0x20000, 0x2A6D6),
    "扩充 C": (0x2A700, 0x2B734),
    "扩充 D": (0x2B740, 0x2B81D),
    "扩充 E": (0x2B820, 0x2CEA1),
    "扩充 F": (0x2CEB0, 0x2EBE0),
}
AMONG_COMPATIBLE = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
RADICALS_IN_TWO_BYTES = "⺁⺄⺈⺋⺌⺗⺧⺪⺮⺳⺶⺷⺻⻊"
KANGXI = (0x2F00, 0x2FD5)


def level_3() -> list[str]:
    """All of them in the order of their code points."""
    spans = (*IDEOGRAPHS.values(), KANGXI)
    codes = {code for first, last in spans for code in range(first, last + 1)}
    return sorted({*map(chr, codes), *AMONG_COMPATIBLE, *RADICALS_IN_TWO_BYTES})
