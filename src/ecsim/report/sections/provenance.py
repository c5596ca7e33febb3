"""What is made up, what is assumed, and from what the page was made."""

from __future__ import annotations

from typing import Any

from ecsim.report.document import MOST_ROWS, Block, Bullets, Cell, Head, Note, Paragraph, Section, Table
from ecsim.report.numbers import figure
from ecsim.report.results import Results

OF_PARAMETERS = ("parameter", "value", "unit", "low", "high", "basis", "source")
OF_SPACE = ("parameter", "distribution", "low", "high", "unit", "source")
NUMBERS = {"value", "low", "high", "seed", "events"}


def caution(results: Results) -> tuple[Block, ...]:
    """Return what the page is, and is not: synthetic data, assumed parameters, random variation."""
    texts = results.texts
    if not results.manifest:
        return ()
    sentences = [texts("caution.function")]
    if results.simulated:
        basis = [parameter["basis"] for parameter in results.manifest["parameters"]]
        parameters = texts("caution.parameters", assumed=basis.count("assumed"), all=len(basis))
        sentences = [texts("caution.simulation"), parameters]
    sentences.append(texts("caution.design" if results.points > 1 else "caution.luck"))
    return (Note(texts("caution.title"), tuple(sentences)),)


def assumed(results: Results) -> Section | None:
    """Return what is synthetic, what the design varies, and every parameter with its source.

    Returns
    -------
    Section or None
        None where nothing is assumed.
    """
    texts, blocks = results.texts, list[Block]()
    if results.simulated:
        named = [texts.known("synthetic", name) or name for name in results.manifest["synthetic"]]
        listed = texts("page.between_items").join(named)
        blocks.append(Paragraph(texts("assumed.synthetic", synthetic=listed)))
    if results.has("design"):
        blocks.append(_space(results))
    if results.simulated:
        blocks += [Paragraph(texts("assumed.as_written"), small=True), _parameters(results)]
    return Section("assumed", texts("assumed.title"), tuple(blocks)) if blocks else None


def _space(results: Results) -> Table:
    parameters = {p["name"]: p for p in results.manifest.get("parameters", ())}
    rows = [
        {**parameters.get(name, {}), **(entry or {}), "parameter": name}
        for name, entry in results.experiment["space"].items()
    ]
    return _table(results, OF_SPACE, rows, results.texts("assumed.space"), folded=False)


def _parameters(results: Results) -> Table:
    ordered = sorted(results.manifest["parameters"], key=lambda p: (p["basis"], p["name"]))
    rows = [{**p, "parameter": p["name"], "basis": results.texts.known("basis", p["basis"])} for p in ordered]
    return _table(results, OF_PARAMETERS, rows, results.texts("assumed.parameters", n=len(rows)))


def _table(
    results: Results, columns: tuple[str, ...], rows: list[dict[str, Any]], title: str, *, folded: bool = True,
    most: int | None = None, where: str = "",
) -> Table:  # fmt: skip
    texts = results.texts
    head = tuple(Head(texts.column(column), number=column in NUMBERS) for column in columns)
    cells = tuple(tuple(Cell(_plain(row.get(column))) for column in columns) for row in rows[:most])
    more = ""
    if most is not None and len(rows) > most:
        more = texts("page.more_rows", shown=most, all=f"{len(rows):,}", where=where)
    return Table(head, cells, title, folded=folded, wide=len(columns) > 5, rest=more)


def _plain(value: Any) -> str:  # noqa: ANN401 (what JSON holds)
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value is None else str(value)


def provenance(results: Results) -> Section:
    """Return from what the page was made: versions, seeds, failures and roots of runs."""
    texts, manifest = results.texts, results.manifest
    title = texts("provenance.title")
    if not manifest:
        return Section("provenance", title, (Paragraph(texts("provenance.not_there")),))
    packages = texts("page.between_items").join(f"{k} {v}" for k, v in manifest["packages"].items())
    sentences = [
        texts("provenance.versions", version=manifest["ecsim"], python=manifest["python"], packages=packages),
        texts("provenance.code", code=manifest["code"]),
    ]
    if results.simulated:
        seconds = figure(float(manifest["seconds"]), 1)
        sentences.append(texts("provenance.region", seconds=seconds, digest=manifest["region"]["digest"]))
    blocks: list[Block] = [Paragraph(texts("page.between_sentences").join(sentences))]
    if manifest["failed"]:
        failed = texts("provenance.failed", n=len(manifest["failed"]))
        blocks += [Note(failed, ()), Bullets(tuple(manifest["failed"][:MOST_ROWS]))]
    if results.simulated:
        blocks.append(_roots(results))
    return Section("provenance", title, tuple(blocks))


def _roots(results: Results) -> Table:
    rows = [
        {**row, "arm": results.arm(row["arm"]), "events": f"{row['events']:,}"} for row in results.manifest["roots"]
    ]
    columns = ("arm", *(("point",) if results.points > 1 else ()), "seed", "events", "root")
    title = results.texts("provenance.roots", n=f"{len(rows):,}")
    return _table(results, columns, rows, title, most=MOST_ROWS, where="manifest.json")
