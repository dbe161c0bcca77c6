"""Units, people and postings; the register of staff."""

from .accounts import DIRECTORIES, DirectoryAccount
from .organisation import (
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
from .posts import JobDescription, Known, MustKnow, Post
from .register import Attribute, LabourCost, PersonalDetail, Qualification, StaffWord, TalentPlan
from .structure import TemplatePost, TemplateUnit

__all__ = [
    "DIRECTORIES",
    "Absence",
    "Attribute",
    "CalendarDay",
    "Departure",
    "DirectoryAccount",
    "GradeInForce",
    "JobDescription",
    "Known",
    "LabourCost",
    "MustKnow",
    "Person",
    "PersonalDetail",
    "Post",
    "Posting",
    "PostingUnit",
    "Qualification",
    "RoleType",
    "StaffWord",
    "TalentPlan",
    "TemplatePost",
    "TemplateUnit",
    "Unit",
    "UnitPlacement",
    "WorkingHours",
]
