"""What a night did of an experiment: for its report and summary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArmNight:
    """One arm on one night: its policy (Chinese and English), seekers, how many have a referral, referrals."""

    arm: str
    arm_zh: str
    policy_zh: str
    policy_en: str
    seekers: int
    referred: int
    referrals: int


@dataclass(frozen=True)
class ExperimentNight:
    """The experiment that a night obeyed. `entered`: people who were new in it; `ends_on`: its last night."""

    name: str
    checksum: str
    ends_on: str
    entered: int
    arms: tuple[ArmNight, ...]
