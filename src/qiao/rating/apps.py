from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "qiao.rating"
    label = "rating"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
