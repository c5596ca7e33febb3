"""The journal: every event of a run, in order, with the root that names them."""

from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.journal.journal import Journal
from ecsim.kernel.journal.manifest import Root
from ecsim.kernel.journal.reader import JournalReader
from ecsim.kernel.journal.verify import Inspection, Verification, verify

__all__ = ["Finding", "Inspection", "Journal", "JournalReader", "Root", "Verification", "verify"]
