from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "qiao.runtime.records"
    label = "records"

    def ready(self) -> None:
        from . import contributes  # noqa: F401 - registers contributions
