"""Django plumbing without business: what every context stands on."""
