"""Names of occupations and their groups."""

from __future__ import annotations

from data.reference.occupations import group_names, load_occupations


def test_groups_are_named_by_their_own_row_or_by_their_only_occupation() -> None:
    names = group_names()
    assert names["6"] == "生产制造及有关人员"
    assert names["4-01-02"] == "销售人员"
    assert names["4-01-01"] == "采购员"  # of this group the classification has one row, the occupation's
    assert all(names.values())


def test_hardly_any_minor_group_stays_without_a_name() -> None:
    groups = load_occupations()["code"].str.rsplit("-", n=1).str[0].unique()
    assert sum(group not in group_names() for group in groups) <= 7
