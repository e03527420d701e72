"""Estimators of the effect of training against a real experiment, beside published figures, with the placebo test.

`python -m benchmarks.bench_training_effect [--data DIR]`

National Supported Work (LaLonde 1986; the sample of Dehejia & Wahba 1999): training was given by lot, so the effect on
earnings of 1978 is known. The lot's untrained are then thrown away, and each estimator must do with a survey's people
(PSID) instead. The same on earnings of 1975, before the training, is the placebo. All in US dollars.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.results import data_folder, write_section
from evaluation.refusal import Refusal
from evaluation.training_effect.difference_in_means import difference_in_means
from evaluation.training_effect.doubly_robust import doubly_robust_scores
from evaluation.training_effect.e_value import e_value_of_effect
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.every_estimator import Estimate, every_estimator
from evaluation.training_effect.group_effects import group_effects
from evaluation.training_effect.overlap import Overlap, OverlapLimits, common_support, judge_overlap
from evaluation.training_effect.placebo_test import PlaceboTest, placebo_test
from evaluation.training_effect.propensity import fit_propensity
from evaluation.training_effect.regression_adjustment import regression_adjustment
from evaluation.training_effect.training_records import TrainingRecords
from evaluation.training_effect.unobserved_confounding import AdjustedEstimate, Robustness, as_strong_as, robustness

ALWAYS = ("age", "education", "black", "hispanic", "married", "nodegree")
EARLIER = ("re74", "re75", "u74", "u75")
BEFORE_PLACEBO = ("re74", "u74")
EXPERIMENTS = {"nsw_dw": 1794, "nsw": 886}
PUBLISHED = {
    "difference in means": ("−15,205 (656)", "−17,531 (361)"),
    "regression": ("4 (854)", "−2,757 (589)"),
    "Oaxaca–Blinder": ("688 (635)", "−2,641 (367)"),
    "covariate matching": ("2,255 (1,404)", "−1,914 (805)"),
    "propensity matching": ("2,241 (762)", ""),
    "inverse probability weighting": ("665 (899)", "−3,285 (736)"),
    "doubly robust, linear": ("45 (797), elastic net", "−2,484 (499)"),
    "doubly robust, forests": ("1,512 (780)", "−2,345 (617)"),
}
"""Imbens & Xu (2024), treated against PSID: ATT, and the same on earnings of 1975."""
WHATEVER_THE_OVERLAP = OverlapLimits(most_off_support=1.0, least_effective=0.0)
MARGIN = 500.0
"""US dollars of 1975 a year: a placebo effect within ± this would not matter beside an effect of 1,794."""
SEED = 0


def read(folder: Path, name: str) -> pd.DataFrame:
    frame = pd.read_stata(folder / f"{name}.dta")
    for year in ("74", "75"):
        if f"re{year}" in frame:
            frame[f"u{year}"] = frame[f"re{year}"] == 0
    return frame


def records(frame: pd.DataFrame, outcome: str = "re78", earlier: tuple[str, ...] = EARLIER) -> TrainingRecords:
    names = tuple(name for name in (*ALWAYS, *earlier) if name in frame)
    return TrainingRecords(
        frame[outcome].to_numpy(np.float64), frame["treat"].to_numpy() == 1, frame[list(names)].to_numpy(np.float64),
        names,
    )  # fmt: skip


def check_experiments(folder: Path) -> list[str]:
    """The effects in the experiments, which must be those known; ends with a word if they are not."""
    notes = []
    for name, known in EXPERIMENTS.items():
        effect = difference_in_means(records(read(folder, name)))
        if isinstance(effect, Refusal) or round(effect.value) != known:
            raise SystemExit(f"{name}: {effect}, not {known}: these are not the data of the experiment")
        notes.append(f"{name}: {money(effect)}, {effect.trained} trained and {effect.untrained} not")
    return notes


def run(folder: Path) -> tuple[pd.DataFrame, list[str]]:
    notes = ["Experimental benchmark (difference of means) " + "; ".join(check_experiments(folder)) + "."]
    by_lot, survey = read(folder, "nsw_dw"), read(folder, "psid_controls")
    observed = pd.concat([by_lot[by_lot["treat"] == 1], survey], ignore_index=True)
    whole, before = records(observed), records(observed, "re75", BEFORE_PLACEBO)
    kept = common_support(whole, Estimand.ATT)
    trimmed, experiment = whole.subset(kept), records(by_lot)
    start, rows = time.perf_counter(), []
    cautious = every_estimator(seed=SEED)
    for name, estimate in every_estimator(seed=SEED, limits=WHATEVER_THE_OVERLAP).items():
        published, published_placebo = PUBLISHED[name]
        rows.append(
            {
                "estimator": name,
                "experiment": money(estimate(experiment)),
                "against PSID": money(estimate(whole)),
                "published": published,
                "by default": verdict(cautious[name](whole)),
                "trimmed": money(estimate(trimmed)),
                **placebo(before, estimate),
                "published placebo": published_placebo,
            }
        )
    seconds = time.perf_counter() - start
    notes += [
        "Earnings of 1978 in US dollars; standard errors in brackets. Published: Imbens & Xu (2024), the placebo from "
        "their replication files. Their propensities and forests are of other libraries, so weighting, propensity "
        "matching and doubly robust figures need not agree; the first four do. Their interval of covariate matching "
        "takes outcomes to spread alike for all. In the files propensity matching is by now −1,563 (1,053).",
        "“By default”: what comes of all of PSID under our limits of overlap; the figures are computed regardless.",
        f"Trimmed: propensity at most 0.9 and not below every trained, {int((kept & whole.trained).sum())} of "
        f"{int(whole.trained.sum())} trained and {int((kept & ~whole.trained).sum())} of "
        f"{int((~whole.trained).sum())} untrained; the effect of those kept is another question than the benchmark's.",
        *overlap_notes("all", whole), *overlap_notes("trimmed", trimmed),
        "Placebo: earnings of 1975 with what was known before. The truth is 0; by chance it is "
        f"{money(by_chance(by_lot))} in the experiment. An estimator fails where its interval excludes 0, passes where "
        f"that lies within ± {MARGIN:.0f}.",
        *sensitivity_notes("experiment", experiment), *sensitivity_notes("trimmed PSID", trimmed),
        group_note(experiment), f"All estimates in {seconds:.0f} s.",
    ]  # fmt: skip
    return pd.DataFrame(rows), notes


def verdict(effect: Effect | Refusal) -> str:
    if isinstance(effect, Refusal):
        return "refused"
    return "with caution" if effect.cautions else "given"


def money(effect: Effect | Refusal) -> str:
    if isinstance(effect, Refusal):
        return "refused"
    return f"{dollars(effect.value)} ({effect.standard_error:,.0f})"


def dollars(amount: float) -> str:
    return f"{amount:,.0f}".replace("-", "−")


def placebo(before: TrainingRecords, estimate: Estimate) -> dict[str, str]:
    test = placebo_test(before, estimate, margin=MARGIN)
    if not isinstance(test, PlaceboTest):
        return {"placebo": "refused", "verdict": ""}
    return {"placebo": money(test.effect), "verdict": test.verdict.value}


def by_chance(by_lot: pd.DataFrame) -> Effect | Refusal:
    return difference_in_means(records(by_lot, "re75", BEFORE_PLACEBO))


def overlap_notes(name: str, people: TrainingRecords) -> Iterator[str]:
    found: Overlap = judge_overlap(people, fit_propensity(people).probability, Estimand.ATT)
    yield (
        f"Overlap, {name}: {share_of_last(found.trained_share)} of the trained and "
        f"{share_of_last(found.untrained_share)} of the untrained have a propensity above 0.9, "
        f"{found.untrained_share[0]:.1%} of the untrained below 0.1; the weighted untrained count as "
        f"{found.effective:.0f}; {found.off_support:.1%} of the trained have no counterpart; largest imbalance "
        f"{np.abs(found.imbalance_before).max():.2f} standard deviations, weighted "
        f"{np.abs(found.imbalance_after).max():.2f}."
    )


def share_of_last(shares: npt.NDArray[np.float64]) -> str:
    return f"{shares[-1]:.1%}"


def sensitivity_notes(name: str, people: TrainingRecords) -> Iterator[str]:
    found, like, effect = robustness(people), as_strong_as(people, "re75"), regression_adjustment(people)
    if isinstance(found, Robustness) and isinstance(like, AdjustedEstimate) and isinstance(effect, Effect):
        e = e_value_of_effect(effect, spread=float(people.outcome[~people.trained].std(ddof=1)))
        yield (
            f"Unobserved confounding, {name} (regression, {money(effect)}): robustness value {found.value:.1%}, of the "
            f"interval {found.value_of_interval:.1%}; beside a confounder as strong as earnings of 1975 "
            f"{dollars(like.estimate)} would remain; E-value {e.of_estimate:.2f}, of the interval {e.of_interval:.2f}."
        )


def group_note(experiment: TrainingRecords) -> str:
    scores = doubly_robust_scores(experiment, seed=SEED)
    if isinstance(scores, Refusal):
        return scores.en
    without_degree = experiment.covariates[:, experiment.names.index("nodegree")] == 1
    found = group_effects(scores, {"without a degree": without_degree, "with a degree": ~without_degree})
    return "Effect by group in the experiment: " + ", ".join(f"{name} {money(e)}" for name, e in found.items()) + "."


def main() -> None:
    folder, _ = data_folder(__doc__, "lalonde")
    table, notes = run(folder)
    write_section(
        "training_effect", "Effect of training against a real experiment",
        "python -m benchmarks.bench_training_effect", table, notes,
    )  # fmt: skip


if __name__ == "__main__":
    main()
