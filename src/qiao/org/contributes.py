"""What the organisation adds elsewhere."""

from qiao.kernel.errors import N_
from qiao.runtime.contributions import Right, register
from qiao.runtime.importing import register as register_import

from . import importing

register(
    Right("org.view", N_("See units and people")),
    Right("org.edit", N_("Change units, people and postings")),
    Right("org.import", N_("Import units and people")),
)
register_import(importing.UNITS)
register_import(importing.PEOPLE)
