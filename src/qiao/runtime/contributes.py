"""What the runtime itself offers everywhere."""

from qiao.kernel.errors import N_

from .contributions import Hook, KeptFolder, NavItem, Right, SearchSource, register
from .exports.actions import clear_expired
from .finder import find_pages
from .guard.actions import forget_old
from .login.actions import end_sessions
from .stamps import thin_out

register(
    Hook("on_new_day", "runtime.stamps", lambda on: thin_out()),
    Hook("on_new_day", "runtime.sessions", lambda on: end_sessions()),
    Hook("on_new_day", "runtime.guard", lambda on: forget_old()),
    Hook("on_new_day", "runtime.exports", lambda on: clear_expired()),
    KeptFolder("runtime.imports", "imports", lambda: ()),
    SearchSource("pages", N_("Go to"), "", 5, find_pages),
    Right("lists.share", N_("Share saved lists with all who may open them"), scoped=False),
    Right("jobs.view", N_("See everybody's jobs"), scoped=False),
    Right("audit.view", N_("See who saw or changed what"), scoped=False),
    Right("log_ins.view", N_("See the record of log-ins"), scoped=False),
    Right("log_ins.edit", N_("Make log-ins and reset passwords"), scoped=False),
    Right("tokens.use", N_("Use the programming interface with a token of one's own"), scoped=False),
    NavItem("jobs", N_("Jobs"), "jobs:jobs", "progress", "", 900, group=N_("System")),
    NavItem("log_ins", N_("Log-ins"), "audit:log_ins", "login-2", "log_ins.view", 910, group=N_("System")),
    NavItem("exports", N_("Exports"), "audit:exports", "file-export", "audit.view", 915, group=N_("System")),
    NavItem("reads", N_("Opened fields"), "audit:reads", "eye", "audit.view", 917, group=N_("System")),
    NavItem("audit", N_("Changes"), "audit:changes", "history", "audit.view", 920, group=N_("System")),
)
