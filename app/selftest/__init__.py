"""The self-test: the installation reads itself over HTTP as a harvester would, and tells what it found."""
