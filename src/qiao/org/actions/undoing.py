"""What imports of the organisation wrote, and how each is taken back."""

from qiao.runtime.importing.undo import UndoPlan, Written
from qiao.runtime.records.actions import VALUES_TABLE

from ..models import (
    Attribute,
    Establishment,
    LabourCost,
    Person,
    PersonalDetail,
    Posting,
    Qualification,
    Unit,
    UnitPlacement,
)

UNITS_UNDO = UndoPlan(
    kind="unit",
    tables=(
        Written(Unit, "id"),
        Written(UnitPlacement, "unit_id"),
        Written(VALUES_TABLE, "object_id", "kind = 'unit'"),
    ),
    name="m.name_zh",
)
STRUCTURE_UNDO = UndoPlan(
    kind="unit",
    tables=(Written(Unit, "id"), Written(UnitPlacement, "unit_id"), Written(Establishment, "unit_id")),
    name="m.name_zh",
)
PEOPLE_UNDO = UndoPlan(
    kind="person",
    tables=(
        Written(Person, "id"),
        Written(Posting, "person_id"),
        Written(Attribute, "person_id"),
        Written(VALUES_TABLE, "object_id", "kind = 'person'"),
    ),
    name="m.name",
)
REGISTER_UNDO = UndoPlan(
    kind="person",
    tables=(
        Written(Person, "id"),
        Written(Attribute, "person_id"),
        Written(PersonalDetail, "person_id"),
        Written(Qualification, "person_id"),
        Written(VALUES_TABLE, "object_id", "kind = 'person'"),
    ),
    name="m.name",
)
COSTS_UNDO = UndoPlan(
    kind="labour_cost",
    tables=(Written(LabourCost, "id"),),
    name="(SELECT u.name_zh FROM org_unit u WHERE u.id = m.unit_id) || ' ' || to_char(m.month, 'YYYY-MM')",
)
