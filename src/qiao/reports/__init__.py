"""What several contexts know together, as home pages show it; only reads."""
