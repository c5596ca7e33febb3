"""Commands that ask a run, as an option parser takes them, for tests of what they print."""

import argparse

from ecsim.cli import ask


def command(*arguments: str) -> int:
    """Return the status of a command line."""
    parser = argparse.ArgumentParser()
    several = parser.add_subparsers()
    ask.add(lambda name, message, example: several.add_parser(name, description=message, epilog=example))
    given = parser.parse_args(arguments)
    status: int = given.run(given)
    return status
