"""What a backup says of itself: its first member, read before anything else is believed."""

import json
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
CONTENTS = "contents.json"
DATABASE = "database.dump"
FOLDERS = "home/"
FILES = ("secret_key", "push_key.pem", "currency")  # single files of a home that belong to the enterprise


class BackupTrouble(RuntimeError):
    """A backup cannot be made or read; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The first member of a backup.

    Attributes:
        format: Of the file itself.
        version: Of Qiao, when it was made.
        made_at: ISO instant.
        server_version: PostgreSQL's, as its number: 180006.
        migrations: Names of everything the database had been brought to, ``app.name``.
        members: Digest and size of every other member, by name.
        people, customers, live_files: Counts a reader recognises the enterprise by.
    """

    format: int
    version: str
    made_at: str
    server_version: int
    migrations: list[str]
    members: dict[str, tuple[str, int]]
    people: int
    customers: int
    live_files: int

    def to_bytes(self) -> bytes:
        """As stored."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(size for _, size in self.members.values())


def read_contents(path: Path) -> Contents:
    """What a backup says of itself.

    Raises:
        BackupTrouble: It is no backup, is cut off, or was written by a later Qiao in another form.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            file = tar.extractfile(first) if first is not None and first.name == CONTENTS else None
            if file is None:
                raise BackupTrouble(f"{path} is not a backup of Qiao: its first member is not {CONTENTS}.")
            values = json.loads(file.read())
    except FileNotFoundError:
        raise BackupTrouble(f"There is no file {path}.") from None
    except (tarfile.TarError, json.JSONDecodeError, OSError) as error:
        raise BackupTrouble(f"{path} cannot be read as a backup: {error}.") from error
    if values.get("format") != FORMAT:
        raise BackupTrouble(
            f"{path} has form {values.get('format')}; this Qiao reads form {FORMAT}. Restore it with the Qiao that made it "
            f"({values.get('version', 'unknown version')}) or a later one."
        )
    values["members"] = {name: (digest, size) for name, (digest, size) in values["members"].items()}
    return Contents(**values)
