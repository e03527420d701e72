"""How much of the market lists reach: seekers who have one, vacancies that somebody is shown, evenness of exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.match_run.expected_placements import normalised_entropy


@dataclass(frozen=True)
class ListCoverage:
    """Reach of a set of lists.

    Attributes
    ----------
    seekers, vacancies
        Of the market.
    seekers_with_list, vacancies_shown
        Of those, how many have a list, and how many are in one.
    exposure_entropy
        Entropy of the shares of exposure over all vacancies ÷ its maximum: 1 equal, 0 all to one.
    """

    seekers: int
    vacancies: int
    seekers_with_list: int
    vacancies_shown: int
    exposure_entropy: float

    @property
    def seeker_share(self) -> float:
        """Share of seekers who have a list; NaN without seekers."""
        return self.seekers_with_list / self.seekers if self.seekers else float("nan")

    @property
    def vacancy_share(self) -> float:
        """Share of vacancies that are in a list; NaN without vacancies."""
        return self.vacancies_shown / self.vacancies if self.vacancies else float("nan")


def list_coverage(
    seeker: npt.NDArray[np.integer], vacancy: npt.NDArray[np.integer], *, seekers: int, vacancies: int
) -> ListCoverage:
    """Reach of lists given as pairs of market rows, int (pairs,); `seekers` × `vacancies` is the market's size."""
    shown = np.bincount(vacancy, minlength=vacancies)
    return ListCoverage(seekers, vacancies, len(np.unique(seeker)), int((shown > 0).sum()), normalised_entropy(shown))
