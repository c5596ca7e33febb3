"""Errors that a user can mend: a bad file, a bad setting, a damaged run."""


class EcsimError(Exception):
    """What, where, what was found, what is allowed, what to do; commands print it and end with status 2."""


class VerificationError(EcsimError):
    """A run is not what it was published as; commands print it and end with status 1."""
