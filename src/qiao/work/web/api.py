"""Work in the API: the same scope, the same actions as the pages."""

from ninja import Router

from .approvals_api import router as approvals
from .channels_api import router as channels
from .inbox_api import router as inbox
from .notices_api import router as notices
from .tasks_api import router as tasks

router = Router()
for part in (inbox, tasks, approvals, notices, channels):
    router.add_router("", part)
