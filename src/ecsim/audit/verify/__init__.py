"""Verification: whether a run is what was published: bytes, root, state, figures and the laws of conservation."""

from ecsim.audit.verify.verification import verify_run

__all__ = ["verify_run"]
