"""Harvesting: records of other installations, fetched, judged leniently and kept apart from our own."""
