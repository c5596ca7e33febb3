"""The journal: every event of a run, in order, with the root that names them.

A journal is a folder: a manifest (`manifest.jsonl`, a hash chain of lines: genesis, seals, close), sealed events as
Parquet objects named by the hash of their bytes, and the tail of what is not sealed yet. `Journal` writes one,
`JournalReader` reads one, `verify` recomputes every byte of one. Other rooms import from here.
"""

from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.journal.journal import Journal, Keep
from ecsim.kernel.journal.manifest import MANIFEST, Root, read_lines
from ecsim.kernel.journal.merkle import LEAF_SEQS
from ecsim.kernel.journal.objects import Columns, object_path
from ecsim.kernel.journal.reader import Batch, JournalReader
from ecsim.kernel.journal.verify import Inspection, Verification, verify

__all__ = [
    "LEAF_SEQS",
    "MANIFEST",
    "Batch",
    "Columns",
    "Finding",
    "Inspection",
    "Journal",
    "JournalReader",
    "Keep",
    "Root",
    "Verification",
    "object_path",
    "read_lines",
    "verify",
]
