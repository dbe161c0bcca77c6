"""Units, people and postings; the register of staff."""

from .accounts import DIRECTORIES, DirectoryAccount
from .directory import DepartmentPlace, DirectoryRow, DirectoryRun, DirectorySetup
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
from .sight import AccessRequest, Grant, Look, RightDecision
from .structure import Establishment, StructureMade, TemplatePost, TemplateUnit

__all__ = [
    "DIRECTORIES",
    "Absence",
    "AccessRequest",
    "Attribute",
    "CalendarDay",
    "DepartmentPlace",
    "Departure",
    "DirectoryAccount",
    "DirectoryRow",
    "DirectoryRun",
    "DirectorySetup",
    "Establishment",
    "GradeInForce",
    "Grant",
    "JobDescription",
    "Known",
    "LabourCost",
    "Look",
    "MustKnow",
    "Person",
    "PersonalDetail",
    "Post",
    "Posting",
    "PostingUnit",
    "Qualification",
    "RightDecision",
    "RoleType",
    "StaffWord",
    "StructureMade",
    "TalentPlan",
    "TemplatePost",
    "TemplateUnit",
    "Unit",
    "UnitPlacement",
    "WorkingHours",
]
