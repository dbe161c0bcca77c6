"""What takes too long for the test suite: kills, a full disk, volume, every PostgreSQL. ``python -m bench.soak --help``."""
