"""Write resources/calendar/YEAR.toml from the `holidays` library, for the years that the State Council announced.

Run: python scripts/make_calendar.py. The library computes any year; only the years in its table of published
changes follow a notice of the State Council, so only those are written.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from holidays.countries.china import China, ChinaStaticHolidays

FIRST = 2018  # the policy's first fund year
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "calendar"


def table(year: int) -> str:
    """The content of one file: days off, and weekend days that are worked."""
    holidays = China(years=year, language="zh_CN")
    off = sorted(day for day in holidays if day.year == year)
    worked = sorted(day for day in holidays.weekend_workdays if day.year == year)
    return (
        f"# 国务院办公厅关于{year}年部分节假日安排的通知\n"
        f"off = [\n{listed(off, holidays)}]\n"
        f"# 调休上班的休息日\nworked = [\n{listed(worked)}]\n"
    )


def listed(days: list[date], names: China | None = None) -> str:
    """Days as lines of a TOML list, with the name of the holiday as a comment."""
    lines = []
    for day in days:
        name = names[day].split("（")[0] if names else ""
        lines.append(f"    {day.isoformat()},{f'  # {name}' if name else ''}\n")
    return "".join(lines)


def main() -> None:
    """Write one file a year, from 2018 on."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for year in sorted(ChinaStaticHolidays.special_public_holidays):
        if year >= FIRST:
            (FOLDER / f"{year}.toml").write_text(table(year), encoding="utf-8")


if __name__ == "__main__":
    main()
