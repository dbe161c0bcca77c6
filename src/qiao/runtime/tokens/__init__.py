"""Keys for programs: each acts as one user and is limited to the rights it names."""
