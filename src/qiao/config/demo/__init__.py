"""A visibly fictional enterprise to try Qiao with: seeded, so the same seed and month give the same data."""
