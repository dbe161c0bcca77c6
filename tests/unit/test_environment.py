"""Settings fail loudly, all at once."""

import pytest

from qiao.config.environment import read_environment
from qiao.kernel.errors import BadSettings


def test_defaults_listen_on_loopback():
    environment = read_environment({})
    assert (environment.bind, environment.port, environment.debug) == ("127.0.0.1", 8000, False)


def test_every_malformed_variable_is_named():
    source = {
        "QIAO_PORT": "99999", "QIAO_DEBUG": "maybe", "QIAO_TODAY": "22/11/2026", "QIAO_DATABASE_URL": "mysql://x",
        "QIAO_TIME_ZONE": "Mars/Base", "QIAO_ENGINE": "abacus", "QIAO_TILE_DATUM": "mars",
        "QIAO_WEB_WORKERS": "0", "QIAO_PUBLIC_URL": "qiao.example", "QIAO_CURRENCY": "shells",
    }  # fmt: skip
    with pytest.raises(BadSettings) as refused:
        read_environment(source)
    assert len(refused.value.complaints) == len(source)
    for name in source:
        assert any(line.startswith(name) for line in refused.value.complaints)
