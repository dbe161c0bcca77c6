"""Writes about customers: keyword-only, atomic, audited by the database."""

from .contracts import put_business_line, put_contract
from .current import refresh_current, roll_over
from .files import FILE_FIELDS, change_file, customer_keys, open_file, put_site
from .leaving import hand_over_customers, take_customers_back
from .loading import load_customers
from .notices import note_told
from .people import add_contact_note, put_contact, remove_contact
from .publishing import publish_figures, publish_standings
from .serving import assign, close_unit_homes, move_home
from .stages import change_stage

__all__ = [
    "FILE_FIELDS",
    "add_contact_note",
    "assign",
    "change_file",
    "change_stage",
    "close_unit_homes",
    "customer_keys",
    "hand_over_customers",
    "load_customers",
    "move_home",
    "note_told",
    "open_file",
    "publish_figures",
    "publish_standings",
    "put_business_line",
    "put_contact",
    "put_contract",
    "put_site",
    "refresh_current",
    "remove_contact",
    "roll_over",
    "take_customers_back",
]
