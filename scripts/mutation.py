"""Mutation testing: change the rules in small ways, one at a time, and see whether a test fails.

Run: python scripts/mutation.py [--write] [MODULE[:LINE] …] (names under src/haicang_desk/model; none: all of TARGETS).
Every mutant is tried in a process of its own, forked from one that has collected the tests; where the change takes
effect at import, from one that has not. Prints each survivor that survivors.toml does not explain, then
how many were killed, and fails if there was one, or an explanation without a survivor. ``--write`` puts the figures
of these modules into docs/mutants.md.
"""

from __future__ import annotations

import os
import re
import sys
import time
import tomllib
from pathlib import Path

import hypothesis

from mutant_generation import Mutant
from mutant_trials import MODEL, TestsFail, survivors

ROOT = Path(__file__).resolve().parents[1]
REASONS = ROOT / "scripts/survivors.toml"
PAGE = ROOT / "docs/mutants.md"
HEAD = """# What the tests notice

Each mutant is one small change to a module: another comparison, one more or less, a condition turned round or left
out, a finding not given, another name of a field. It is killed when a test fails. What survives is listed with the
reason why no test can tell it from the code as it is. Made by

```sh
make mutants                       # everything
make mutants MODULES=rules/step_order   # one module
```

which fails if a survivor has no reason in `scripts/survivors.toml`, or a reason no survivor. Why neither mutmut nor
cosmic-ray: [dependencies.md](dependencies.md).

| module | mutants | killed | share | survived |
| --- | ---: | ---: | ---: | ---: |
"""

TARGETS = {  # module -> the tests that should notice, wherever they stand below tests/
    "values/money": ("test_money.py",),
    "values/calendar": ("test_calendar.py", "rules/test_delivery_deadlines.py"),
    "funding": ("test_funding.py", "rules/test_funding_limits.py"),
    "values/ratios": ("test_ratios.py",),
    "policy/word_lists": ("rules/test_exclusions.py",),
    "services/forecast": ("test_forecast.py",),
    "rules/remedies": ("test_forecast.py",),
    "policy/parameters": ("test_policy.py",),
    "findings": ("test_findings.py",),
    "casefile": ("test_stage.py", "test_casefile.py", "test_project_totals.py"),
    "balances": ("test_project_totals.py", "test_register_cache.py"),
    "services/evaluation": ("test_parallel.py", "test_evaluation.py", "rules/test_in_the_store.py"),
    "workflow": ("test_workflow.py", "test_step_history.py", "test_stage.py"),
    "services/steps": ("test_workflow.py", "test_steps.py", "test_refused_steps.py"),
    "services/editing": ("test_editing.py", "test_drafting.py"),
    "services/undo": ("test_undo.py",),
}
RULES = {
    path.stem: (f"rules/test_{path.stem}.py",)
    for path in sorted((MODEL / "rules").glob("[a-z]*.py"))
    if path.stem not in ("engine", "remedies")
} | {
    "step_order": ("rules/test_step_order.py", "rules/test_delivery_deadlines.py"),
    "checks": ("rules/test_year_round.py",),
    "satisfaction": ("rules/test_year_round.py",),
    "year_calendar": ("rules/test_year_round.py",),
    "street_year": ("rules/test_street_year.py", "rules/test_year_round.py"),
    "final_accounts": ("rules/test_final_accounts.py", "rules/test_payment_limits.py"),
}
TARGETS["rules/engine"] = ("rules/test_catalogue.py", "rules/test_engine.py", "rules/test_in_the_store.py")
TARGETS |= {f"rules/{name}": (*tests, "rules/test_guards.py") for name, tests in RULES.items()}


def test_file(name: str) -> Path:
    """The test file that ends in this path. Raises ValueError unless there is exactly one."""
    (path,) = (ROOT / "tests").rglob(name)
    return path


def main(arguments: list[str]) -> int:
    """Try the modules named, or all. Returns 1 where a survivor has no reason, or a reason no survivor."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", max_examples=40, derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")
    os.chdir(ROOT)
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    names = [name for name in arguments if name != "--write"] or list(TARGETS)
    tried = left = wrong = 0
    for name in names:
        module, _, only = name.partition(":")
        known, began = reasons.get(module, {}), time.monotonic()
        try:
            number, survived = survivors(module, [str(test_file(test)) for test in TARGETS[module]], only)
        except TestsFail as why:
            print(why, flush=True)
            wrong += 1
            continue
        reason = {mutant: known.get(mutant.name) or known.get(mutant.line, "") for mutant in survived}
        unexplained = [mutant for mutant in survived if not reason[mutant]]
        idle = () if only else known.keys() - {name for mutant in survived for name in (mutant.name, mutant.line)}
        for mutant in unexplained:
            print(f"{module}:{mutant.lineno}: {mutant.line}\n    {mutant.change}", flush=True)
        for key in idle:
            print(f"{module}: explained, but noticed or gone: {key}", flush=True)
        tried, left, wrong = tried + number, left + len(survived), wrong + len(unexplained) + len(idle)
        print(f"{module}: {summary(number, len(survived))}, {time.monotonic() - began:.0f} s", flush=True)
        if "--write" in arguments and not only:
            write(module, number, reason)
    print(f"all: {summary(tried, left)}")
    return int(wrong > 0)


def summary(tried: int, left: int) -> str:
    """Numbers of mutants and survivors, and the share killed."""
    return f"{tried} mutants, {left} survived, {100 * (tried - left) / max(tried, 1):.1f} % killed"


def write(module: str, tried: int, survived: dict[Mutant, str]) -> None:
    """Put the figures and survivors of one module into docs/mutants.md; those of other modules stay."""
    figures, sections = {}, {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else ():
        name, _, rest = section.partition("\n")
        figures[name] = tuple(int(number) for number in re.findall(r"\d+", rest.splitlines()[1])[:2])
        sections[name] = rest.strip()
    figures[module] = tried, len(survived)
    lines = [f"{tried} mutants, {len(survived)} survived."]
    lines += [f"- `{mutant.line}` — {mutant.change}: {why or 'not explained'}" for mutant, why in survived.items()]
    sections[module] = "\n".join([lines[0], *([""] if survived else []), *lines[1:]])
    names = [name for name in TARGETS if name in figures]
    rows = [_row(f"[{name}](#{name.replace('/', '')})", *figures[name]) for name in names]
    rows.append(_row("**all**", *(sum(figures[name][n] for name in names) for n in (0, 1))))
    parts = [HEAD + "\n".join(rows), *(f"## {name}\n\n{sections[name]}" for name in names)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _row(name: str, tried: int, left: int) -> str:
    return f"| {name} | {tried} | {tried - left} | {100 * (tried - left) / max(tried, 1):.1f} % | {left} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
