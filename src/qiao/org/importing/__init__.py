"""What of the organisation can be imported: units, people, the register of staff, labour cost."""

from .costs import LABOUR_COSTS
from .organisation import PEOPLE, UNITS
from .register import REGISTER

__all__ = ["LABOUR_COSTS", "PEOPLE", "REGISTER", "UNITS"]
