"""The enterprise's PostgreSQL: an embedded server under our own supervisor, or one named by its address."""

from .embedded import EmbeddedServer
from .place import DatabaseTrouble, ServerPlace, place_for

__all__ = ["DatabaseTrouble", "EmbeddedServer", "ServerPlace", "place_for"]
