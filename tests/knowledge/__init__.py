"""What the catalogue knows before anybody writes in it: ontology, vocabularies, places, public bodies."""
