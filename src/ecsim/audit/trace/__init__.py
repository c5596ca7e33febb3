"""Provenance of a figure: from a figure to the events that make it, and their causes back to the roots."""

from ecsim.audit.trace.figure_trace import Level, Trace, trace_figure, trace_figures

__all__ = ["Level", "Trace", "trace_figure", "trace_figures"]
