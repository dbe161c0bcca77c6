"""What the ledger decides, without storing or reading anything."""
