"""Write the digests of the shipped policy files into the program, after one of them was changed on purpose.

Usage: python -m scripts.seal_policy_files
"""

from __future__ import annotations

from pathlib import Path

from haicang_desk.model.policy.policy_files import files_now

TARGET = Path(__file__).parent.parent / "src" / "haicang_desk" / "model" / "policy" / "shipped_digests.py"


def source() -> str:
    """The text of the module."""
    head, _, _ = TARGET.read_text(encoding="utf-8").partition("SHIPPED_DIGESTS")
    lines = [f'    "{each.name}": "{each.digest}",\n' for each in files_now() if each.shipped]
    return f"{head}SHIPPED_DIGESTS = {{\n{''.join(lines)}}}\n"


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8", newline="\n")
