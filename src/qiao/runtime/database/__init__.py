"""The enterprise's PostgreSQL: an embedded server under our own supervisor, or one named by its address."""

from .embedded import DatabaseTrouble, EmbeddedServer
from .place import ServerPlace, place_for

__all__ = ["DatabaseTrouble", "EmbeddedServer", "ServerPlace", "place_for"]
