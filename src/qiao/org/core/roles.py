"""What a role type may be: whose home page it opens on, and how far its rights reach. Requirement 14.5."""

SCOPE_KINDS = ("self", "unit", "unit_and_below", "chosen", "all")
PROFILES = ("manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator")
