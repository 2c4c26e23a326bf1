"""All tests; a folder for each part of the system."""
