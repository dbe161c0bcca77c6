from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "qiao.customers"
    label = "customers"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
