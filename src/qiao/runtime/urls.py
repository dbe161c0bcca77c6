"""Addresses of the runtime's own pages."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from . import finder, home
from .audit import views as audit
from .editing import views as editing
from .exports import views as exports
from .importing import views as imports
from .jobs import views as jobs
from .login import views as sessions
from .protection import views as protection
from .saved import views as saved
from .tokens import views as tokens

jobs_urls: list[URLPattern] = [
    path("", jobs.jobs, name="jobs"),
    path("<int:pk>/", jobs.job, name="job"),
    path("<int:pk>/panel/", jobs.panel, name="panel"),
    path("<int:pk>/cancel/", jobs.cancel, name="cancel"),
]
audit_urls: list[URLPattern] = [
    path("", audit.changes, name="changes"),
    path("log-ins/", audit.log_ins, name="log_ins"),
    path("exports/", audit.exports, name="exports"),
    path("opened/", audit.reads, name="reads"),
]
protection_urls: list[URLPattern] = [
    path("<str:code>/<int:pk>/open/", protection.open_value, name="open"),
]
tokens_urls: list[URLPattern] = [
    path("", tokens.tokens, name="tokens"),
    path("<int:pk>/revoke/", tokens.revoke, name="revoke"),
]
sessions_urls: list[URLPattern] = [
    path("", sessions.sessions, name="sessions"),
    path("<slug:name>/end/", sessions.end, name="end"),
]
lists_urls: list[URLPattern] = [
    path("", saved.menu, name="menu"),
    path("save/", saved.save, name="save"),
    path("<int:pk>/remove/", saved.remove, name="remove"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.fetch, name="export_file"),
    path("cell/", editing.cell, name="cell"),
    path("move/", editing.move, name="move"),
    path("bulk/", editing.bulk, name="bulk"),
    path("changes/", editing.changes, name="changes"),
    path("changes/<int:pk>/", editing.change, name="change"),
    path("changes/<int:pk>/undo/", editing.undo, name="undo"),
]
imports_urls: list[URLPattern] = [
    path("<slug:kind>/", imports.upload, name="upload"),
    path("<slug:kind>/template/", imports.template, name="template"),
    path("<slug:kind>/<int:pk>/", imports.run, name="run"),
    path("<slug:kind>/<int:pk>/columns/", imports.columns, name="columns"),
    path("<slug:kind>/<int:pk>/undo/", imports.undo, name="undo"),
    path("<slug:kind>/<int:pk>/commit/", imports.commit, name="commit"),
    path("<slug:kind>/<int:pk>/errors/", imports.errors, name="errors"),
]
# Only what Qiao offers of allauth, by the names it knows them: no self sign-up, no e-mail addresses to manage.
accounts_urls: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("second-factor/", sessions.second_factor, name="second_factor"),
    path("2fa/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/", sessions.passkeys, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/log-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("outside/", include("qiao.runtime.outside.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("me/", home.me, name="me"),
    path("search/", finder.search, name="search"),
    path("sw.js", home.service_worker, name="service_worker"),
    path("language/", set_language, name="set_language"),
    path("accounts/", include(accounts_urls)),
    path("fields/", include((protection_urls, "protection"))),
    path("jobs/", include((jobs_urls, "jobs"))),
    path("audit/", include((audit_urls, "audit"))),
    path("design/", include("qiao.runtime.design.urls")),
    path("imports/", include((imports_urls, "imports"))),
    path("me/sessions/", include((sessions_urls, "sessions"))),
    path("records/", include("qiao.runtime.records.urls")),
    path("lists/", include((lists_urls, "lists"))),
    path("me/security/", sessions.security, name="mfa_index"),
    path("me/tokens/", include((tokens_urls, "tokens"))),
]
