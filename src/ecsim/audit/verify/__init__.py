"""Whether a run is what it was published as: bytes, state, figures and the laws of conservation."""

from ecsim.audit.verify.verification import verify_run

__all__ = ["verify_run"]
