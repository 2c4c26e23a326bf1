"""The public SPARQL endpoint: questions screened, run in killable workers on snapshots, answered whole."""
