"""Studies and settings by name: those of the current folder, of a laid-out folder above it, and those that are shipped.

A wheel holds the repository's ``configs`` and ``experiments`` inside the package, so that the paths between their files
are the same there; in a clone the repository's own folders are read.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.shipped import shipped

__all__ = ["EXPERIMENT", "FOLDERS", "SHELVES", "find", "lay_out", "named", "shipped"]
EXPERIMENT = "experiment.toml"
FOLDERS = ("configs", "experiments")
SHELVES = {
    "experiments": (("experiments", "*/*.toml"),),
    "scenarios": (("configs", "baseline*.toml"), ("configs/scenarios", "*.toml"), ("configs/examples", "*.toml")),
    "programmes": (("configs/programmes", "*.toml"),),
    "policies": (("configs/policies", "*.toml"),),
    "designs": (("configs/designs", "*.toml"),),
    "shocks": (("configs/shocks", "*.toml"),),
}
"""By kind: the folders that hold files of that kind, and which of their files are."""


def named(kind: str) -> dict[str, Path]:
    """Return the files of a kind by name, in order; a file of the current folder hides a shipped one of its name."""
    files: dict[str, Path] = {}
    for root in _roots():
        for shelf, pattern in SHELVES[kind]:
            for file in (root / shelf).glob(pattern):
                files.setdefault(_name_of(file.relative_to(root / shelf)), file)
    return dict(sorted(files.items()))


def find(name: str | Path, *kinds: str) -> Path:
    """Return the file that a path or a name stands for.

    Parameters
    ----------
    name : a path (the folder of a study stands for its ``experiment.toml``), or a name as `named` gives it
    kinds : what it may be, by the keys of `SHELVES`; by default any

    Raises
    ------
    EcsimError
        If there is none; the message says where it was looked for, and what there is.
    """
    path, kinds = Path(name), kinds or tuple(SHELVES)
    try:
        found = next((file for place in _places(path, kinds) if (file := _file(place, kinds))), None)
        if found is None and not path.exists():
            raise EcsimError(_missing(path, kinds))
        if found is None and "experiments" in kinds:
            raise EcsimError(f"{path}: holds no {EXPERIMENT}; name a folder that does, or a TOML file")
    except OSError:  # a name too long, a folder that may not be entered: it is said where the file is read
        return path
    return found or path


def lay_out(folder: Path) -> list[Path]:
    """Copy the shipped ``configs`` and ``experiments`` into a folder and return the files written.

    Raises
    ------
    EcsimError
        If one of the two is there already (then nothing is written), or the folder cannot be written.
    """
    root = shipped()
    sources = [file for name in FOLDERS for file in sorted((root / name).rglob("*")) if file.suffix in {".toml", ".md"}]
    written = [folder / file.relative_to(root) for file in sources]
    try:
        for name in FOLDERS:
            if (folder / name).exists():
                raise EcsimError(
                    f"{folder / name} exists, so nothing was written; name another folder, or move it away"
                )
        for source, file in zip(sources, written, strict=True):
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, file)
    except OSError as error:
        raise EcsimError(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
    return written


def _roots() -> Iterator[Path]:
    yield Path()
    yield from _laid_out_above()
    yield shipped()


def _laid_out_above() -> Iterator[Path]:
    """Yield the nearest folder above the current one that holds configs and experiments, if its owner is the same."""
    current = Path.cwd()
    for folder in current.parents:
        if folder.stat().st_uid != current.stat().st_uid:
            return
        if all((folder / name).is_dir() for name in FOLDERS):
            yield folder
            return


def _places(path: Path, kinds: tuple[str, ...]) -> Iterator[Path]:
    """Yield where a path may lie: as it stands, and unless it leads out of a folder, on every shelf of its kinds."""
    yield path
    if path.is_absolute() or ".." in path.parts or not path.parts:
        return
    shelves = ["", *(shelf for kind in kinds for shelf, _ in SHELVES[kind])]
    for root in _roots():
        for shelf in shelves:
            yield root / shelf / path
            yield root / shelf / f"{path}.toml"


def _file(place: Path, kinds: tuple[str, ...]) -> Path | None:
    if "experiments" in kinds and (place / EXPERIMENT).is_file():
        return place / EXPERIMENT
    return place if place.is_file() else None


def _name_of(file: Path) -> str:
    return (file.parent if file.name == EXPERIMENT else file.with_suffix("")).as_posix()


def _missing(path: Path, kinds: tuple[str, ...]) -> str:
    known = {kind: list(named(kind)) for kind in kinds}
    near = get_close_matches(path.stem, [name for names in known.values() for name in names], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    looked = ", ".join(str(root.resolve()) for root in _roots())
    if len(kinds) == 1:
        listing = f"Known {kinds[0]}: {', '.join(known[kinds[0]])}"
    else:
        listing = f"`ecsim list WHAT` names what is known, WHAT being one of {', '.join(kinds)}"
    return f"{path}: no such file (looked in {looked}).{hint} {listing}; `ecsim init` lays the shipped ones out"
