"""What kinds and reasons of a comparison are called: English source texts by code."""

from qiao.kernel.errors import N_

KINDS = {
    "conflict": N_("Unclear"),
    "leave": N_("Leaves"),
    "join": N_("Joins"),
    "move": N_("Moves"),
    "return": N_("Is back"),
    "link": N_("Is known there"),
    "change": N_("Differs"),
}
TONES = {
    "conflict": "warn", "leave": "bad", "join": "good", "move": "info", "return": "good", "link": "neutral",
    "change": "info",
}  # fmt: skip
REASONS = {
    "joins": N_("Nobody here is this member; he is entered, without a post."),
    "joins_with_post": N_("Nobody here is this member; he is entered, with a post in his unit."),
    "number": N_("Found by the staff number; his user id there is noted."),
    "phone": N_("Found by phone and name; his user id there is noted."),
    "email": N_("Found by e-mail and name; his user id there is noted."),
    "second_id": N_("Known by one of his two ids there; both are noted."),
    "department": N_("His department there belongs to another unit."),
    "differs": N_("The directory says otherwise."),
    "not_there": N_("He is not in the directory any more; his hand-over begins, his customers stay until it is done."),
    "shut_there": N_("He is shut in the directory; his hand-over begins, his customers stay until it is done."),
    "there_again": N_("He is in the directory again; his hand-over is called off."),
    "no_name": N_("The directory tells no name: the app may not see it, or it is empty."),
    "no_number": N_("The directory tells no staff number, and without one nobody is entered."),
    "number_taken": N_("The staff number %(about)s belongs to somebody else already."),
    "two_people": N_("Several people here fit: %(about)s."),
    "two_members": N_("Several members fit this person: %(about)s."),
    "known_otherwise": N_("He is noted with another user id there: %(about)s."),
    "other_name_phone": N_("The phone is that of %(about)s, but the name differs."),
    "other_name_email": N_("The e-mail is that of %(about)s, but the name differs."),
    "other_number": N_("Phone or e-mail and name fit the person with the staff number %(about)s, but the number differs."),
    "left_already": N_("He left here before %(about)s but is in the directory: take the departure back, or have him taken out there."),
    "department_open": N_("Nobody has said which unit the department “%(about)s” is."),
    "several_departments": N_("He is in several departments of different units and none is his main one: %(about)s."),
    "nowhere": N_("He is in no department."),
    "later_post": N_("A post of his begins later; he is not moved before that is settled."),
}  # fmt: skip
KEYS = {"number": N_("Staff number"), "phone": N_("Phone"), "email": N_("E-mail")}
FIELDS = {"name": N_("Name"), "phone": N_("Phone"), "email": N_("E-mail"), "number": N_("Staff number")}
TREATMENTS = {
    "": N_("not said yet"),
    "unit": N_("is the unit"),
    "above": N_("belongs to the one above"),
    "out": N_("stays out"),
}
DIRECTORIES = {"wecom": N_("WeCom"), "dingtalk": N_("DingTalk")}
STATES = {
    "reading": N_("being read"),
    "ready": N_("ready to apply"),
    "applying": N_("being applied"),
    "applied": N_("applied"),
    "outdated": N_("outdated"),
    "failed": N_("failed"),
}
STATE_TONES = {
    "reading": "neutral",
    "ready": "info",
    "applying": "neutral",
    "applied": "good",
    "outdated": "warn",
    "failed": "bad",
}
NIGHTLY = {
    "off": N_("off"),
    "dry_run": N_("compare and tell"),
    "apply": N_("compare and apply"),
}
SOURCES = {"wecom": N_("WeCom directory"), "dingtalk": N_("DingTalk directory")}
