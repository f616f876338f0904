#!/usr/bin/env bash
# Makes .venv with the pinned dependencies, and on Debian the system libraries that Qt needs.
# Does nothing, quickly, when both are there. Usage: scripts/setup.sh [extra …]   (default extra: dev)
# The Makefile sets PYTHON, an interpreter to use instead of the machine's, and VENV, the folder that goes with it.
set -euo pipefail
shopt -s nullglob

cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
extras="dev${*:+,$(IFS=,; printf '%s' "$*")}"
venv=${VENV:-.venv}
stamp="$venv/set-up.$extras"
# What Qt opens without a display, then what it opens besides on an X11 display; library:package.
offscreen="libglib-2.0.so.0:libglib2.0-0 libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0
    libfreetype.so.6:libfreetype6 libfontconfig.so.1:libfontconfig1 libdbus-1.so.3:libdbus-1-3"
windowed="libxkbcommon-x11.so.0:libxkbcommon-x11-0 libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4
    libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0"

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# $PYTHON where it is set, else the first python3 that is at least 3.11.
find_python() {
    local name
    if [ -n "${PYTHON-}" ]; then
        if command -v "$PYTHON" >/dev/null && "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$PYTHON"
            return
        fi
        stop "PYTHON=$PYTHON 不是能运行的 Python 3.11 或更新的版本。请写明命令名或完整路径，如 PYTHON=python3.13。"
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$name"
            return
        fi
    done
    stop "需要 Python 3.11 或更新的版本，本机没有找到。请先安装（Debian 12：apt-get install -y python3）。"
}

# Packages that this machine lacks, one line. Asked of the loader, not of dpkg: quicker, and true on any system.
missing_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    local wanted="$offscreen"
    if [ "$(id -u)" = 0 ] || [ -n "${DISPLAY-}" ]; then
        wanted="$wanted $windowed"
    fi
    # shellcheck disable=SC2086  # a list of words
    "$python" - $wanted <<'PYTHON'
import ctypes
import importlib.util
import sys

missing = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
for library, package in (word.split(":") for word in sys.argv[1:]):
    try:
        ctypes.CDLL(library)
    except OSError:
        missing.append(package)
print(" ".join(missing))
PYTHON
}

install_packages() {
    local line="apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null || stop "本机缺少系统组件（Debian 的包名）：$*。请用本机的软件管理工具安装后再运行一次。"
    [ "$(id -u)" = 0 ] || stop "本机缺少系统组件，请让管理员执行这一行，然后再运行一次：sudo sh -c 'apt-get update && $line'"
    export DEBIAN_FRONTEND=noninteractive
    printf '正在安装 Qt 需要的系统组件（约半分钟）：%s\n' "$*" >&2
    # shellcheck disable=SC2086  # a list of words
    { compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null && $line; } >.setup.log 2>&1 ||
        { apt-get update && $line; } >.setup.log 2>&1 ||
        { tail -n 20 .setup.log >&2; stop "系统组件没有装上，原因见上。可手工执行：$line"; }
    rm -f .setup.log
}

# What the environment was made from: the pins, this folder (an environment can't be moved), this Python.
recipe() {
    cat pyproject.toml requirements/constraints.txt | sha256sum
    printf '%s\n' "$PWD"
    "$python" -c 'import sys; print(sys.version, sys.base_prefix)'
}

# Passes pip's lines to the log; on a terminal one line shows which package it is at and rewrites itself.
show_progress() {
    local line word count=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >>.setup.log
        [ -t 2 ] || continue
        case "$line" in
        Collecting\ *)
            count=$((count + 1))
            word=${line#Collecting }
            printf '\r\033[K  第 %s 个软件包（共约 %s 个）：%s' "$count" "$packages" "${word%%[=<>;( ]*}" >&2
            ;;
        Installing\ collected\ *) printf '\r\033[K  下载完毕，正在安装…' >&2 ;;
        esac
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

make_environment() {
    local made_in packages
    packages=$(grep -c == requirements/constraints.txt || true)
    SECONDS=0
    if [ -e "$stamp" ]; then
        printf '依赖有变动，正在更新运行环境 %s（需要联网，一般不到一分钟）…\n' "$venv" >&2
    else
        printf '%s\n' "准备运行环境：在 $venv 里安装约 $packages 个软件包（占用磁盘约 550 MB）。" \
            "需要联网，一般要一到三分钟；以后只在依赖变动时才再做。" >&2
    fi
    made_in=$(sed -n 2,3p "$stamp" 2>/dev/null || true)
    if [ "${made_in:-$place}" != "$place" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear "$venv" >.setup.log 2>&1 || { cat .setup.log >&2; stop "没有建成 ${venv}，原因见上。"; }
    fi
    rm -f "$stamp"
    : >.setup.log
    "$venv/bin/python" -m pip install --no-input -c requirements/constraints.txt -e ".[$extras]" 2>&1 | show_progress ||
        { tail -n 20 .setup.log >&2; stop "依赖没有装全，原因见上。请检查网络（第一次需要联网下载）后再运行一次。"; }
    # Relative and so plain ASCII: Python reads .pth files in the locale's encoding, and this folder may have any name.
    local link
    for link in "$venv"/lib/python3*/site-packages/*haicang_desk.pth; do
        printf '../../../../src\n' >"$link"
    done
    "$venv/bin/python" scripts/quicken.py >/dev/null 2>&1 || true # only slower without
    printf '%s\n' "$recipe" >"$stamp.new"
    mv "$stamp.new" "$stamp"
    rm -f .setup.log
    printf '运行环境已备好，用时 %s 秒。\n' "$SECONDS" >&2
}

python=$(find_python)
exec 9<.
if command -v flock >/dev/null; then
    flock 9 # a second make waits here, and then finds all done
fi
missing=$(missing_packages)
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of words
    install_packages $missing
fi
recipe=$(recipe)
place=$(sed -n 2,3p <<<"$recipe")
if [ "$recipe" != "$(cat "$stamp" 2>/dev/null || true)" ]; then
    make_environment
fi
