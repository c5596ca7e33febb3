"""The evaluation file of a county: what a third party would ask for, from the events of a run alone.

`file` puts it together; `facts` is what its parts read; the others are parts of it. Words lie in ``texts.toml``.
"""

from ecsim.rural.dossier.file import dossier_of

__all__ = ["dossier_of"]
