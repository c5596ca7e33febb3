"""The answer: what each named contrast of the experiment came to, in one sentence per outcome."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from ecsim.report.amounts import scale_of, with_unit
from ecsim.report.document import Block, Bullets, Paragraph, Section
from ecsim.report.results import Results
from ecsim.report.texts import Texts

CLEAR = ("better", "worse", "higher", "lower")


def answer(results: Results) -> tuple[Block, ...]:
    """Return what stands on top of the page: for each contrast, at how many outcomes it is clearly better or worse."""
    if results.contrasts.empty:
        return ()
    texts = results.texts
    verdicts = tuple(_verdict(results, rows) for rows in _by_contrast(results))
    return (Bullets(verdicts, strong=True), Paragraph(texts("contrasts.caution"), small=True))


def contrasts(results: Results) -> Section | None:
    """Return every contrast with a sentence on each main outcome."""
    if results.contrasts.empty:
        return None
    texts, blocks = results.texts, list[Block]()
    rows = len(results.contrasts)
    blocks.append(Paragraph(texts("contrasts.lead", rows=rows), small=True))
    for rows_of_contrast in _by_contrast(results):
        said = tuple(
            _sentence(results, rows_of_contrast.loc[names[0]], names) for names in results.alike(rows_of_contrast.index)
        )
        blocks.append(Bullets(said, title=_title(rows_of_contrast, texts)))
    return Section("contrasts", texts("contrasts.title"), tuple(blocks))


def plain_sentences(table: pd.DataFrame, texts: Texts, titles: dict[str, str]) -> dict[str, list[str]]:
    """Return the sentences of a table of contrasts by the contrast's title, for the terminal.

    Parameters
    ----------
    table : ``contrasts.csv``
    texts : of the language
    titles : of the outcomes, by name
    """
    by_contrast: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        said = sentence(row, titles[row["outcome"]], texts)
        by_contrast.setdefault(str(row[f"title_{texts.language}"]), []).append(said)
    return by_contrast


def sentence(row: Any, title: str, texts: Texts) -> str:  # noqa: ANN401 (a row of pandas)
    """Return one outcome of a contrast in words: direction, size, interval, and whether that is good or chance.

    Parameters
    ----------
    row : of the table of contrasts: unit, difference, family_low, family_high, n, verdict
    title : of the outcome
    texts : of the language
    """
    difference, low, high = (float(row[name]) for name in ("difference", "family_low", "family_high"))
    scale, half = scale_of(str(row["unit"]), (difference, low, high), texts), (high - low) / 2.0
    size = with_unit(scale.change(abs(difference), half, signed=False), scale.difference, texts)
    words = {"outcome": title, "size": size}
    words["direction"] = texts("contrasts.higher" if difference > 0.0 else "contrasts.lower")
    if row["n"] < 2:
        return texts("contrasts.once" if row["n"] else "contrasts.unknown", **words)
    if row["verdict"] == "none":
        return texts("contrasts.none", outcome=title)
    words |= {"low": scale.change(low, half), "high": with_unit(scale.change(high, half), scale.difference, texts)}
    if row["verdict"] == "unclear":
        change = with_unit(scale.change(difference, half), scale.difference, texts)
        return texts("contrasts.unclear", change=change, **words)
    known = row["verdict"] in ("better", "worse")
    good = texts(f"verdict_words.{row['verdict']}") if known else ""
    return texts("contrasts.clear", good=good, **words)


def _by_contrast(results: Results) -> list[pd.DataFrame]:
    return [rows.set_index("outcome") for _, rows in results.contrasts.groupby("contrast", sort=False)]


def _title(rows: pd.DataFrame, texts: Texts) -> str:
    return str(rows[f"title_{texts.language}"].iloc[0])


def _verdict(results: Results, rows: pd.DataFrame) -> str:
    """Return at how many of the main outcomes a contrast is better, worse or open, and what it does to the first."""
    texts, groups = results.texts, results.alike(rows.index)
    counts = Counter(str(rows.loc[names[0], "verdict"]) for names in groups)
    parts = [texts(f"verdict_counts.{kind}", n=counts[kind]) for kind in (*CLEAR, "unclear", "none") if counts[kind]]
    listed = texts("page.between_items").join(parts)
    first = _sentence(results, rows.loc[groups[0][0]], groups[0])
    title = _title(rows, texts)
    return texts("contrasts.verdict", contrast=title, all=len(groups), listed=listed, first=first)


def _sentence(results: Results, row: Any, names: tuple[str, ...]) -> str:  # noqa: ANN401 (a row of pandas)
    return sentence(row, results.titles(names), results.texts)
