"""Writes about customers: keyword-only, atomic, audited by the database."""

from .contracts import end_agreement, put_business_line, put_contract, remove_agreement
from .current import refresh_current, roll_over
from .duplicates import (
    SEARCH,
    call_different,
    find_pairs,
    look_at_again,
    note_saved_anyway,
    start_search,
)
from .files import FILE_FIELDS, change_file, change_one_field, customer_keys, open_file, put_site
from .leaving import hand_over_customers, take_customers_back
from .loading import load_customers
from .merging import count_moving, merge, unmerge
from .moving import MERGINGS
from .notices import note_told
from .people import add_contact_note, put_contact, remove_contact
from .personal import (
    erase_contact,
    note_consent,
    note_read,
    propose_erasures,
    put_personal,
    withdraw_consent,
)
from .pool import KEEP as KEEP_POOL
from .pool import claim, keep_pool, look_at_idle
from .publishing import publish_figures, publish_standings
from .serving import assign, close_unit_homes, move_home
from .stages import change_stage, change_stages, take_stages_back
from .undoing import IMPORT_UNDO

__all__ = [
    "FILE_FIELDS",
    "IMPORT_UNDO",
    "KEEP_POOL",
    "MERGINGS",
    "SEARCH",
    "add_contact_note",
    "assign",
    "call_different",
    "change_file",
    "change_one_field",
    "change_stage",
    "change_stages",
    "claim",
    "close_unit_homes",
    "count_moving",
    "customer_keys",
    "end_agreement",
    "erase_contact",
    "find_pairs",
    "hand_over_customers",
    "keep_pool",
    "load_customers",
    "look_at_again",
    "look_at_idle",
    "merge",
    "move_home",
    "note_consent",
    "note_read",
    "note_saved_anyway",
    "note_told",
    "open_file",
    "propose_erasures",
    "publish_figures",
    "publish_standings",
    "put_business_line",
    "put_contact",
    "put_contract",
    "put_personal",
    "put_site",
    "refresh_current",
    "remove_agreement",
    "remove_contact",
    "roll_over",
    "start_search",
    "take_customers_back",
    "take_stages_back",
    "unmerge",
    "withdraw_consent",
]
