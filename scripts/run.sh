#!/usr/bin/env bash
# Opens the window; where there is no display, shows what it would show as pictures and documents in out/.
set -euo pipefail

cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
export PYTHONUTF8=1
if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
    exec .venv/bin/python -m haicang_desk "$@"
fi
printf '%s\n' "没有图形显示，不能打开窗口：改为把演示台账、全部文书和各主要界面的截图放到 out/。"
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
.venv/bin/python -m haicang_desk demo out
.venv/bin/python -m haicang_desk.ui.screenshots out/demo.db out/screenshots
