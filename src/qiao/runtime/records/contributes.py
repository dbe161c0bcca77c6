"""What every record carries, offered everywhere."""

from qiao.kernel.errors import N_

from ..contributions import RecordTab, Right, TimelineSource, register
from . import access, showing

register(
    Right(access.WRITE, N_("Comment on records and attach to them"), scoped=False),
    RecordTab("", "comments", N_("Comments"), "records:comments", "", 800),
    TimelineSource("", "comments", N_("Comments"), "", showing.comment_entries),
)
