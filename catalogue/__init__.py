"""The domain: journal, store, search and rules of the catalogue. Knows nothing of the web."""
