"""Pages of comments. Each finds the record in the viewer's scope first."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import RuleBroken

from ...contributions import get_directory
from ...i18n import say_error
from ...pages import answer_form, render_panel, render_part, render_tab, wants_part
from ...requests import Request
from .. import access, actions, forms, queries, showing
from ..access import Record

PART = "runtime/records/comments.html"


def _back(record: Record, tab: str = "comments") -> str:
    return f"{record.url}?tab={tab}"


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
def comments(request: Request, kind: str, pk: int) -> HttpResponse:
    """Tab: what people say about a record, and the field to say more."""
    if request.method == "POST":
        return _comment(request, access.get_record_to_write(request.viewer, kind, pk))
    record = access.get_record(request.viewer, kind, pk)
    before = _number(request.GET.get("before", ""))
    return _comments_part(request, record, forms.CommentForm(), before=before)


def _comments_part(request: Request, record: Record, form: Any, **more: Any) -> HttpResponse:
    before = more.pop("before", None)
    context = {
        **showing.comments_page(request.viewer, record, before),
        "form": form,
        "before": before,
        **more,
    }
    if form.errors:
        return render_part(request, PART, context, status=422)
    return render_tab(request, record.kind, record.pk, "comments", PART, context)


def _comment(request: Request, record: Record) -> HttpResponse:
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        return _comments_part(request, record, form)
    values = form.cleaned_data
    try:
        row = actions.comment(record=record, text=values["text"], picked=values["mention"], by=request.user)
    except RuleBroken as refusal:
        form.add_error("text", say_error(refusal))
        return _comments_part(request, record, form)
    untold = _untold_text(row)
    if wants_part(request):
        return _comments_part(request, record, forms.CommentForm(), untold=untold)
    if untold:
        messages.warning(request, untold)
    return HttpResponseRedirect(_back(record))


def _untold_text(row: Any) -> str:
    names = queries.list_untold(row)
    if not names:
        return ""
    return _("Not told, because this record is out of their sight: %(names)s") % {"names": "、".join(names)}


@require_http_methods(["GET", "POST"])
def comment(request: Request, kind: str, pk: int, comment_id: int) -> HttpResponse:
    """Word one's own comment anew."""
    row = access.get_own_comment(request.viewer, kind, pk, comment_id)
    record = access.get_record(request.viewer, kind, pk)
    form = forms.CommentForm(request.POST or None, initial={"text": row.text})

    def write(values: dict[str, Any]) -> str:
        changed = actions.change_comment(
            record=record, comment=row, text=values["text"], picked=values["mention"], by=request.user
        )
        if untold := _untold_text(changed):
            messages.warning(request, untold)
        return _back(record)

    return answer_form(
        request, form, write, title=_("Change the comment"), cancel=_back(record), subtitle=record.label
    )


@require_POST
def remove_comment(request: Request, kind: str, pk: int, comment_id: int) -> HttpResponse:
    """Take one's own comment back."""
    row = access.get_own_comment(request.viewer, kind, pk, comment_id)
    record = access.get_record(request.viewer, kind, pk)
    actions.remove_comment(comment=row, by=request.user)
    return _again(request, record)


def _again(request: Request, record: Record) -> HttpResponse:
    """The comments anew for htmx; a browser is led back to them."""
    if wants_part(request):
        return _comments_part(request, record, forms.CommentForm())
    return HttpResponseRedirect(_back(record))


def comment_history(request: Request, kind: str, pk: int, comment_id: int) -> HttpResponse:
    """Panel: every wording of a comment."""
    row = access.get_comment_history(request.viewer, kind, pk, comment_id)
    events = queries.list_comment_changes(row.pk)
    return render_panel(request, _("History of the comment"), "runtime/parts/events.html", {"events": events})


@require_POST
def follow(request: Request, kind: str, pk: int) -> HttpResponse:
    """Be told of a record, or be left in peace."""
    record = access.get_record(request.viewer, kind, pk)
    change = actions.unfollow if request.POST.get("on") == "0" else actions.follow
    change(record=record, user_id=request.viewer.user_id)
    return _again(request, record)


def followers(request: Request, kind: str, pk: int) -> HttpResponse:
    """Panel: who is told of a record."""
    record = access.get_record(request.viewer, kind, pk)
    names = get_directory().names_of(queries.gather_followers(record))
    return render_panel(
        request, _("Who follows"), "runtime/records/followers.html", {"names": sorted(names.values())}
    )


def colleagues(request: Request, kind: str, pk: int) -> HttpResponse:
    """Colleagues whose name begins as typed after an @."""
    access.get_record_to_write(request.viewer, kind, pk)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    found = get_directory().find(request.viewer, text, 8)
    return render_part(request, "runtime/records/colleagues.html", {"people": found})
