"""Commands that query and export a run, as an option parser takes them, for tests of what they print."""

import argparse

from ecsim.cli import export, sql


def command(*arguments: str) -> int:
    """Return the status of a command line."""
    parser = argparse.ArgumentParser()
    several = parser.add_subparsers()
    for module in (sql, export):
        module.add(lambda name, summary, example: several.add_parser(name, description=summary, epilog=example))
    given = parser.parse_args(arguments)
    status: int = given.run(given)
    return status
