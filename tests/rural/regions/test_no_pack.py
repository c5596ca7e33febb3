"""A region that is no pack is refused at once, before anything of its folder is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions.pack import load_pack, pack_digest

BASELINE = Path(__file__).parents[3] / "configs" / "baseline.toml"


def repr_of(name: str) -> str:
    """Return a short name of a case."""
    return repr(name[:20])


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a folder's tree is walked."""

    def walked(*_: object) -> None:
        raise AssertionError("the folder was walked")

    monkeypatch.setattr(Path, "rglob", walked)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("name", ["..", "/etc", "", "/", "atlantis", "x" * 5000, "a\0b"], ids=repr_of)
@pytest.mark.parametrize("reader", [pack_digest, load_pack])
def test_a_folder_without_a_head_is_no_pack(name: str, reader: Callable[[str], object]) -> None:
    with pytest.raises(EcsimError) as refused:
        reader(name)
    assert "not a region pack: no pack.toml in it; allowed are yunnan_2018" in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("name", ["..", "/etc", "/"])
def test_check_refuses_a_scenario_of_such_a_region(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "{BASELINE}"\nregion = "{name}"\n', encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert f"{file}: region '{name}': not a region pack" in capsys.readouterr().err
