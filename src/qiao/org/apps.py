from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "qiao.org"
    label = "org"

    def ready(self) -> None:
        from . import contributes  # noqa: F401
