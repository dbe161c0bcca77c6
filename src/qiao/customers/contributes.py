"""What customers add elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import Hook, Right, register
from qiao.runtime.importing import register as register_import

from . import actions, importing
from .core.assignment import DEPUTIES

register(
    DEPUTIES,
    Right("customers.view", N_("See customers")),
    Right("customers.edit", N_("Change customer files")),
    Right("customers.import", N_("Import customers")),
    Right("customers.export", N_("Export customer lists")),
    Right("assignments.change", N_("Change who serves a customer")),
    Hook("on_new_day", "customers.roll_over", actions.roll_over),
    Hook("on_unit_closed", "customers.homes", actions.close_unit_homes),
)
register_import(importing.KIND)
