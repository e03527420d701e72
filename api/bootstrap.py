"""Opens what the service works with. Heavy libraries are loaded by the function that needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from api.service_settings import Settings
from data.storage.database import migrate, open_database

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from sentence_transformers import SentenceTransformer
    from sqlalchemy import Engine

    from api.course_desk import CourseDesk
    from api.prepared_market import PreparedMarket
    from api.startup_desk import StartupDesk
    from data.storage.personal_data import PersonalDataKey
    from models.fused_similarity import FusedSimilarity
    from models.occupation_coder import OccupationCoder
    from models.ranker import Ranker


@dataclass(frozen=True)
class Services:
    """The opened parts of one installation; each model is loaded at its first use and then kept."""

    settings: Settings
    engine: Engine

    @cached_property
    def embedder(self) -> SentenceTransformer:
        """The embedding model.

        Raises
        ------
        UnavailableError
            There is none yet: the message says how to get one.
        """
        from models.embedder import load_embedder

        return load_embedder(self.settings.embedder_path)

    @cached_property
    def fused_similarity(self) -> FusedSimilarity:
        """Likeness of short texts by meaning and words."""
        from models.fused_similarity import build_fused_similarity

        return build_fused_similarity(self.embedder)

    @cached_property
    def task_vectors(self) -> npt.NDArray[np.float32]:
        """Vectors of the definitions and tasks of all occupations, float32 (occupations, d)."""
        from models.embedder import encode
        from models.job_text import occupation_texts

        return encode(self.embedder, occupation_texts())

    @cached_property
    def course_desk(self) -> CourseDesk:
        """The courses that can be begun, kept up to date."""
        from api.course_desk import CourseDesk

        return CourseDesk(self)

    @cached_property
    def startup_desk(self) -> StartupDesk:
        """Incubators and mentors, and the allocation of mentors, kept up to date."""
        from api.startup_desk import StartupDesk

        return StartupDesk(self)

    @cached_property
    def personal_data_key(self) -> PersonalDataKey:
        """The key that encrypts identifiers of persons."""
        from data.storage.personal_data import open_key

        configured = self.settings.personal_data_key
        return open_key(self.settings.home, configured.get_secret_value() if configured else None)

    @cached_property
    def coder(self) -> OccupationCoder:
        """The occupation coder; its encoder is trained (half a minute) and saved at the first use."""
        from rich.console import Console

        from data.whole_folder import whole_folder
        from models.embedder import load_embedder
        from models.occupation_coder import build_occupation_coder, coder_fingerprint, train_coder_encoder

        folder = self.settings.coder_path / coder_fingerprint()
        if not folder.exists():
            told = "首次使用：训练职业编码器，约半分钟 / first use: the occupation coder is trained, half a minute"
            with Console(stderr=True).status(told), whole_folder(folder) as fresh:
                train_coder_encoder().save(str(fresh), create_model_card=False)
        return build_occupation_coder(load_embedder(str(folder)))

    @cached_property
    def ranker(self) -> Ranker:
        """The trained two-sided ranker, or the documented prior where no history was learnt from."""
        from models.ranker import load_ranker, prior_ranker

        folder = self.settings.ranker_path
        return load_ranker(folder) if folder.exists() else prior_ranker()

    def prepared_market(self, today: date) -> PreparedMarket:
        """The prepared market; made and saved first where there is none, or where it is of another day or model."""
        from api.prepared_market import open_prepared, prepare_market, save_prepared
        from data.errors import DataError, NotFoundError
        from models.embedder import embedder_fingerprint

        try:
            prepared = open_prepared(self.settings.market_path)
        except (NotFoundError, DataError):
            prepared = None
        fingerprint = embedder_fingerprint(self.settings.embedder_path)
        if prepared is None or (prepared.market.as_of, prepared.embedder) != (today, fingerprint):
            prepared = prepare_market(self.engine, self.embedder, today, fingerprint=fingerprint)
            save_prepared(prepared, self.settings.market_path)
        return prepared


def open_services(settings: Settings) -> Services:
    """Open (and where needed start and migrate) the database of this installation."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.home, settings.server_url)
    migrate(engine)
    return Services(settings=settings, engine=engine)
