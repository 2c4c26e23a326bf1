"""The web: pages, addresses and commands over the catalogue. Thin: a view parses, calls once, answers."""
