"""Design files: written once, readable by people and machines, and refused when anything in them was changed."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.errors import ConflictError, DataError, NotFoundError
from data.records import EvidenceTier
from data.whole_file import whole_file
from evaluation.experiments.analysis_plan import analysis_plan
from evaluation.experiments.design import ARM_NAMES, DesignedMarket, DetectableEffect, ExperimentDesign
from matching.arm_referrals import ArmPolicy, ArmRule

VERSION = 1


def write_design(design: ExperimentDesign, path: Path) -> ExperimentDesign:
    """Write the design's file, whole or not at all; returns the design with its checksum.

    Raises
    ------
    ConflictError
        There is a file of that name already: a design is not written over.
    """
    if path.exists():
        raise ConflictError(f"{path} exists", remedy="give the new design another name; an old one stays as it is")
    content = _content(design)
    text = json.dumps({**content, "checksum": checksum(content)}, ensure_ascii=False, indent=1, default=str)
    with whole_file(path) as fresh:
        fresh.write_text(text + "\n", encoding="utf-8")
    return read_design(path)


def read_design(path: Path) -> ExperimentDesign:
    """The design in a file.

    Raises
    ------
    NotFoundError
        There is no such file.
    DataError
        It is no design, or was changed after it was written.
    """
    if not path.is_file():
        raise NotFoundError(f"no experiment design in {path}", remedy="write one: zhuye experiment design")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        stated = content.pop("checksum")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} is no experiment design: {error}", remedy="write one: zhuye experiment design"
        ) from error
    if checksum(content) != stated:
        raise DataError(
            f"{path} was changed after it was written: its content is not what its checksum says",
            remedy="restore the file as it was; a changed plan is a new experiment under a new name",
        )
    try:
        return _design(content, stated)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} is not laid out as this release writes designs: {error}", remedy="use the release that wrote it"
        ) from error


def checksum(content: dict[str, Any]) -> str:
    """SHA-256 of a design's content, wherever its lines break."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode("utf-8")).hexdigest()


def _content(design: ExperimentDesign) -> dict[str, Any]:
    plan = analysis_plan(design)
    return {
        "version": VERSION,
        "what_this_is": {
            "zh": "市场随机试验的设计，开始前写定。内容有任何改动，系统即拒绝执行和分析。",
            "en": "Design of an experiment over markets, fixed before its start. If anything in it is changed, the "
            "system neither runs nor analyses it.",
        },
        "name": design.name,
        "hypothesis": {"zh": design.hypothesis_zh, "en": design.hypothesis_en},
        "written_at": design.written_at.isoformat(timespec="seconds"),
        "starts_on": design.starts_on.isoformat(),
        "ends_on": design.ends_on.isoformat(),
        "primary_outcome": {
            "zh": plan.outcome_zh,
            "en": plan.outcome_en,
            "horizon_days": design.horizon_days,
            "weakest_evidence_tier": int(design.proof),
        },
        "arms": {
            name: {"policy": str(rule.policy), "per_seeker": rule.per_seeker, "per_opening": rule.per_opening}
            for name, rule in zip(ARM_NAMES, design.arms, strict=True)
        },
        "saturations": [str(share) for share in design.saturations],
        "seed": design.seed,
        "analysis_plan": {"zh": list(plan.steps_zh), "en": list(plan.steps_en)},
        "leakage": {
            "zh": "跨市场的比例：推荐（上次匹配的、各人最优的）及上限、名单中的组合（按预计成功率加权）、过去的就业。",
            "en": "Share that crosses markets: of referrals (of the run, and of everyone's own best) and its limit, of "
            "listed pairs weighted by their chance, and of past placements.",
            "referrals": design.leakage,
            "limit": design.leakage_limit,
            "listed_pairs": design.leakage_of_candidates,
            "past_placements": design.leakage_of_placements,
        },
        "past": {"placement_rate": design.past_rate, "intracluster_correlation": design.icc},
        "power": [
            {
                "contrast": row.contrast, "saturation": str(row.saturation), "markets": row.markets,
                "control_markets": row.control_markets, "minimal_detectable_effect": row.effect,
            }
            for row in design.power
        ],
        "designed_from": design.market_of,
        "occupation_level": design.level,
        "markets": [
            {
                "name": market.name, "name_zh": market.name_zh, "saturation": str(market.saturation),
                "stratum": market.stratum, "seekers": market.seekers, "vacancies": market.vacancies,
                "past_people": market.past_people, "past_placed": market.past_placed, "cells": " ".join(market.cells),
            }
            for market in design.markets
        ],
    }  # fmt: skip


def _design(content: dict[str, Any], stated: str) -> ExperimentDesign:
    if content["version"] != VERSION:
        raise ValueError(f"version {content['version']}")
    outcome, control, treatment = content["primary_outcome"], *(content["arms"][name] for name in ARM_NAMES)
    return ExperimentDesign(
        name=content["name"],
        hypothesis_zh=content["hypothesis"]["zh"],
        hypothesis_en=content["hypothesis"]["en"],
        written_at=datetime.fromisoformat(content["written_at"]),
        starts_on=date.fromisoformat(content["starts_on"]),
        ends_on=date.fromisoformat(content["ends_on"]),
        horizon_days=outcome["horizon_days"],
        proof=EvidenceTier(outcome["weakest_evidence_tier"]),
        arms=(_rule(control), _rule(treatment)),
        level=content["occupation_level"],
        markets=tuple(_market(market) for market in content["markets"]),
        saturations=tuple(Fraction(share) for share in content["saturations"]),
        seed=content["seed"],
        leakage=content["leakage"]["referrals"],
        leakage_of_candidates=content["leakage"]["listed_pairs"],
        leakage_limit=content["leakage"]["limit"],
        leakage_of_placements=content["leakage"]["past_placements"],
        past_rate=content["past"]["placement_rate"],
        icc=content["past"]["intracluster_correlation"],
        power=tuple(
            DetectableEffect(
                row["contrast"], Fraction(row["saturation"]), row["markets"], row["control_markets"],
                row["minimal_detectable_effect"],
            )
            for row in content["power"]
        ),
        market_of=content["designed_from"],
        checksum=stated,
    )  # fmt: skip


def _rule(arm: dict[str, Any]) -> ArmRule:
    return ArmRule(ArmPolicy(arm["policy"]), arm["per_seeker"], arm["per_opening"])


def _market(market: dict[str, Any]) -> DesignedMarket:
    return DesignedMarket(
        **{**market, "cells": tuple(market["cells"].split()), "saturation": Fraction(market["saturation"])}
    )
