"""Region packs: a folder of facts with their sources, and the written rules that fill holes and settle conflicts.

Nothing here knows Yunnan: another region is another folder of the same files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from ecsim.kernel.errors import EcsimError, shown
from ecsim.rural.calendar import Seasons
from ecsim.rural.regions import whole
from ecsim.rural.regions.pack_reader import Keep, PackReader
from ecsim.rural.regions.reader import bytes_of, check_files, read_head
from ecsim.rural.regions.region_pack import County, RegionPack, Township, Village

__all__ = [
    "County", "RegionPack", "Township", "Village", "folder_of", "load_pack", "load_part", "pack_digest",
    "pack_identity", "seasons_of", "shipped_packs",
]  # fmt: skip

MOST_NAMED = 3
"""Counties whose names stand in the title of a part of a pack; of more their number does."""


def load_pack(name: str) -> RegionPack:
    """Return a region pack, by the name of one that comes with ecsim or by the path of a folder.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files or figures is missing or wrong.
    """
    with folder_of(name) as folder:
        check_files(folder)
        return _read_pack(folder, _digest(folder))


def load_part(name: str, keep: frozenset[str]) -> RegionPack:
    """Return some counties of a region pack, which are there what they are within the whole.

    Parameters
    ----------
    name : of the pack, or the path of a folder
    keep : codes of the counties, all of the pack

    Raises
    ------
    EcsimError
        As `load_pack`.
    """
    with folder_of(name) as folder:
        check_files(folder)
        return _read_pack(folder, _digest(folder), keep)


@lru_cache(maxsize=8)
def _read_pack(folder: Path, digest: str, keep: Keep = None) -> RegionPack:
    """Return the pack that a folder holds while its files have a digest; it is read once a process."""
    if keep is None:
        return PackReader(folder).pack(digest)
    larger = _read_pack(folder, digest)
    part = PackReader(folder, keep).pack(digest)
    counties = [county.name_en for county in part.counties], [county.name_zh for county in part.counties]
    return replace(
        part,
        title_en=f"{_few(counties[0], ', ', 'counties')} ({part.title_en})",
        title_zh=f"{_few(counties[1], '、', '个县')}（{part.title_zh}）",
        whole=whole.of_part(larger.whole, larger.codes, part.codes),
        larger=larger,
    )


def _few(names: list[str], between: str, many: str) -> str:
    """Return some names, or how many there are."""
    apart = " " if many.isascii() else ""
    return between.join(names) if len(names) <= MOST_NAMED else f"{len(names)}{apart}{many}"


def pack_digest(name: str) -> str:
    """Return the digest of a region pack, its files unread otherwise.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files is missing.
    """
    with folder_of(name) as folder:
        check_files(folder)
        return _digest(folder)


def pack_identity(name: str) -> tuple[str, str]:
    """Return the name that a region pack gives itself, and its digest; its tables unread otherwise."""
    with folder_of(name) as folder:
        check_files(folder)
        return read_head(folder).name, _digest(folder)


def seasons_of(name: str) -> Seasons:
    """Return the seasons of a region pack; its tables unread."""
    with folder_of(name) as folder:
        return _seasons(folder, bytes_of(folder / "pack.toml"))


@lru_cache(maxsize=8)
def _seasons(folder: Path, content: bytes) -> Seasons:  # noqa: ARG001 (another content is read anew)
    """Return the seasons that a folder's pack.toml names while it holds a content; they are read once a process."""
    return read_head(folder).seasons


def shipped_packs() -> list[str]:
    """Return the names of the packs that come with ecsim."""
    with as_file(files("ecsim.rural.regions").joinpath("packs")) as inside:
        return sorted(item.name for item in inside.iterdir() if item.is_dir())


@contextmanager
def folder_of(name: str) -> Iterator[Path]:
    """Yield the folder of a region pack, by the name of one that comes with ecsim or by its path."""
    packs = files("ecsim.rural.regions").joinpath("packs")
    with as_file(packs) as inside:
        own = Path(name).name == name and _is_pack(inside / name)
        folder = inside / name if own else Path(name)
        if not _is_pack(folder):
            raise EcsimError(
                f"region {shown(name)}: not a region pack: no pack.toml in it; allowed are "
                f"{', '.join(shipped_packs())}, or the path of a folder like them"
            )
        yield folder


def _is_pack(folder: Path) -> bool:
    """Return whether a folder is meant as a pack, before anything else of it is read."""
    try:
        return (folder / "pack.toml").is_file()
    except OSError:  # a name that is too long for the system
        return False


def _digest(folder: Path) -> str:
    """Return the SHA-256 of all files of a pack, by name."""
    total = hashlib.sha256()
    inside = [(*Path(base).relative_to(folder).parts, name) for base, _, names in os.walk(folder) for name in names]
    for parts in sorted(inside):
        total.update("/".join(parts).encode() + b"\0" + bytes_of(folder.joinpath(*parts)) + b"\0")
    return total.hexdigest()
