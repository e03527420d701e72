"""Licences as a table: what is held, until when, what is required, and what the rule says on 1 June 2026."""

from __future__ import annotations

import numpy as np
import pytest

from data.market import market_from_records
from matching import rules
from matching.eligibility import RULES, judge
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

F, P, U = rules.FAIL, rules.PASS, rules.UNKNOWN

CASES = [
    # held (code, last valid day), everything asked for?, required, verdict
    ([("DL-A1", None)], True, "DL-C1", P),  # the higher class includes the lower
    ([("DL-A2", None)], True, "DL-B2", P),
    ([("DL-B2", None)], True, "DL-C1", P),
    ([("DL-C1", None)], True, "DL-C2", P),
    ([("DL-C2", None)], True, "DL-C1", F),  # an automatic licence does not allow a gearbox
    ([("DL-C1", None)], True, "DL-B2", F),
    ([("DL-B2", None)], True, "DL-A2", F),  # a lorry is no articulated lorry
    ([("DL-A2", None)], True, "DL-A1", F),  # nor a coach
    ([("DL-D", None)], True, "DL-E", P),
    ([("DL-C1", "2026-05-31")], True, "DL-C1", F),  # expired yesterday
    ([("DL-C1", "2026-06-01")], True, "DL-C1", P),  # the last day counts
    ([("DL-A1", "2026-05-31"), ("DL-C1", None)], True, "DL-C1", P),
    ([("OP-ELEC-HIGH", None)], True, "OP-ELEC-LOW", F),  # two certificates of their own
    ([("OP-WELD", "2026-05-31")], False, "OP-WELD", U),  # perhaps renewed: ask
    ([], False, "SE-FORKLIFT", U),
    ([], True, "SE-FORKLIFT", F),
    ([], True, None, P),
]


@pytest.mark.parametrize(("held", "complete", "required", "verdict"), CASES)
def test_licence(held: list[tuple[str, str | None]], complete: bool, required: str | None, verdict: int) -> None:
    tables = {
        "seeker_credentials": [
            {"seeker_id": "S-1", "credential_code": code, "obtained_on": None, "expires_on": last}
            for code, last in held
        ],
        "vacancy_credentials": [{"vacancy_id": "V-1", "credential_code": required}] if required else [],
    }
    market = market_from_records(
        records(
            vacancies=[vacancy()],
            seekers=[seeker(credentials_complete=complete)],
            **{name: rows for name, rows in tables.items() if rows},
        ),
        AS_OF,
    )
    first = np.zeros(1, dtype=np.int32)
    verdicts = judge(market, first, first)
    bit = next(rule.bit for rule in RULES if rule.name == "credentials")
    found = F if verdicts.failed[0] >> bit & 1 else U if verdicts.unknown[0] >> bit & 1 else P
    assert found == verdict
