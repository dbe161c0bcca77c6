"""Units, people and postings; the register of staff."""

from .organisation import (
    PROFILES,
    SCOPE_KINDS,
    Absence,
    CalendarDay,
    Departure,
    GradeInForce,
    Person,
    Posting,
    PostingUnit,
    RoleType,
    Unit,
    UnitPlacement,
    WorkingHours,
)
from .register import Attribute, LabourCost, PersonalDetail, Qualification, StaffWord, TalentPlan

__all__ = [
    "PROFILES",
    "SCOPE_KINDS",
    "Absence",
    "Attribute",
    "CalendarDay",
    "Departure",
    "GradeInForce",
    "LabourCost",
    "Person",
    "PersonalDetail",
    "Posting",
    "PostingUnit",
    "Qualification",
    "RoleType",
    "StaffWord",
    "TalentPlan",
    "Unit",
    "UnitPlacement",
    "WorkingHours",
]
