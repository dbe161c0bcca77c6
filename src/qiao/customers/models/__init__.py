"""Rows of customers."""

from .depth import BusinessLine, ContactNote, Contract, StageChange
from .files import (
    ROLES,
    Assignment,
    Contact,
    CurrentDay,
    CurrentStanding,
    Customer,
    Digits,
    HomeUnit,
    NoticeTold,
    Site,
    Standing,
)
from .merging import DuplicatePair, Merge
from .personal import Consent, Erasure, PersonalRead
from .pool import PoolClaim, PoolDay, PoolWarning

__all__ = [
    "ROLES",
    "Assignment",
    "BusinessLine",
    "Consent",
    "Contact",
    "ContactNote",
    "Contract",
    "CurrentDay",
    "CurrentStanding",
    "Customer",
    "Digits",
    "DuplicatePair",
    "Erasure",
    "HomeUnit",
    "Merge",
    "NoticeTold",
    "PersonalRead",
    "PoolClaim",
    "PoolDay",
    "PoolWarning",
    "Site",
    "StageChange",
    "Standing",
]
