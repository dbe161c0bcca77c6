"""One enterprise as one file: its database and its folders as of one moment, and back."""

from .contents import BackupTrouble, Contents, read_contents
from .making import make_backup
from .restoring import restore_backup

__all__ = ["BackupTrouble", "Contents", "make_backup", "read_contents", "restore_backup"]
