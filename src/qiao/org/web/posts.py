"""Pages of posts: all by family, one with its versions and holders, one's own with what one must know."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.org import access, actions, queries
from qiao.org.core.register import FAMILY
from qiao.runtime import clock
from qiao.runtime.i18n import pick
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

from .forms import DayInput, word_choices

MOST_HOLDERS = 100


class PostForm(forms.Form):
    """A post of the enterprise."""

    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    family = forms.TypedChoiceField(label=gettext_lazy("Post family"), coerce=int)
    role_type = forms.TypedChoiceField(
        label=gettext_lazy("Role type"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Who is posted in this role type holds the post."),
    )  # fmt: skip
    level = forms.CharField(
        label=gettext_lazy("Level"), max_length=40, required=False,
        help_text=gettext_lazy("A grade; empty: every grade of the role type."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.pk, pick(role.name_zh, role.name_en)) for role in queries.list_role_types()]
        self.fields["family"].choices = word_choices(FAMILY)  # type: ignore[attr-defined]
        self.fields["role_type"].choices = [("", "—"), *roles]  # type: ignore[attr-defined]


class DescriptionForm(forms.Form):
    """A version of a post's description; one thing a line."""

    on = forms.DateField(label=gettext_lazy("Starts on"), widget=DayInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    duties_zh = forms.CharField(
        label=gettext_lazy("Duties (Chinese)"), max_length=10_000, widget=forms.Textarea,
        help_text=gettext_lazy("One a line."),
    )  # fmt: skip
    duties_en = forms.CharField(
        label=gettext_lazy("Duties (English)"), max_length=10_000, widget=forms.Textarea, required=False
    )
    must_zh = forms.CharField(
        label=gettext_lazy("Must-know (Chinese)"), max_length=10_000, widget=forms.Textarea, required=False,
        help_text=gettext_lazy("One a line; what stays as it was stays known to those who know it."),
    )  # fmt: skip
    must_en = forms.CharField(
        label=gettext_lazy("Must-know (English)"), max_length=10_000, widget=forms.Textarea, required=False
    )


def shown(post: Any) -> dict[str, Any]:
    """A post as pages show it: the description in force as lines in the reader's language."""
    now = post.description_now[0] if post.description_now else None
    text = pick(now.duties_zh, now.duties_en) if now else ""
    return {
        "row": post,
        "name": pick(post.name_zh, post.name_en),
        "family": queries.word_name(post.family),
        "role": pick(post.role_type.name_zh, post.role_type.name_en) if post.role_type else "",
        "since": now.starts_on if now else None,
        "description": now,
        "duties": text.splitlines(),
        "must_knows": [(fact, pick(fact.text_zh, fact.text_en)) for fact in now.must_knows.all()]
        if now
        else [],
    }


def posts(request: Request) -> HttpResponse:
    """Posts by family."""
    viewer = request.viewer
    viewer.check("org.view")
    families: dict[str, list[dict[str, Any]]] = {}
    for post in queries.list_posts(clock.today()):
        one = shown(post)
        families.setdefault(one["family"], []).append(one)
    context = {"families": list(families.items()), "can_edit": viewer.scope("org.edit").everything}
    return render(request, "org/posts.html", context)


@require_POST
def enter_usual_posts(request: Request) -> HttpResponse:
    """Begin with the posts of a marketing and a service centre."""
    access.check_everything(request.viewer, "org.edit")
    number = actions.enter_usual_posts(by=request.user)
    messages.success(request, _("%(n)s posts entered.") % {"n": number})
    return HttpResponseRedirect(reverse("org:posts"))


def post(request: Request, pk: int) -> HttpResponse:
    """One post: what it is for, what must be known, who holds it and how much of it he says he knows."""
    viewer = request.viewer
    viewer.check("org.view")
    row = queries.get_post(pk, clock.today())
    one = shown(row)
    people = list(queries.holders_of(row, access.visible_people(viewer), clock.today())[: MOST_HOLDERS + 1])
    known = queries.count_known([p.pk for p in people], one["description"].pk) if one["description"] else {}
    context = {
        "post": one, "holders": [(p, known.get(p.pk, 0)) for p in people[:MOST_HOLDERS]],
        "more": len(people) > MOST_HOLDERS, "versions": queries.list_descriptions(pk),
        "can_edit": viewer.scope("org.edit").everything,
    }  # fmt: skip
    return render(request, "org/post.html", context)


@require_http_methods(["GET", "POST"])
def new_post(request: Request) -> HttpResponse:
    """Enter a post; its description comes next."""
    access.check_everything(request.viewer, "org.edit")
    form = PostForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        values["family"] = queries.get_word(values["family"])
        values["role_type"] = queries.get_role_type(values["role_type"]) if values["role_type"] else None
        return reverse("org:describe_post", args=[actions.create_post(by=request.user, **values).pk])

    return answer_form(
        request, form, write, title=_("New post of the enterprise"), cancel=reverse("org:posts")
    )


@require_http_methods(["GET", "POST"])
def describe_post(request: Request, pk: int) -> HttpResponse:
    """A new version of a post's description."""
    access.check_everything(request.viewer, "org.edit")
    row = queries.get_post(pk, clock.today())
    form = DescriptionForm(request.POST or None, initial=_initial(row))
    back = reverse("org:post", args=[pk])

    def write(values: dict[str, Any]) -> str:
        actions.describe_post(
            post=row, duties=(values["duties_zh"], values["duties_en"]), must_knows=(values["must_zh"], values["must_en"]),
            on=values["on"], reason=values["reason"], by=request.user,
        )  # fmt: skip
        return back

    return answer_form(
        request, form, write, title=_("Job description"), cancel=back, subtitle=pick(row.name_zh, row.name_en)
    )


def _initial(row: Any) -> dict[str, Any]:
    """The description in force, to be changed."""
    values: dict[str, Any] = {"on": clock.today()}
    for now in row.description_now:
        facts = list(now.must_knows.all())
        values |= {"duties_zh": now.duties_zh, "duties_en": now.duties_en}
        values["must_zh"] = "\n".join(fact.text_zh for fact in facts)
        values["must_en"] = "\n".join(filter(None, (fact.text_en for fact in facts)))
    return values


def my_post(request: Request) -> HttpResponse:
    """What one's own posts are for and what one must know, to be ticked."""
    person = access.person_of(request.viewer)
    since = queries.known_since(person)
    mine = []
    for row in queries.list_posts_of(person, clock.today()):
        one = shown(row)
        facts = [
            {"id": fact.pk, "text": text, "since": since.get(fact.pk)} for fact, text in one["must_knows"]
        ]
        mine.append({**one, "facts": facts, "known": sum(fact["since"] is not None for fact in facts)})
    return render(request, "org/my_post.html", {"posts": mine})


@require_POST
def say_known(request: Request, must_know_id: int) -> HttpResponse:
    """Tick something as known, or take the tick back."""
    person = access.own_person(request.viewer)
    actions.say_known(
        person=person, must_know_id=must_know_id, known=request.POST.get("known") == "1", by=request.user
    )
    return HttpResponseRedirect(reverse("org:my_post"))
