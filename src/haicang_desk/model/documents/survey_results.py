"""The results of satisfaction surveys, by group and in total, and the texts of award scores. forms.md §6, R24."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Survey, SurveyGroup

LEVELS = ("excellent", "good", "fair", "poor", "bad")
_POINTS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """Valid ballots at each level, from 非常满意 to 非常不满意."""

    counts: tuple[int, ...] = (0, 0, 0, 0, 0)

    @property
    def ballots(self) -> int:
        """The number of valid ballots."""
        return sum(self.counts)

    @property
    def pleased(self) -> int:
        """满意率的分子：非常满意、满意。"""
        return sum(self.counts[:2])

    @property
    def accepting(self) -> int:
        """基本满意以上。"""
        return sum(self.counts[:3])

    @property
    def points(self) -> str:
        """平均分折百分制, with two decimals, half up; "" without ballots."""
        if not self.ballots:
            return ""
        whole = sum(count * point for count, point in zip(self.counts, _POINTS, strict=True)) * 20 * 100
        hundredths = (2 * whole + self.ballots) // (2 * self.ballots)
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def survey_result(surveys: Iterable[Survey]) -> SurveyResult:
    """The sum of all ballots."""
    surveys = tuple(surveys)
    return SurveyResult(tuple(sum(getattr(each, name) or 0 for each in surveys) for name in LEVELS))


def by_group(surveys: Iterable[Survey]) -> Mapping[SurveyGroup, SurveyResult]:
    """The result of every group of the policy, with or without ballots."""
    surveys = tuple(surveys)
    return {group: survey_result(each for each in surveys if each.group is group) for group in SurveyGroup}


def score_text(score: Fraction | None) -> str:
    """A score with at most two decimals, rounded half up once; "" for none."""
    if score is None:
        return ""
    hundredths = int(score * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def weights_text(policy: Policy) -> str:
    """The weights of the two scores of an award (R25)."""
    resident, expert = (policy.share(f"award_{who}_weight") * 100 for who in ("resident", "expert"))
    return f"居民 {resident}%，专家 {expert}%"
