"""Role types: what people of a kind of post may do, how far, and which protected fields they read."""

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.org import access, actions, queries
from qiao.org.core.roles import PROFILES, SCOPE_KINDS
from qiao.runtime.contributions import Right, list_registered
from qiao.runtime.i18n import pick, say
from qiao.runtime.pages import answer_form
from qiao.runtime.protection import SIGHT_WORDS, Sight, list_protected
from qiao.runtime.requests import Request

from .forms import SCOPE_LABELS

PROFILE_LABELS = {
    "manager": _("Account manager"),
    "supervisor": _("Supervisor"),
    "executive": _("Executive"),
    "hr": _("HR and assessment"),
    "back_office": _("Back office"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator"),
}
SIGHT = "sight_"


class RoleTypeForm(forms.Form):
    """A role type with its rights and protected fields."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    duties_zh = forms.CharField(
        label=_("Duties (Chinese)"), required=False, widget=forms.Textarea({"rows": 3})
    )
    duties_en = forms.CharField(
        label=_("Duties (English)"), required=False, widget=forms.Textarea({"rows": 3})
    )
    profile = forms.ChoiceField(label=_("Home page"), choices=[(p, PROFILE_LABELS[p]) for p in PROFILES])
    scope_kind = forms.ChoiceField(label=_("Data scope"), choices=[(s, SCOPE_LABELS[s]) for s in SCOPE_KINDS])
    serves_customers = forms.BooleanField(label=_("Serves customers"), required=False)
    asks_second_factor = forms.BooleanField(
        label=_("Must have a second factor at log-in"), required=False,
        help_text=_("From the next page on; who has none yet is led to set one up."),
    )  # fmt: skip
    rights = forms.MultipleChoiceField(label=_("Rights"), required=False)

    def __init__(self, *args: Any, stands: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stands:
            del self.fields["code"]  # postings and packs name a role type by it
        self.fields["rights"].choices = [  # type: ignore[attr-defined]
            (right.code, say(right.label)) for right in list_registered(Right)
        ]
        for one in list_protected():
            self.fields[f"{SIGHT}{one.code}"] = forms.ChoiceField(
                label=say(one.label), choices=[(sight.code, say(SIGHT_WORDS[sight])) for sight in Sight]
            )

    @property
    def plain(self) -> list[Any]:
        """Fields laid out as usual."""
        return [self[name] for name in self.fields if name != "rights" and not name.startswith(SIGHT)]

    @property
    def sights(self) -> list[Any]:
        """One choice for each protected field."""
        return [self[name] for name in self.fields if name.startswith(SIGHT)]

    @property
    def right_groups(self) -> list[list[dict[str, Any]]]:
        """Boxes of the rights, those of one part of the house together."""
        held = set(self["rights"].value() or ())
        boxes = [
            {"code": code, "label": label, "held": code in held}
            for code, label in sorted(self.fields["rights"].choices)  # type: ignore[attr-defined]
        ]
        return [list(group) for _part, group in groupby(boxes, lambda box: box["code"].partition(".")[0])]

    def values(self) -> dict[str, Any]:
        """What is to be stored."""
        given = dict(self.cleaned_data)
        sights = {name.removeprefix(SIGHT): given.pop(name) for name in list(given) if name.startswith(SIGHT)}
        return {**given, "sights": sights}


def role_types(request: Request) -> HttpResponse:
    """Role types with their duties, rights and reach."""
    viewer = request.viewer
    viewer.check("org.view")
    labels = {right.code: say(right.label) for right in list_registered(Right)}
    counts = queries.count_holders()
    rows = [
        {
            "role": r,
            "name": pick(r.name_zh, r.name_en),
            "duties": pick(r.duties_zh, r.duties_en),
            "scope": SCOPE_LABELS[r.scope_kind],
            "rights": [labels.get(code, code) for code in r.rights],
            "people": counts.get(r.pk, 0),
        }
        for r in queries.list_role_types()
    ]
    may = viewer.can(access.ROLES)
    proposed = sum(len(one.rights) for one in queries.proposed_rights()) if may else 0
    return render(request, "org/role_types.html", {"rows": rows, "can_edit": may, "proposed": proposed})


@require_http_methods(["GET", "POST"])
def proposed_rights(request: Request) -> HttpResponse:
    """Rights this version's role types start with and the enterprise's lack: given, or decided against."""
    access.check_everything(request.viewer, access.ROLES)
    if request.method == "POST":
        accept = request.POST.get("decide") == "give"
        number = actions.decide_rights(
            picked=read_picked(request.POST.getlist("right")), accept=accept, by=request.user
        )
        said = _("%(n)s rights given.") if accept else _("%(n)s rights are not proposed again.")
        messages.success(request, said % {"n": number})
        return HttpResponseRedirect(reverse("org:proposed_rights"))
    labels = {right.code: say(right.label) for right in list_registered(Right)}
    roles = {role.pk: role for role in queries.list_role_types()}
    counts = queries.count_holders()
    context = {
        "rows": [
            {
                "role": one.role_id,
                "name": pick(roles[one.role_id].name_zh, roles[one.role_id].name_en),
                "scope": SCOPE_LABELS[roles[one.role_id].scope_kind],
                "people": counts.get(one.role_id, 0),
                "rights": [(f"{one.role_id}:{right}", labels[right], right) for right in one.rights],
            }
            for one in queries.proposed_rights()
        ],
        "decisions": [
            {
                "row": row,
                "name": pick(row.role_type.name_zh, row.role_type.name_en),
                "right": labels.get(row.right, row.right),
            }
            for row in queries.list_right_decisions()[:50]
        ],
    }
    return render(request, "org/proposed_rights.html", context)


def read_picked(texts: Any) -> list[tuple[int, str]]:
    """Role type and right as ``7:org.look``; what is written otherwise is left out."""
    parts = [text.partition(":") for text in texts]
    return [(int(role), right) for role, _colon, right in parts if role.isdecimal() and len(role) < 19]


@require_POST
def propose_again(request: Request, pk: int) -> HttpResponse:
    """Propose a right again that was decided against."""
    access.check_everything(request.viewer, access.ROLES)
    actions.propose_again(decision=queries.get_right_decision(pk), by=request.user)
    return HttpResponseRedirect(reverse("org:proposed_rights"))


@require_http_methods(["GET", "POST"])
def role_type(request: Request, pk: int | None = None) -> HttpResponse:
    """Enter or change a role type; who holds it may do so from the next page on."""
    access.check_everything(request.viewer, access.ROLES)
    row = queries.get_role_type(pk) if pk else None
    form = RoleTypeForm(request.POST or None, initial=_initial(row), stands=row is not None)

    def write(_values: dict[str, Any]) -> str:
        actions.put_role_type(role_type=row, by=request.user, **form.values())
        return reverse("org:role_types")

    return answer_form(
        request,
        form,
        write,
        title=pick(row.name_zh, row.name_en) if row else _("New role type"),
        cancel=reverse("org:role_types"),
        template="org/role_type.html",
        people=queries.count_holders().get(row.pk, 0) if row else 0,
    )


def _initial(row: Any) -> dict[str, Any]:
    stored = row.sights if row else {}
    sights = {f"{SIGHT}{one.code}": stored.get(one.code, one.default.code) for one in list_protected()}
    if row is None:
        return {**sights, "scope_kind": "self"}
    names = (
        "name_zh", "name_en", "duties_zh", "duties_en", "profile", "scope_kind", "serves_customers", "rights",
        "asks_second_factor",
    )  # fmt: skip
    return {**sights, **{name: getattr(row, name) for name in names}}
