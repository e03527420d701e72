"""The groups that figures are given for, their names, and from what size on a group is reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.records import GROUP_NAMES_ZH, SeekerGroup

EVERYONE = "everyone"
SMALLEST_CELL = 10
"""Groups of fewer people are not reported (disclosure control)."""


def members_by_group(group_mask: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.bool_]]:
    """Who is in each group, everyone first: bool (people,). Bit = order in `SeekerGroup`."""
    of_group = {str(group): (group_mask >> bit) & 1 == 1 for bit, group in enumerate(SeekerGroup)}
    return {EVERYONE: np.ones(len(group_mask), dtype=bool), **of_group}


def reported_groups(groups: dict[str, int]) -> dict[str, int]:
    """`groups` with everyone first, then as `SeekerGroup` lists them: stored as JSON their order is lost."""
    return {group: groups[group] for group in (EVERYONE, *map(str, SeekerGroup)) if group in groups}


def group_name_zh(group: str) -> str:
    """Chinese name of a group, or of everyone."""
    return "全体" if group == EVERYONE else GROUP_NAMES_ZH[SeekerGroup(group)]
