"""The two states a version is stored in; whether it is in force or ended follows from its days."""

STATES = DRAFT, APPROVED = "draft", "approved"
