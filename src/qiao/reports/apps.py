from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "qiao.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
