"""What the programme's own evaluation says of every county, and how what was reported compares with what is so."""

from __future__ import annotations

import pandas as pd

from ecsim.report.document import Cell, Head, Paragraph, Section, Table
from ecsim.report.results import Results


def verdicts(results: Results) -> Section | None:
    """Return score, verdict and targets met as reported and as verified, by county and arm, at the last evaluation.

    Returns
    -------
    Section or None
        None where no county was evaluated.
    """
    if not results.has("evaluations") or "score" not in results.tables["evaluations"]:
        return None
    texts, frame = results.texts, results.tables["evaluations"]
    by_place = dict(tuple(frame.groupby(["county", "arm"])))
    arms = [arm for arm in results.arms if arm in set(frame["arm"])]
    rows = []
    for place, county in enumerate(results.manifest["counties"]):
        cells = [_cell(results, by_place.get((place, arm))) for arm in arms]
        rows.append((Cell(results.county(county)), *cells))
    head = (Head(texts("verdicts.county")), *(Head(results.arm(arm), number=True) for arm in arms))
    return Section("verdicts", texts("verdicts.title"), (Paragraph(texts("verdicts.lead")), Table(head, tuple(rows))))


def _cell(results: Results, rows: pd.DataFrame | None) -> Cell:
    """Return the mean score of a county over replications with its verdict, and targets met below it."""
    if rows is None:
        return Cell("–")
    texts = results.texts
    shares = rows["verdict"].value_counts(normalize=True).to_dict()
    told = [
        texts("verdicts.share", verdict=texts(f"verdicts.{name}"), share=f"{100 * shares[name]:.0f}")
        if len(shares) > 1 else texts(f"verdicts.{name}")
        for name in ("good", "passed", "failed") if name in shares
    ]  # fmt: skip
    score = texts("verdicts.score", score=f"{rows['score'].mean():.0f}", verdict=texts("page.between_items").join(told))
    met = {name: f"{rows[f'{name}_met'].mean():.1f}" for name in ("reported", "verified")}
    return Cell(score, texts("verdicts.met", **met))
