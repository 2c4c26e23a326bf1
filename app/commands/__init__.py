"""The commands of `pivi`, one module each."""
