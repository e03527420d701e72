"""An experiment's analysis as files: JSON with everything, CSV with the effects."""

from __future__ import annotations

import json
from pathlib import Path

from api.jobs.evaluation.experiment_evidence import ExperimentEvidence
from data.whole_file import whole_file
from evaluation.experiments.analysis import ExperimentAnalysis


def write_results(evidence: ExperimentEvidence, folder: Path) -> Path:
    """Write `experiment-NAME.csv` and, beside it, `.json`; returns the JSON's path."""
    analysis = evidence.analysis
    assert isinstance(analysis, ExperimentAnalysis)
    path = folder / f"experiment-{analysis.design.name}.json"
    tables = {"effects": analysis.effects, "balance": analysis.balance, "conduct": analysis.conduct}
    content = {
        "experiment": analysis.design.name,
        "design_checksum": analysis.design.checksum,
        "observed_until": analysis.observed_until.isoformat(),
        "is_interim": analysis.is_interim,
        "people": analysis.people,
        "entered": analysis.of,
        "cautions": [{"zh": caution.zh, "en": caution.en} for caution in analysis.cautions],
        **{name: json.loads(table.to_json(orient="records", force_ascii=False)) for name, table in tables.items()},
    }
    with whole_file(path) as fresh:
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with whole_file(path.with_suffix(".csv")) as fresh:
        fresh.write_text("\ufeff" + analysis.effects.to_csv(index=False), encoding="utf-8")
    return path
