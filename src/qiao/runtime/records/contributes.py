"""What every record carries, offered everywhere."""

from qiao.kernel.errors import N_

from ..contributions import Hook, RecordTab, Right, TimelineSource, register
from . import access, showing, tasks

register(
    Right(access.WRITE, N_("Comment on records and attach to them"), scoped=False),
    RecordTab("", "comments", N_("Comments"), "records:comments", "", 800),
    RecordTab("", "files", N_("Attachments"), "records:files", "", 810),
    Hook("on_new_day", "records.files", tasks.queue_clearing),
    TimelineSource("", "files", N_("Attachments"), "", showing.file_entries),
    TimelineSource("", "comments", N_("Comments"), "", showing.comment_entries),
)
