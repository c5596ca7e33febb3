"""The evaluation file of a county: it says what the run's events and published figures say, in both languages."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from ecsim.cli.main import main
from ecsim.kernel.dossier import FactTable
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.runs import open_run
from ecsim.report.document import Document, Table
from ecsim.report.dossier import EvaluationFile, compose, read_file, write_dossier
from ecsim.report.report import render
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.people import complaints
from ecsim.rural.events import (
    ContractAwarded,
    CountyEvaluated,
    DisclosureComplained,
    Funder,
    PaymentMade,
    ProjectApproved,
    ReportFiled,
    TargetsReported,
    WorksGivenUp,
)
from ecsim.rural.events.codes import ProjectKind, Record
from ecsim.rural.state.ledger import SUPPLIERS
from evaluated import COUNTY, LAX, OTHER, SOON, evaluated
from tiny import CONFIGS

SHARED = -1
SLOW = {"parameters.funds.county_capacity": 4.0, "parameters.offices.abandonment": 0.3}
"""Offices that are late, and builders that do not wait."""
ALLOWED_LATIN = r"ecsim \w+|ID|\b[a-z]+(?:_[a-z]+)+\b|\b[0-9a-f]{16,}\b"
"""Names of commands, kinds of events and roots, which are what they are in any language."""


@pytest.fixture(scope="module")
def content() -> EvaluationFile:
    return read_file(evaluated(LAX), COUNTY)


@pytest.fixture(scope="module")
def pages(content: EvaluationFile) -> dict[str, Document]:
    return {language: compose(content, language) for language in ("en", "zh")}


def table_of(content: EvaluationFile, title: str) -> FactTable:
    return next(table for section in content.facts.sections for table in section.tables if table.title.en == title)


def number(text: str) -> float:
    return float(text.replace(",", ""))


def tables(document: Document) -> Iterator[Table]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield block


def test_every_target_stands_with_its_published_figure_and_verdict(
    content: EvaluationFile, pages: dict[str, Document]
) -> None:
    published = json.loads((content.run / "indicators.json").read_text(encoding="utf-8"))
    row = published["counties"].index(COUNTY)
    last = {each["indicator"]: each for each in published["indicators"]}
    assert len(content.targets) == 14
    shown = next(tables(pages["en"])).rows
    for target, trace, cells in zip(content.targets, content.traces, shown, strict=True):
        value, met = last[target.name]["value"][row], last[target.name]["met"][row]
        assert trace.holds
        assert math.isclose(trace.figure, math.nan if value is None else value, abs_tol=1e-12) or value is None
        assert cells[3].marks[0].kind == {True: "yes", False: "no", None: "absent"}[met]


def test_reported_stands_beside_verified_as_in_the_last_report(content: EvaluationFile) -> None:
    rows = open_run(content.run).reader.kind(TargetsReported)
    for name, told in content.facts.reported.items():
        of = np.flatnonzero((rows["county"] == 0) & (rows["record"] == Record[name.upper()]))[-1]
        assert (told.reported, told.verified) == (rows["reported"][of] / 1e6, rows["verified"][of] / 1e6)
    assert any(told.reported != told.verified for told in content.facts.reported.values())
    assert any(told.found_false for told in content.facts.reported.values())


def test_money_by_project_is_that_of_the_ledger(content: EvaluationFile) -> None:
    reader = open_run(content.run).reader
    approved, paid, awarded = (reader.kind(kind) for kind in (ProjectApproved, PaymentMade, ContractAwarded))
    mine = approved["project"][np.isin(approved["county"], (0, SHARED))].tolist()
    rows = table_of(content, "Projects").rows
    assert [int(row[0].text.en.split()[0]) for row in rows] == mine
    price = dict(zip(awarded["project"].tolist(), awarded["price_factor"].tolist(), strict=True))
    for project, row in zip(mine, rows, strict=True):
        of = paid["project"] == project
        back = of & (paid["payer"] == SUPPLIERS)
        fen = int(paid["paid_fen"][of & ~back].sum()) - int(paid["paid_fen"][back].sum())
        assert abs(number(row[3].text.en) - fen / 100) <= 0.5
        if row[1].text.en in ("contracted", "finished"):
            budget = sum(int(approved[f"{funder.name.lower()}_fen"][project]) for funder in Funder)
            assert abs(number(row[2].text.en) - budget * price[project] / 1e8) <= 1.5
            assert number(row[3].text.en) <= number(row[2].text.en) + 1
        left = number(row[2].text.en) - number(row[3].text.en)
        assert 0.0 <= number(row[5].text.en) <= max(left, 0.0) + 1.5


def test_contracts_evaluations_reports_and_complaints_are_those_of_the_county(content: EvaluationFile) -> None:
    reader = open_run(content.run).reader
    approved = reader.kind(ProjectApproved)
    mine = approved["project"][np.isin(approved["county"], (0, SHARED))]
    assert len(table_of(content, "Contracts").rows) == int(np.isin(reader.kind(ContractAwarded)["project"], mine).sum())
    assert len(table_of(content, "Evaluations").rows) == int((reader.kind(CountyEvaluated)["county"] == 0).sum()) == 3
    assert len(table_of(content, "Reports").rows) == int((reader.kind(ReportFiled)["county"] == 0).sum())
    complained = reader.kind(DisclosureComplained)
    told = table_of(content, "Complaints and reports on disclosure, by cause").rows
    assert sum(number(row[1].text.en) for row in told) == int(complained["complaints"][complained["county"] == 0].sum())


def test_works_that_were_given_up_are_not_late_but_given_up() -> None:
    content = read_file(evaluated({**SOON, **SLOW}), OTHER)
    run = open_run(content.run)
    given_up, start = run.reader.kind(WorksGivenUp), run.scenario.start
    days = dict(zip(given_up["project"].tolist(), given_up["day"].tolist(), strict=True))
    told = table_of(content, "Contracts").rows
    awarded = run.reader.kind(ContractAwarded)
    approved = run.reader.kind(ProjectApproved)
    mine = approved["project"][np.isin(approved["county"], (1, SHARED))]
    projects = awarded["project"][np.isin(awarded["project"], mine)].tolist()
    assert days.keys() & set(projects)
    for project, row in zip(projects, told, strict=True):
        if project not in days:
            continue
        ended = (start + dt.timedelta(days=days[project])).isoformat()
        assert [cell.text.en for cell in row[6:8]] == ["never", f"given up on {ended}"]
        assert [cell.text.zh for cell in row[6:8]] == ["未验收", f"{ended}终止"]


def test_projects_are_counted_in_units_of_their_kind(content: EvaluationFile) -> None:
    approved = open_run(content.run).reader.kind(ProjectApproved)
    kind = dict(zip(approved["project"].tolist(), approved["project_kind"].tolist(), strict=True))
    units = {ProjectKind.STATIONS: (" stations", " 个站点"), ProjectKind.TRAINING: (" person-times", " 人次")}
    seen = set()
    for row in table_of(content, "Projects").rows:
        of = kind[int(row[0].text.en.split()[0])]
        for unit, (english, chinese) in units.items():
            assert (english in row[0].below.en) == (chinese in row[0].below.zh) == (of == unit)
        seen.add(of)
    assert units.keys() <= seen


@pytest.mark.parametrize("notice", [dt.date(2018, 11, 30), dt.date(2019, 12, 1)])
def test_complaints_of_before_the_notice_are_told_apart(notice: dt.date) -> None:
    run = open_run(evaluated(LAX))
    dates = run.scenario.programme.dates.model_copy(update={"notice": notice})
    programme = run.scenario.programme.model_copy(update={"dates": dates})
    run = replace(run, scenario=run.scenario.model_copy(update={"programme": programme}))
    complained = run.reader.kind(DisclosureComplained)
    early = complained["day"] < (notice - run.scenario.start).days
    many = int(complained["complaints"][early & (complained["county"] == 0)].sum())
    told = [note.en for note in complaints(CountyFacts.of(run, COUNTY)).notes if "before the notice" in note.en]
    assert [int(note.split()[0]) for note in told] == ([many] if many else [])
    assert bool(many) == (notice.year == 2019)


def test_findings_and_breaches_of_a_lax_government_are_told(content: EvaluationFile) -> None:
    findings = {row[2].text.en.split(" ")[0] for row in table_of(content, "Findings").rows}
    assert findings == {"It", "The"}  # it was found that …; the contract would break …
    assert "had gone elsewhere" in " ".join(row[2].text.en for row in table_of(content, "Findings").rows)
    broken = table_of(content, "Commitments, contracts, changes and payments that broke an article").rows
    assert {row[0].text.en[:3] for row in broken} >= {"4.3"}
    assert all(row[7].text.zh for row in broken)


def test_evidence_of_a_figure_are_events_with_causes_and_dates(pages: dict[str, Document]) -> None:
    evidence = next(section for section in pages["en"].sections if section.name == "evidence")
    folded = [block for block in evidence.blocks if block.kind == "folded"]
    assert len(folded) >= 5
    for block in folded:
        assert "the same" in block.title
        counted, causes = block.tables
        for date, _, seq, cause, what in counted.rows:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", date.text)
            assert cause.text == "–" or number(cause.text) < number(seq.text)
            assert len(what.text) > 10
        assert [int(row[0].text) for row in causes.rows] == sorted(int(row[0].text) for row in causes.rows)


def plain(html: str) -> str:
    """Return the words of a page, without markup, style and the command lines."""
    html = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<nav>.*?</nav>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", html))


def test_the_chinese_page_is_chinese_and_the_english_one_english(pages: dict[str, Document]) -> None:
    words = re.sub(ALLOWED_LATIN, " ", plain(render(pages["zh"])))
    assert re.findall(r"[A-Za-z]{2,}", words) == []
    english = pages["en"]
    heads = [english.title, *(section.title for section in english.sections)]
    heads += [head.text for table in tables(english) for head in table.head]
    assert not re.search("[一-鿿]", " ".join(heads))
    assert re.search("[一-鿿]", plain(render(english)))  # villages have a Chinese name alone


def test_pages_need_no_network_and_name_each_other(pages: dict[str, Document]) -> None:
    for language, document in pages.items():
        html = render(document)
        assert not re.search(r"https?://|src=|<script|<link", html)
        assert f'lang="{language}"' in html
        assert str(document.other["page"]) in html


def test_the_command_writes_pages_and_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("typst")
    run = evaluated(LAX)
    line = ["dossier", str(run), "--county", OTHER, "--out", str(tmp_path / "file"), "--lang", "en", "--pdf"]
    assert main(line) == 0
    assert sorted(path.suffix for path in (tmp_path / "file").iterdir()) == [".html", ".pdf"]
    assert "xiaping-county.html" in capsys.readouterr().out
    assert next((tmp_path / "file").glob("*.pdf")).read_bytes().startswith(b"%PDF")


def test_a_county_that_is_none_and_a_model_without_such_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"上河"):
        read_file(evaluated(LAX), "nowhere")
    assert main(["run", str(CONFIGS / "examples" / "queue.toml"), "--out", str(tmp_path / "queue")]) == 0
    with pytest.raises(EcsimError, match=r"queue, which has no evaluation file"):
        read_file(tmp_path / "queue", COUNTY)


def test_without_money_there_is_a_file_that_says_so(tmp_path: Path) -> None:
    (page,) = write_dossier(evaluated({**SOON, "end": "2019-03-31"}, "no_money"), COUNTY, tmp_path, ["en"])
    html = page.read_text(encoding="utf-8")
    assert "Projects: No project was approved." in html
    assert "Commitments, contracts, changes and payments that broke an article: No article was broken." in html
