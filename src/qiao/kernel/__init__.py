"""The vocabulary every context speaks: pure, standard library only."""
