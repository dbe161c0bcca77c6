from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "qiao.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
