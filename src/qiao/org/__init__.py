"""Units, people, postings, role types, grade in force."""
