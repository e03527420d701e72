"""Settings of the service, from the environment. `zhuye doctor` prints them."""

from __future__ import annotations

import difflib
import os
import re
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import ConfigurationError


class Settings(BaseSettings):
    """Every setting is an environment variable: its name here, in capitals, after `ZHUYE_`."""

    model_config = SettingsConfigDict(env_prefix="ZHUYE_", frozen=True)

    home: Path = Field(Path("var"), description="folder of run-time files: database, models, snapshots, reports")
    database_url: SecretStr | None = Field(None, description="a PostgreSQL server; unset: the embedded one in home")
    embedder: str | None = Field(None, description="sentence-transformers model by path or name; unset: our own")
    personal_data_key: SecretStr | None = Field(None, description="encrypts identifiers; unset: a key file in home")
    api_keys: SecretStr | None = Field(None, description="accepted bearer keys, comma between; unset: loopback only")
    host: str = Field("127.0.0.1", description="address that the API listens on")
    port: int = Field(8000, ge=1, le=65535, description="port that the API listens on")
    candidates: int = Field(50, ge=1, le=1000, description="candidates retrieved for each seeker")
    runs: Path | None = Field(
        None, description="folder of overnight runs; unset: home/runs; on a cluster, shared storage"
    )
    shard_seekers: int = Field(20_000, ge=1, description="seekers in one shard of the overnight run")
    scheduler: str | None = Field(None, description="Dask scheduler, tcp://host:8786; unset: match on this machine")
    device: Literal["cpu", "cuda"] = Field("cpu", description="where the overnight run makes and multiplies vectors")
    referrals_per_seeker: int = Field(3, ge=1, le=20, description="longest referral list of a seeker (L)")
    referrals_per_opening: int = Field(8, ge=1, le=20, description="most referrals to one opening (R)")
    exploration_share: float = Field(
        0.02, ge=0, le=1, description="chance that a place of a list goes by lot, at most 1 ÷ L; 0: never"
    )
    experiment: Path | None = Field(
        None, description="design file of the started experiment that nights obey; unset: none"
    )
    nightly_at: time | None = Field(
        time(2), description="when zhuye work re-matches everybody, HH:MM by this machine's clock; empty: never"
    )

    @field_validator("exploration_share")
    @classmethod
    def _at_most_one_place(cls, share: float, info: ValidationInfo) -> float:
        length = info.data.get("referrals_per_seeker")  # absent where it is wrong itself
        if length is not None and share * length > 1:
            raise ValueError(
                f"of a list at most one place goes by lot: with lists of {length} the share is at most {1 / length:.3g}"
            )
        return share

    @field_validator("nightly_at", mode="before")
    @classmethod
    def _read_time(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        found = re.fullmatch(r"(\d{1,2})[:：](\d{2})", value.strip())
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValueError("a time of day is written HH:MM, such as 02:00; empty means never")
        return time(int(found[1]), int(found[2]))

    @property
    def server_url(self) -> str | None:
        """URL of the PostgreSQL server; None for the embedded one."""
        return self.database_url.get_secret_value() if self.database_url else None

    @property
    def embedder_path(self) -> str:
        """The model that embeds: the one named, or the one that `zhuye train` saves."""
        return self.embedder or str(self.home / "models" / "embedder")

    @property
    def coder_path(self) -> Path:
        """Folder of the occupation coder's encoders, one a fingerprint; absent until the first use."""
        return self.home / "models" / "coder"

    @property
    def ranker_path(self) -> Path:
        """Folder of the trained two-sided ranker; absent while only the prior is known."""
        return self.home / "models" / "ranker"

    @property
    def trained_ranker(self) -> Path | None:
        """Folder of the ranker; None while only the prior is known."""
        return self.ranker_path.absolute() if self.ranker_path.exists() else None

    @property
    def runs_path(self) -> Path:
        """Folder of the overnight runs, one folder each."""
        return (self.runs or self.home / "runs").absolute()

    @property
    def market_path(self) -> Path:
        """Folder of the prepared market: snapshot and vector indexes."""
        return self.home / "market"

    @property
    def referral_logs_path(self) -> Path:
        """Folder of what is kept of each night to judge other policies by: candidates and propensities."""
        return self.home / "referral_logs"

    @property
    def reports_path(self) -> Path:
        """Folder of the reports of match runs and evaluations."""
        return self.home / "reports"

    @property
    def simulations_path(self) -> Path:
        """Folder of simulations of policies."""
        return self.home / "simulations"


def read_settings() -> Settings:
    """Settings from the environment.

    Raises
    ------
    ConfigurationError
        A value is not what it must be, or a variable begins with ZHUYE_ and is no setting (misspelt).
    """
    known = {f"ZHUYE_{name.upper()}" for name in Settings.model_fields}
    for variable in os.environ:
        if variable.startswith("ZHUYE_") and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1)
            raise ConfigurationError(
                f"the environment variable {variable} is no setting of Zhuye",
                remedy=f"did you mean {near[0]}?" if near else f"the settings are: {', '.join(sorted(known))}",
            )
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            f"ZHUYE_{str(first['loc'][0]).upper()} is {first['input']!r}: {first['msg']}",
            remedy="correct it, or unset it to use the default",
        ) from error
