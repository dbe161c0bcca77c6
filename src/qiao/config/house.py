"""The enterprise's database running and Django ready, for as long as a command takes."""

import contextlib
from collections.abc import Iterator

from qiao.config.environment import read_environment
from qiao.runtime.database import EmbeddedServer
from qiao.runtime.database.embedded import check_server


@contextlib.contextmanager
def database_up(settings: dict[str, str] | None = None) -> Iterator[None]:
    """The enterprise's database running and Django ready, for one command; stops what it started."""
    environment = read_environment()
    with contextlib.ExitStack() as stack:
        if environment.database_url:
            check_server(environment.database_url)
        else:
            stack.enter_context(EmbeddedServer(environment.home, settings or {}).running())
        import django

        django.setup()
        yield
