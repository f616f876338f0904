"""What of the things that PyInstaller collects goes into the program's folder, and what does not.

Left out are modules and plugins that the program never loads, some of them harmful (QtSql is a second SQLite in the
process, lxml a second parser of foreign files), and every library that nothing which stays asks for.
"""

from __future__ import annotations

import gzip
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath

EXCLUDED_MODULES = [
    "PySide6.QtSql", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtDBus",
    "PIL._avif", "PIL._webp", "PIL._imagingcms", "PIL._imagingtk", "PIL.ImageTk", "PIL.ImageQt",
    "lxml", "numpy", "pandas", "tkinter", "pytest", "setuptools", "pip", "pkg_resources", "IPython", "matplotlib",
    "hypothesis", "mypy", "pdfplumber", "pdfminer", "rlPyCairo", "freetype", "holidays", "pypinyin", "fontTools",
    "readline", "_ssl", "ssl", "pydoc_data", "unittest", "lib2to3", "distutils",
    "_codecs_kr", "_codecs_iso2022", "_codecs_tw",
]  # fmt: skip
_LEFT_OUT = (
    # the second SQLite; engines for what the program does not do
    "qsqlite", "Qt6Sql", "Qt6Qml", "Qt6Quick", "Qt6VirtualKeyboard", "Qt6Pdf", "Qt6OpenGL", "Qt6EglF", "opengl32sw",
    "qtvirtualkeyboard", "plugins/networkinformation", "plugins/tls", "plugins/qmltooling", "plugins/egldevice",
    # displays and devices that no desk has, or that X11 serves as well
    "libqeglfs", "libqlinuxfb", "libqminimal", "libqvnc", "libqvkkhrdisplay", "plugins/generic", "wayland", "Wayland",
    "plugins/egldeviceintegrations",
    # pictures that the window does not show
    "qgif.", "qicns.", "qtga.", "qtiff.", "qwbmp.", "qwebp.",
    # the look of GTK, of which a machine without GTK has only half
    "libqgtk3",
    # printing asks the system's own CUPS, which a desk that prints has, with what it needs
    "libcups", "libgnutls", "libavahi", "libkrb5", "libgssapi", "libk5crypto",
)  # fmt: skip
_ROOTS = (".cpython-", ".abi3.", ".pyd", "libpython", "libpdfium", "/plugins/")  # opened by name, not as a need

Entry = tuple[str, str, str]  # of PyInstaller: place in the folder, file, kind


def stays(place: str) -> bool:
    """Whether an entry at this place in the folder is wanted."""
    place = place.replace("\\", "/")
    if "/translations/" in place:
        return place.endswith("_zh_CN.qm")
    if place.endswith((".py", ".pyi", ".pyx")) and "/resources/" not in f"/{place}":
        return False
    return not any(part in place for part in _LEFT_OUT)


def needed_libraries(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that are opened by name, and those that one of them needs, directly or not."""
    entries = list(entries)
    if sys.platform == "win32":
        return entries  # the wheels for Windows bring no more than they need
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(PurePath(entry[0]).name, []).append(entry)
    reached: set[str] = set()
    waiting = [entry for entry in entries if any(root in f"/{entry[0]}" for root in _ROOTS)]
    while waiting:
        place, file, kind = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        named = [PurePath(place if kind == "SYMLINK" else file).name, *_needs(file)] if kind != "SYMLINK" else [file]
        for name in named:
            waiting += by_name.get(PurePath(name).name, [])
    return [entry for entry in entries if entry[0] in reached]


def _needs(file: str) -> list[str]:
    """The libraries that a library asks for, as binutils read them."""
    said = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
    return [line.partition("[")[2].partition("]")[0] for line in said.splitlines() if "(NEEDED)" in line]


def without_unicode_data(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries with ICU's 31 MB of data replaced by a library that holds an empty set of them.

    Qt asks ICU for the order of letters and for names of zones and currencies, which the program takes from elsewhere;
    without data it goes on with its own. The symbol that ICU looks for bears its version.
    """
    return [
        _stub(entry, folder) if "libicudata.so." in entry[0] and entry[2] != "SYMLINK" else entry for entry in entries
    ]


def with_packed_slices(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries with the fonts for rare characters compressed, as the program can read them too: 26 MB are 16."""
    return [_packed(entry, folder) if "/fonts-rare/" in entry[0].replace("\\", "/") else entry for entry in entries]


def _packed(entry: Entry, folder: Path) -> Entry:
    place, file, kind = entry
    if not place.endswith(".ttf"):
        return entry
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{PurePath(file).name}.gz"
    made.write_bytes(gzip.compress(Path(file).read_bytes(), mtime=0))
    return f"{place}.gz", str(made), kind


def without_symbols(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries with the interpreter's libraries stripped of symbols; those of wheels are so already."""
    return [_stripped(entry, folder) if _has_symbols(entry) else entry for entry in entries]


def _has_symbols(entry: Entry) -> bool:
    name = PurePath(entry[0]).name
    return entry[2] != "SYMLINK" and (
        name.startswith("libpython") or "lib-dynload" in entry[0] or name == "_rust.abi3.so"
    )


def _stripped(entry: Entry, folder: Path) -> Entry:
    place, file, kind = entry
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / PurePath(place).name
    subprocess.run(["strip", "--strip-unneeded", "-o", str(made), file], check=True)
    return place, str(made), kind


def _stub(entry: Entry, folder: Path) -> Entry:
    place, _, kind = entry
    name = PurePath(place).name
    symbol = f"icudt{name.rpartition('.')[2]}_dat"
    folder.mkdir(parents=True, exist_ok=True)
    raw, part, made = folder / "icu.raw", folder / "icu.o", folder / name
    raw.write_bytes(_EMPTY_DATA)
    run = lambda *words: subprocess.run(list(map(str, words)), cwd=folder, check=True)  # noqa: E731
    run("ld", "-r", "-b", "binary", "-o", part.name, raw.name)
    run("objcopy", "--redefine-sym", f"_binary_icu_raw_start={symbol}",
        "--rename-section", ".data=.rodata,alloc,load,readonly,data,contents", part.name)  # fmt: skip
    run("ld", "-shared", "-soname", name, "-z", "noexecstack", "-o", made.name, part.name)
    return place, str(made), kind


# The header of a common data file with a table of contents of no entries (ICU, “ICU Data File Formats”)
_EMPTY_DATA = struct.pack(
    "<HBB2H4B4s4s4s8s2L4L",
    32, 0xDA, 0x27, 20, 0, 0, 0, 2, 0, b"CmnD", bytes((1, 0, 0, 0)), bytes(4), bytes(8), 0, 0, 0, 0, 0, 0,
)  # fmt: skip
