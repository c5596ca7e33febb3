"""The goods economy: who sells what online, from whose stock, bought at what price (docs/model.md 4.4 to 4.7)."""
