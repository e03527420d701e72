"""Names of occupations and their groups."""

from __future__ import annotations

from data.reference.occupations import group_names, load_occupations, without_mark


def test_groups_are_named_by_their_own_row_or_by_their_only_occupation() -> None:
    names = group_names()
    assert names["6"] == "生产制造及有关人员"
    assert names["4-01-02"] == "销售人员"
    assert names["4-01-01"] == "采购员"  # of this group the classification has one row, the occupation's
    assert all(names.values())


def test_people_see_names_without_the_marks_for_green_and_digital_occupations() -> None:
    table = load_occupations().set_index("code")
    assert table["name"][["5-02-03-01", "2-02-02-07", "4-06-01-04"]].tolist() == [
        "护林员", "地理信息系统工程技术人员", "智能楼宇管理员",
    ]  # fmt: skip
    everything = [*table["name"], *table["aliases"].str.split("|").explode(), *group_names().values()]
    assert [name for name in everything if without_mark(name) != name] == []
    assert "首席执行官CEO" in table["aliases"]["1-06-01-02"].split("|")  # no mark
    assert "SMT" in "".join(table["aliases"])
    assert table["aliases"]["4-01-06-02"].split("|").count("互联网营销师") == 1


def test_hardly_any_minor_group_stays_without_a_name() -> None:
    groups = load_occupations()["code"].str.rsplit("-", n=1).str[0].unique()
    assert sum(group not in group_names() for group in groups) <= 7
