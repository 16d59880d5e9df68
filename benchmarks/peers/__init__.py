"""How the peers do the same work: programs of their own, so that time and memory are theirs alone."""
