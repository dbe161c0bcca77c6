"""What of the organisation can be imported: units, people, the register of staff."""

from .organisation import PEOPLE, UNITS
from .register import REGISTER

__all__ = ["PEOPLE", "REGISTER", "UNITS"]
