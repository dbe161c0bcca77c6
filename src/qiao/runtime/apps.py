from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "qiao.runtime"
    label = "runtime"

    def ready(self) -> None:
        from . import contributes, login, lookups  # noqa: F401 - registers signals and contributions
        from .importing import contributes as imports  # noqa: F401 - the same of imports

        login.record_log_ins()
