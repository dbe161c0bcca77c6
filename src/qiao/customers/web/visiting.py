"""Before a visit: one page of who, what is agreed, where it stands, what moves, and what to ask."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qiao.customers import access, policy, queries
from qiao.customers.core.visit import Known, Question, list_questions
from qiao.runtime import clock, figures
from qiao.runtime.contributions import parts_of
from qiao.runtime.requests import Request

from .chain import chart_of
from .contracts import described
from .people import describe, role_gaps
from .stages import standing_of

KIND = "customer"
INFLUENTIAL = 3
QUESTIONS_SHOWN = 8
_DECIDES = {"decider", "approver"}
QUESTIONS = {
    "contract": _("“%(title)s” ends before %(day)s: what does renewal depend on?"),
    "falls": _("Revenue is lower than a year before: what changed, and who else serves them now?"),
    "stage": _("It has been in this stage longer than the norm: what holds it there?"),
    "against": _("%(name)s has influence and is reserved: what is behind it?"),
    "decider": _("Who decides, and who must agree?"),
    "role": _("Who is %(role)s? Nobody is noted."),
    "attitude": _("How does %(name)s stand towards us?"),
    "business": _("Which products and services are in use, ours and others'?"),
    "place": _("Where is the main site? Note it on the spot."),
}


def known_of(customer: Any, contacts: Any, contracts: Any, lines: Any, standing: Any, sites: Any) -> Known:
    """What the file says, as questions are found from it."""
    change = getattr(getattr(customer, "current", None), "change_share", None)
    return Known(
        open_roles=[str(label) for label in role_gaps(contacts)],
        has_decider=any(one.decision_role in _DECIDES for one in contacts),
        unread=[one.name for one in contacts if one.attitude is None],
        against=[
            one.name for one in contacts
            if one.attitude is not None and one.attitude < 0 and (one.influence or 0) >= INFLUENTIAL
        ],
        ending=[(row.title, row.ends_before) for row in contracts if row.state == "ending"],
        stage_exceeded=standing["stay"].exceeded,
        has_business=bool(lines),
        falls=change is not None and change < 0,
        has_place=any(site.lat is not None for site in sites),
    )  # fmt: skip


def in_words(question: Question) -> str:
    """A question in the reader's language."""
    params = {k: figures.day(v) if isinstance(v, date) else v for k, v in question.params.items()}
    return str(QUESTIONS[question.code]) % params


def gathered(customer: Any) -> dict[str, Any]:
    """All the page shows of the file itself; in a constant number of queries."""
    today = clock.today()
    contacts = queries.list_contacts(customer.pk)
    contracts: Any = queries.list_contracts(customer.pk)
    lines = [
        row
        for row in queries.list_business_lines(customer.pk)
        if not row.ends_before or row.ends_before > today
    ]
    standing = standing_of(customer)
    known = known_of(customer, contacts, contracts, lines, standing, queries.list_sites(customer.pk))
    return {
        "contacts": contacts,
        "gaps": known.open_roles,
        "contracts": [row for row in contracts if row.state in ("running", "ending")],
        "lines": lines,
        "standing": standing,
        "questions": [in_words(one) for one in list_questions(known)],
    }


def before_visit(request: Request, pk: int) -> HttpResponse:
    """One page to read before a visit, on the phone or on paper; other contexts add their parts below."""
    row = access.get_visible(request.viewer, pk)
    found = gathered(row)
    tiers = policy.names_of("tier", clock.today())
    current = getattr(row, "current", None)
    context = {
        **found,
        "customer": row,
        "current": current,
        "tier": tiers.get(current.tier, current.tier) if current else "",
        "people": describe(found["contacts"]),
        "chart": chart_of(found["contacts"]),
        "contracts": described(found["contracts"]),
        "questions": found["questions"][:QUESTIONS_SHOWN],
        "parts": [
            {"part": part, "url": reverse(part.url_name, args=[pk])}
            for part in parts_of(KIND, request.viewer)
        ],
    }
    return render(request, "customers/before_visit.html", context)
