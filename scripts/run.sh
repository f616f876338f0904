#!/usr/bin/env bash
# Opens the window; where there is no display, shows what it would show as pictures and documents in out/.
set -euo pipefail

cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
export PYTHONUTF8=1
python=${VENV:-.venv}/bin/python
if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
    exec "$python" -m haicang_desk "$@"
fi
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
exec "$python" scripts/offscreen_demo.py
