from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "qiao.rulebook"
    label = "rulebook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
