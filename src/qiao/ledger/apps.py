from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "qiao.ledger"
    label = "ledger"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
