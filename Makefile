# Every target sets up what it needs by itself; the first time needs the network.
# GNU make; paths with spaces are safe because every recipe runs in this folder and uses relative paths.

# make test PYTHON=python3.13: that interpreter instead of the machine's, in an environment of its own, .venv-3.13.
PYTHON :=
VENV := .venv$(if $(PYTHON),-$(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'))
VENV_PYTHON := $(VENV)/bin/python
export PYTHON VENV
export PYTHONUTF8 := 1
# No screen, and a locale that every Debian has: the same run on any machine.
OFFSCREEN := LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen

# A test that waits for ever shows where, and ends its process; the others go on in a new one.
ENDED_IF_HUNG := -o faulthandler_timeout=240 -o faulthandler_exit_on_timeout=true

.PHONY: run test demo check bench screenshots pages judge soak mutants build fonts setup clean help

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: ## only prepare .venv
	@bash scripts/setup.sh

run: setup ## open the window (no display: pictures and documents in out/)
	@bash scripts/run.sh

test: setup ## every test but the soak
	@$(OFFSCREEN) $(VENV_PYTHON) -m pytest -q -n auto

demo: setup ## a street's whole year, every document, in out/
	@$(OFFSCREEN) $(VENV_PYTHON) -m haicang_desk demo out

check: setup ## format, lint, types, tests; in the one run files behave as on Windows
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m mypy
	@$(dir $(VENV_PYTHON))lint-imports
	@$(OFFSCREEN) $(VENV_PYTHON) -m pytest -q -n auto --like-windows $(ENDED_IF_HUNG)

bench: setup ## how fast it is
	@$(OFFSCREEN) $(VENV_PYTHON) bench/run.py

screenshots: demo ## pictures of every main screen in out/screenshots
	@$(OFFSCREEN) $(VENV_PYTHON) -m haicang_desk.ui.shell.screenshots out/demo.db out/screenshots

pages: setup ## the reference pictures of papers and screens anew; look at them before they are kept
	@$(VENV_PYTHON) -m tests.documents.reference
	@$(OFFSCREEN) $(VENV_PYTHON) -m tests.ui.reference

judge: setup ## every document held against judges of PDF and PDF/A, where they are installed
	@$(VENV_PYTHON) scripts/judge_pdfs.py

soak: setup ## the long tests: kills, faults, monkeys
	@$(OFFSCREEN) $(VENV_PYTHON) -m pytest -q -m soak

mutants: setup ## change the rules in small ways and see whether a test fails; MODULES="money rules/quota", none: all
	@$(OFFSCREEN) $(VENV_PYTHON) scripts/mutation.py --write $(MODULES)

build: ## a folder that runs without Python: dist/haicang-desk
	@bash scripts/setup.sh build
	@$(VENV_PYTHON) -m PyInstaller --noconfirm --log-level WARN build.spec

fonts: ## make resources/fonts and resources/fonts-rare again from the published packages
	@python3 -m venv build/fonts/venv
	@build/fonts/venv/bin/pip install -q -r requirements/fonts.txt
	@build/fonts/venv/bin/python scripts/make_fonts.py build/fonts
	@build/fonts/venv/bin/python scripts/make_rare_fonts.py build/fonts

clean: ## remove what the other targets made
	rm -rf .venv .venv-* out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
