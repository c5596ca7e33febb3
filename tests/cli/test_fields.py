"""`ecsim laws --fields`: which fields change an event, counted and by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ecsim.cli import fields
from ecsim.cli.main import main
from ecsim.kernel.field_effects import Exempt, FieldEffect


class Made:
    """Two fields of which one changes something, and a label."""

    names = ("policy.multiplier", "market.growth")
    exempt = (Exempt("title_en", "scenario", "label: what people call it in English"),)
    groups: ClassVar[dict[str, str]] = {
        "policy.multiplier": "policy",
        "market.growth": "parameter",
        "title_en": "scenario",
    }

    def __init__(self, load: Any, folder: Path) -> None:
        assert callable(load)
        assert folder.is_dir()

    def effect(self, name: str) -> FieldEffect:
        """Say that money changes a payment, and growth nothing."""
        if name == "market.growth":
            return FieldEffect(name, self.groups[name])
        return FieldEffect(name, self.groups[name], "programme", 3, "payment_made.paid_fen")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "_effects_of", lambda _: Made)


@pytest.mark.usefixtures("made")
def test_a_field_that_changes_nothing_is_named_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "--fields"]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 change an event; 1 are exempt." in out
    assert "changes nothing: market.growth" in out
    assert "label: what people call it in English" in out


@pytest.mark.usefixtures("made")
def test_fields_as_json_say_where_they_were_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "--fields", "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert content["fields"][0] == {
        "name": "policy.multiplier", "group": "policy", "scene": "programme", "week": 3,
        "event": "payment_made.paid_fen",
    }  # fmt: skip
    assert [each["name"] for each in content["exempt"]] == ["title_en"]


def test_fields_are_of_the_models_own_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "--fields", "--only", "no_price"]) == 2
    assert "leave out --only and --set" in capsys.readouterr().err
    assert main(["laws", "epidemic", "--fields"]) == 2
    assert "no base scenarios" in capsys.readouterr().err
