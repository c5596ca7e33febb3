"""The evaluation file of a place as pages and PDF.

`content` reads a run; `targets`, `facts` and `evidence` make `sections` of it; `pages` puts them together and writes.
"""

from ecsim.report.dossier.content import EvaluationFile, read_file
from ecsim.report.dossier.pages import compose, write_dossier

__all__ = ["EvaluationFile", "compose", "read_file", "write_dossier"]
