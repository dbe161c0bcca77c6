"""Django settings, all derived from :class:`qiao.config.environment.Environment`."""

import os
import secrets
from pathlib import Path
from typing import Any

import pghistory
import pgtrigger
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from qiao.config.environment import read_environment
from qiao.runtime.database import DatabaseTrouble, EmbeddedServer

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent


def _secret_key(home: Path) -> str:
    """The enterprise's signing key, made once; only its owner may read it."""
    path = home / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            path.hardlink_to(draft)
        except FileExistsError:  # another process was first
            pass
        finally:
            draft.unlink()
        return path.read_text()


def _database() -> dict[str, Any]:
    """Connection settings of the named or the embedded server; unset before the first ``qiao up``."""
    try:
        url = ENVIRONMENT.database_url or EmbeddedServer(ENVIRONMENT.home).url()
    except DatabaseTrouble:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "not-set-up-yet",
            "HOST": "127.0.0.1",
            "PORT": 1,
        }
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "qiao"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        # A pool gives each server thread its connection; persistent connections would leak across threads.
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": 8, "timeout": 20}},
        "TEST": {"TEMPLATE": "template0"},
    }


SECRET_KEY = _secret_key(ENVIRONMENT.home)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "qiao.runtime",  # first: its templates take the place of allauth's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "template_partials",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.dingtalk",
    "allauth.socialaccount.providers.feishu",
    "qiao.runtime.outside",
    "procrastinate.contrib.django",
    "ninja",  # or its pages would load scripts from elsewhere
    "qiao.runtime.records",
    "qiao.org",
    "qiao.work",
    "qiao.rulebook",
    "qiao.customers",
    "qiao.ledger",
    "qiao.rating",
    "qiao.reports",
]

MIDDLEWARE = [
    "qiao.runtime.guard.middleware.AddressMiddleware",
    "qiao.config.probes.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "qiao.runtime.login.middleware.RequestMemoryMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qiao.runtime.day.DayMiddleware",
    "qiao.org.middleware.ViewerMiddleware",
    "qiao.runtime.audit.middleware.AuditMiddleware",
    "qiao.runtime.guard.middleware.GuardMiddleware",
    "qiao.runtime.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "qiao.config.urls"
WSGI_APPLICATION = "qiao.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qiao.runtime.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Log-in
AUTH_USER_MODEL = "runtime.User"
AUTHENTICATION_BACKENDS = ["qiao.runtime.login.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_ADAPTER = "qiao.runtime.login.Adapter"
# Ten wrong passwords for one name in ten minutes lock that name for the rest of them.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/10m/key,60/10m/ip",
    "login": "60/m/ip",
    "change_password": "5/m/user",
}
ACCOUNT_PREVENT_ENUMERATION = True

# Second factors and passkeys
MFA_ADAPTER = "qiao.runtime.login.factors.Adapter"
MFA_FORMS = {
    "authenticate": "qiao.runtime.login.forms.CodeForm",
    "reauthenticate": "qiao.runtime.login.forms.CodeAgainForm",
    "activate_totp": "qiao.runtime.login.forms.AppForm",
    "add_webauthn": "qiao.runtime.login.forms.NewPasskeyForm",
    "edit_webauthn": "qiao.runtime.login.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # half a minute of a phone's clock
MFA_TOTP_ISSUER = "Qiao"
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a whole branch may come from one address

# Log-ins from elsewhere: only where the surroundings name them, and never a new account.
QIAO_OUTSIDE = ENVIRONMENT.outside
SOCIALACCOUNT_ADAPTER = "qiao.runtime.outside.adapter.Adapter"
SOCIALACCOUNT_PROVIDERS = ENVIRONMENT.outside.providers()
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
# A form's answer may not lead to other sites (the page's policy), a link may; the state ties the return to this browser.
SOCIALACCOUNT_LOGIN_ON_GET = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "runtime_cache"}}
SESSION_ENGINE = "qiao.runtime.login.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx reads it from the page's meta element instead
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.behind_tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_tls else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.behind_tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_TILES = [ENVIRONMENT.tile_url.split("/{")[0].replace("{s}", "*")] if ENVIRONMENT.tile_url else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_TILES],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
# Our words before anybody else's: allauth, too, knows a "Primary", and means an e-mail address.
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale"))
FORMAT_MODULE_PATH = ["qiao.runtime.formats"]
USE_THOUSAND_SEPARATOR = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENVIRONMENT.home / "files"},
    },
    "staticfiles": {"BACKEND": "qiao.runtime.static.Storage"},
}
QIAO_PLAIN_STATIC = "PYTEST_VERSION" in os.environ
WHITENOISE_USE_FINDERS = DEBUG or QIAO_PLAIN_STATIC
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "qiao.runtime.uploads.WholeUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Audit: statement-level triggers keep bulk loads fast.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(null=True, db_index=False)


LOGGING_CONFIG = "qiao.runtime.logs.configure"
LOGGING: dict[str, Any] = {"debug": DEBUG}

QIAO_BEHIND_TLS = ENVIRONMENT.behind_tls
QIAO_LIMITS = {
    "api": ENVIRONMENT.limit_api,
    "address": ENVIRONMENT.limit_address,
    "exports": ENVIRONMENT.limit_exports,
    "search": ENVIRONMENT.limit_search,
    "uploads": ENVIRONMENT.limit_uploads,
}
QIAO_HOME = ENVIRONMENT.home
QIAO_TODAY = ENVIRONMENT.today
QIAO_TILE_URL = ENVIRONMENT.tile_url
QIAO_PUBLIC_URL = ENVIRONMENT.public_url
QIAO_INNER_ADDRESSES = ENVIRONMENT.inner_addresses
QIAO_TILE_DATUM = ENVIRONMENT.tile_datum
QIAO_ENGINE = ENVIRONMENT.engine
QIAO_CURRENCY = ENVIRONMENT.currency
QIAO_COMMENT_CHARACTERS = ENVIRONMENT.comment_characters
QIAO_ATTACHMENT_MB = ENVIRONMENT.attachment_mb
QIAO_ATTACHMENTS_GB = ENVIRONMENT.attachments_gb
QIAO_ATTACHMENT_TYPES = ENVIRONMENT.attachment_types
QIAO_PICTURE_MEGAPIXELS = ENVIRONMENT.picture_megapixels
QIAO_PICTURE_SIDE = ENVIRONMENT.picture_side
QIAO_METRICS_TOKEN = ENVIRONMENT.metrics_token
QIAO_LOG_REQUESTS = ENVIRONMENT.log_requests
