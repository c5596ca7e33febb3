"""Where no cache can be written, a run goes on without one, says nothing of it and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecsim import caches
from ecsim.cli.doctor import checks

NOWHERE = """
import os, tempfile
real, allowed = tempfile.TemporaryFile, os.environ["TMPDIR"]
def refusing(*given, dir=None, **more):
    if dir is not None and not str(dir).startswith(allowed):
        raise OSError(30, "Read-only file system", str(dir))
    return real(*given, dir=dir, **more)
tempfile.TemporaryFile = refusing  # as numba and ecsim ask whether a folder can be written
from ecsim.kernel.draws import Draws
import matplotlib
print(Draws(1).uniform("x", 0, [1]).shape, os.listdir(allowed), matplotlib.get_configdir())
"""


def test_rules_are_compiled_where_no_cache_can_be_written(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"NUMBA_CACHE_DIR", "MPLCONFIGDIR"}}
    environment |= {"HOME": "/proc/none", "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", NOWHERE], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    shape, folder, settings = done.stdout.split(maxsplit=2)[0], *done.stdout.split()[-2:]
    assert shape == "(1,)"
    assert str(tmp_path / "ecsim-cache-") in settings
    assert settings.rpartition("/")[2] in folder
    assert not list(tmp_path.iterdir())


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "_is_writable", lambda _: False)
    for name in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nowhere")
def test_doctor_sees_caches_that_cannot_be_written() -> None:
    told = {what: words for what, good, words in checks() if what.startswith("cache of")}
    assert set(told) == {"cache of compiled rules (numba)", "cache of fonts (matplotlib)"}
    assert all("nowhere to write; each command rebuilds it" in words for words in told.values())


def test_a_cache_that_can_be_written_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    found = next(caches.caches())
    assert found.place() == tmp_path / "numba"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert found.place() == Path(caches.__file__).parent / "__pycache__"
