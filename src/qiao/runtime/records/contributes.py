"""What every record carries, offered everywhere."""

from qiao.kernel.errors import N_

from ..contributions import (
    HomeCard,
    Hook,
    KeptFolder,
    NavItem,
    PrintSource,
    RecordTab,
    RecordUse,
    Right,
    TimelineSource,
    register,
)
from . import access, actions, queries, showing, tasks

EVERYBODY = frozenset({"manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator"})

register(
    Right(access.WRITE, N_("Comment on records and attach to them"), scoped=False),
    KeptFolder("files", "files", queries.list_digests),
    Right(access.FIELDS, N_("Add custom fields to records"), scoped=False),
    NavItem("records", N_("Custom fields"), "records:kinds", "forms", access.FIELDS, 940, group=N_("System")),
    Right(access.TAGS, N_("Keep the tags records are marked with"), scoped=False),
    HomeCard("places", N_("At hand"), "records:places", "", 60, EVERYBODY, width=6),
    PrintSource("", "records", "", 800, showing.own_sheets),
    RecordTab("", "comments", N_("Comments"), "records:comments", "", 800),
    RecordTab("", "files", N_("Attachments"), "records:files", "", 810),
    RecordUse(
        "",
        "records",
        N_("Comments, attachments or tags hang on it by now."),
        lambda kind, pks, since: actions.records_in_use(kind, pks),
    ),
    Hook("on_new_day", "records.files", tasks.queue_clearing),
    TimelineSource("", "files", N_("Attachments"), "", showing.file_entries),
    TimelineSource("", "comments", N_("Comments"), "", showing.comment_entries),
)
