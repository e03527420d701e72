"""Invariants of what is recommended to people who want to start, over invented cities of wishes and support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import SeekerGroup, StartupStage
from data.reference.startup_support import load_startup_policy
from data.startup_columns import codes_in
from tests.data.records_for_tests import AS_OF, seeker
from tests.training_recs.entrepreneurship.startup_for_tests import (
    incubators,
    mentors,
    same_vectors,
    starters,
    wishes,
)
from training_recs.entrepreneurship.recommend_support import allocate_mentors, recommend_support
from training_recs.entrepreneurship.starters import Starters
from training_recs.entrepreneurship.support_worth import judge_support

POLICY = load_startup_policy(AS_OF)
PEOPLE = 12
STAGES, GROUPS = [str(one) for one in StartupStage], [str(one) for one in SeekerGroup]
TRADES = ["4-03-02-01", "4-01-02-03", "5-03-02-01", None]
DISTRICTS = ["220102", "220122", "220182", None]

some_stages = st.one_of(st.none(), st.lists(st.sampled_from(STAGES), min_size=1, unique=True).map("|".join))
wish = st.fixed_dictionaries(
    {
        "wants_to_start": st.booleans(), "occupation_code": st.sampled_from(TRADES),
        "stage": st.sampled_from([*STAGES, None]), "standings_complete": st.booleans(),
        "registered_on": st.sampled_from([None, "2026-01-01", "2023-01-01"]),
    }
)  # fmt: skip
incubator = st.fixed_dictionaries(
    {
        "occupations": st.sampled_from([None, "4", "4-03", "5-03|4-01-02"]), "admits_stages": some_stages,
        "admits_groups": st.one_of(st.none(), st.lists(st.sampled_from(GROUPS), min_size=1, unique=True).map("|".join)),
        "max_months_registered": st.sampled_from([None, 12, 36]), "district_code": st.sampled_from(DISTRICTS),
    }
)  # fmt: skip
mentor = st.fixed_dictionaries(
    {
        "occupations": st.sampled_from([None, "4", "4-03"]), "admits_stages": some_stages,
        "places": st.just(4), "places_free": st.integers(1, 3), "online": st.booleans(),
        "languages": st.sampled_from([None, "韩语", "普通话、韩语"]), "district_code": st.sampled_from(DISTRICTS),
    }
)  # fmt: skip


def city(told: list[dict[str, Any]], member: list[str]) -> Starters:
    """The people of these wishes: the first is no wish's, and each belongs to a group."""
    people = [seeker(seeker_id=f"S-{n:02d}", district_code=DISTRICTS[n % 3]) for n in range(len(told) + 1)]
    of_people = [{**one, "seeker_id": f"S-{n + 1:02d}"} for n, one in enumerate(told)]
    groups = {f"S-{n + 1:02d}": (member[n % len(member)],) for n in range(len(told))}
    return starters(wishes(*of_people), seekers=people, groups=groups)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(wish, min_size=1, max_size=PEOPLE), st.lists(st.sampled_from(GROUPS), min_size=1),
    st.lists(incubator, min_size=1, max_size=5),
)  # fmt: skip
def test_only_who_wants_is_recommended_and_only_what_takes_him(
    told: list[dict[str, Any]], member: list[str], offered: list[dict[str, Any]]
) -> None:
    found = city(told, member)
    wanting = {f"S-{n + 1:02d}" for n, one in enumerate(told) if one["wants_to_start"]}
    assert set(found.seekers["seeker_id"]) == wanting
    places = incubators(*({**one, "incubator_id": f"I-{n}"} for n, one in enumerate(offered)))
    n = len(found)
    judged = judge_support(found, places, same_vectors(n), same_vectors(len(places)), POLICY)
    listed = recommend_support(judged, limit=10)
    pairs = set(zip(listed["starter"], listed["place"], strict=True))
    for person in range(n):
        for place, term in enumerate(places.to_dict("records")):
            refused = refuses(term, found, person)
            assert ((person, place) in pairs) != refused


def refuses(term: dict[Any, Any], found: Starters, person: int) -> bool:
    """Whether an incubator's terms shut this person out beyond doubt, read off the records one by one."""
    one = found.wishes.iloc[person]
    code, stage, day = (
        None if pd.isna(one[name]) else one[name] for name in ("occupation_code", "stage", "registered_on")
    )
    if stage is None and day is not None:
        stage = "registered"
    trades, stages, groups = (codes_in(term[name]) for name in ("occupations", "admits_stages", "admits_groups"))
    if trades and code is not None and not any(f"{code}-".startswith(f"{trade}-") for trade in trades):
        return True
    if stages and stage is not None and stage not in stages:
        return True
    held = [group for bit, group in enumerate(GROUPS) if int(found.seekers["group_mask"].iloc[person]) >> bit & 1]
    if groups and one["standings_complete"] and not set(groups) & set(held):
        return True
    most = term["max_months_registered"]
    months = {"2026-01-01": 5, "2023-01-01": 41}.get(str(day)[:10])
    return not pd.isna(most) and months is not None and months > most


@settings(max_examples=12, deadline=None)
@given(st.lists(wish, min_size=1, max_size=PEOPLE), st.lists(mentor, min_size=1, max_size=4))
def test_mentors_have_no_more_people_than_places_and_one_person_sees_what_he_sees_among_all(
    told: list[dict[str, Any]], offered: list[dict[str, Any]]
) -> None:
    found = city(told, GROUPS)
    table = mentors(*({**one, "mentor_id": f"M-{n}"} for n, one in enumerate(offered)))
    n, m = len(found), len(table)
    rng = np.random.default_rng(7)
    people, known = (rng.standard_normal((size, 3)).astype(np.float32) for size in (n, m))
    judged = judge_support(found, table, people, known, POLICY)
    allocation = allocate_mentors(found, table, people, known, POLICY)
    has_one = allocation.mentor[allocation.mentor >= 0]
    assert (np.bincount(has_one, minlength=m) <= table["places_free"].to_numpy("int64")).all()
    assert all(judged.failed[person, mentor] == 0 for person, mentor in enumerate(allocation.mentor) if mentor >= 0)
    assert n == 0 or allocation.certificate > 0.99
    together = recommend_support(judged, allocation.price, limit=3)
    for person in range(n):
        one = slice(person, person + 1)
        alone = recommend_support(
            judge_support(found.rows(one), table, people[one], known, POLICY), allocation.price, limit=3
        )
        of_all = together[together["starter"] == person].reset_index(drop=True).assign(starter=np.int32(0))
        pd.testing.assert_frame_equal(alone, of_all)


@pytest.mark.parametrize("free", [1, 2, 3])
def test_scarce_places_go_to_whom_they_suit_best(free: int) -> None:
    cooks = [{"seeker_id": f"S-{n}"} for n in range(3)]
    grocer = {"seeker_id": "S-3", "occupation_code": "4-01-02-03"}
    found = starters(wishes(*cooks, grocer), seekers=[seeker(seeker_id=f"S-{n}") for n in range(4)])
    allocation = allocate_mentors(found, mentors({"places_free": free}), same_vectors(4), same_vectors(1), POLICY)
    assert (allocation.mentor[:3] == 0).sum() == free
    assert allocation.mentor[3] == -1
    assert (allocation.price[0] > 0) == (free < 4)
