"""The journal: every event of a run, in order, with the root that names them."""

from ecsim.journal.findings import Finding
from ecsim.journal.journal import Journal
from ecsim.journal.manifest import Root
from ecsim.journal.reader import JournalReader
from ecsim.journal.verify import Inspection, Verification, verify

__all__ = ["Finding", "Inspection", "Journal", "JournalReader", "Root", "Verification", "verify"]
