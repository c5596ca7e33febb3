"""The command on region packs: check one, cut counties out of it, begin a new one."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, WRONG_INPUT, Command, place
from ecsim.cli.console import for_terminal
from ecsim.kernel.errors import EcsimError, counted


def add(command: Command) -> None:
    """Declare the command."""
    pack = command(
        "pack",
        "Check a region pack, cut counties out of one, or begin a new one.",
        "ecsim pack cut yunnan_2018 --prefectures 曲靖市 --out regions/qujing",
    )
    pack.add_argument("do", choices=["check", "cut", "new"], help="say every fault; write a part; write a skeleton")
    pack.add_argument("folder", type=place, help="folder of the pack; to check or cut, also the name of a shipped one")
    pack.add_argument(
        "--counties", nargs="+", metavar="NAME", help="of cut: counties to keep, by code or by Chinese or English name"
    )
    pack.add_argument("--prefectures", nargs="+", metavar="NAME", help="of cut: prefectures to keep")
    pack.add_argument("--out", type=place, metavar="FOLDER", help="of cut: new folder to write")
    pack.set_defaults(run=do_with_pack)


def do_with_pack(given: Namespace) -> int:
    """Check, cut or begin a region pack.

    Returns
    -------
    int
        0: done, or nothing is wrong; 2: the pack has faults, a line each on standard error.
    """
    if given.do != "cut" and (given.counties or given.prefectures or given.out):
        raise EcsimError(f"--counties, --prefectures and --out are of `ecsim pack cut`; leave them out of {given.do}")
    return {"check": _check, "cut": _cut, "new": _new}[given.do](given)


def _check(given: Namespace) -> int:
    from ecsim.rural.regions.faults import examples_of, faults_of
    from ecsim.rural.regions.pack import folder_of, load_pack

    with folder_of(given.folder) as folder:
        faults = faults_of(folder)
        for fault in faults:
            print(f"BAD {for_terminal(fault)}", file=sys.stderr)
        if faults:
            them = "it" if len(faults) == 1 else "them"
            print(f"ecsim: {counted(len(faults), 'fault')}; mend {them} and check again", file=sys.stderr)
            return WRONG_INPUT
        pack = load_pack(given.folder)
        holds = [
            counted(len(pack.prefectures), "prefecture"), counted(len(pack.counties), "county", "counties"),
            counted(len(pack.townships), "township"), counted(len(pack.villages), "village"),
            counted(len(pack.products), "product"),
        ]  # fmt: skip
        print(f"ok  {given.folder}: {', '.join(holds)}")
        for name, rows in examples_of(folder).items():
            still, them = ("is still an example", "it") if rows == 1 else ("are still examples", "them")
            print(f"    {name}: {counted(rows, 'row')} {still}; replace {them} by facts with their sources")
    return OK


def _cut(given: Namespace) -> int:
    from ecsim.rural.regions.cutting import write_cut

    if given.out is None or not (given.counties or given.prefectures):
        raise EcsimError("pack cut: say what to keep and where to write it, as --counties 会泽县 --out regions/huize")
    part = write_cut(given.folder, given.counties, given.prefectures, Path(given.out))
    holds = f"{counted(len(part.counties), 'county', 'counties')}, {counted(len(part.villages), 'village')}"
    print(f"{given.out}: {part.title_zh}; {holds}")
    print(f'to run it:  region = "{given.out}" in a scenario, or --set region={given.out}')
    return OK


def _new(given: Namespace) -> int:
    from ecsim.rural.regions.skeleton import write_skeleton

    files = write_skeleton(Path(given.folder))
    print(f"{given.folder}: {len(files)} files; every row is an example. Read README.md (README.zh.md: 中文说明)")
    print(f"to check:   ecsim pack check {given.folder}")
    return OK
