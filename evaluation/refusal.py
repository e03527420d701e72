"""What stands where a figure would mislead: why there is none, or what to know before reading one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """No figure can be given from this data, and why; Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Caution:
    """A figure is given, and this limits what it says; Chinese and English."""

    zh: str
    en: str
