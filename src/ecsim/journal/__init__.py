"""The journal: every event of a run, in order, with the root that names them."""

from ecsim.journal.journal import Journal
from ecsim.journal.manifest import Root
from ecsim.journal.reader import JournalReader
from ecsim.journal.verify import Verification, verify

__all__ = ["Journal", "JournalReader", "Root", "Verification", "verify"]
