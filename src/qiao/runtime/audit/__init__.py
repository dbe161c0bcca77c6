"""Who changed what, when, from where: kept by triggers in the database, so no way of writing escapes it."""
