"""What leaves the installation for other systems: the description of the catalogue, in the forms that harvesters read."""
