"""The README's Python runs as it stands, and its commands exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from ecsim.cli.main import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"[0-9a-f]{64} True\n", told.stdout)


def test_every_command_of_the_readme_is_one() -> None:
    lines = re.findall(r"^\.venv/bin/ecsim (.*?)(?:\s+#.*)?$", README, re.MULTILINE)
    assert len(lines) >= 15
    for line in lines:
        assert hasattr(parser().parse_args(shlex.split(line)), "run"), line
