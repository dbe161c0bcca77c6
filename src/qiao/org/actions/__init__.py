"""Writes of the organisation. Keyword-only, one transaction each, audited."""

from .calendar import (
    clear_day,
    end_absence,
    note_absence,
    seed_holidays,
    set_day,
    set_working_hours,
)
from .organisation import (
    appoint,
    change_person,
    close_unit,
    create_unit,
    end_posting,
    link_log_in,
    load_people,
    move_unit,
    person_keys,
    put_role_types,
    register_person,
    rename_unit,
    set_grade,
    transfer_posting,
)

__all__ = [
    "appoint",
    "change_person",
    "clear_day",
    "close_unit",
    "create_unit",
    "end_absence",
    "end_posting",
    "link_log_in",
    "load_people",
    "move_unit",
    "note_absence",
    "person_keys",
    "put_role_types",
    "register_person",
    "rename_unit",
    "seed_holidays",
    "set_day",
    "set_grade",
    "set_working_hours",
    "transfer_posting",
]
