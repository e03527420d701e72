"""The groups that figures are given for, their names, and from what size on a group is reported."""

from __future__ import annotations

from data.records import GROUP_NAMES_ZH, SeekerGroup

EVERYONE = "everyone"
SMALLEST_CELL = 10
"""Groups of fewer people are not reported (disclosure control)."""


def reported_groups(groups: dict[str, int]) -> dict[str, int]:
    """`groups` with everyone first, then as `SeekerGroup` lists them: stored as JSON their order is lost."""
    return {group: groups[group] for group in (EVERYONE, *map(str, SeekerGroup)) if group in groups}


def group_name_zh(group: str) -> str:
    """Chinese name of a group, or of everyone."""
    return "全体" if group == EVERYONE else GROUP_NAMES_ZH[SeekerGroup(group)]
