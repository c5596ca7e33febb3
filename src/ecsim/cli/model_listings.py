"""What `ecsim list` lists of models: indicators, events, parameters, facts of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecsim.kernel.model import Model

Row = dict[str, Any]


def _model_of(scenario: str | None) -> tuple[Model[Any, Any], Any]:
    """Return the model of a scenario, and that; by default the rural model's baseline."""
    from ecsim.kernel.models import model_of_scenario
    from ecsim.scenario.load import load
    from ecsim.scenario.shipped import find

    content = load(find(scenario or "baseline", "scenarios"))
    return model_of_scenario(content, trust=True), content


def indicators(scenario: str | None) -> list[Row]:
    """Return the targets and outcomes of a scenario's model."""
    model, content = _model_of(scenario)
    measures = model.measures
    targets = [
        {
            "name": target.name,
            "title": target.title.en,
            "题目": target.title.zh,
            "unit": target.unit,
            "target": target.threshold,
        }
        for target in measures.targets(content)
    ]
    return targets + [
        {"name": name, "title": label.title.en, "题目": label.title.zh, "unit": label.unit, "target": ""}
        for name, label in measures.labels(content).items()
    ]


def events(scenario: str | None) -> list[Row]:
    """Return the kinds of events of a scenario's model, each with its columns."""
    return [
        {
            "kind": e.kind,
            "title": e.title.en,
            "题目": e.title.zh,
            "version": e.version,
            "columns": ", ".join(c.name for c in e.columns),
            "meaning": (e.__doc__ or "").split("\n")[0],
        }
        for e in _model_of(scenario)[0].events
    ]


def parameters(scenario: str | None) -> list[Row]:
    """Return the parameters of a scenario, each with unit, range, basis and source."""
    model, content = _model_of(scenario)
    every = model.known(content).values()
    return [
        {
            "name": p.name,
            "value": p.value,
            "unit": p.unit,
            "low": p.low,
            "high": p.high,
            "basis": p.basis,
            "source": p.source,
        }
        for p in every
    ]


def region() -> list[Row]:
    """Return the facts of every region, beside what the opening makes of them."""
    from ecsim.rural.regions import shipped_packs
    from ecsim.rural.regions.margins import totals

    return [row for name in shipped_packs() for row in totals(name)]
