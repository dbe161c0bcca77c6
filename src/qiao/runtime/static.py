"""Static files with names that carry their content's hash, so that browsers keep them for good."""

from functools import cache

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed when served in earnest; plain names while developing and testing."""

    manifest_strict = False
    # Third-party style sheets name files we do not ship (source maps, older font formats).
    support_js_module_import_aggregation = False

    def url(self, name: str | None, force: bool = False) -> str:
        if settings.DEBUG or settings.QIAO_PLAIN_STATIC:
            return str(settings.STATIC_URL) + (name or "")
        return str(super().url(name, force)) if force else self._kept(name)

    @cache  # noqa: B019 - one storage for the life of the process; its files do not change meanwhile
    def _kept(self, name: str | None) -> str:
        return str(super().url(name))
