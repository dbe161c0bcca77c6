"""Customer files, assignments (who serves whom), standing (tier, class, credit, value)."""
