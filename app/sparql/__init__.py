"""The SPARQL 1.1 Protocol over HTTP: requests read, formats negotiated, answers and problems written."""
