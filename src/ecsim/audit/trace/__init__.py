"""From a figure to the events that make it, and their causes back to the roots."""

from ecsim.audit.trace.trace import Level, Trace, trace

__all__ = ["Level", "Trace", "trace"]
