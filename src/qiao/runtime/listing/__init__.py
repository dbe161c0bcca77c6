"""Lists, declared: search, filters, sort, pages, columns to choose, export – the same everywhere.

A context declares a list once and gives it a scoped queryset::

    CUSTOMERS = Listing(
        code="customers",
        columns=(
            Column("name", _("Name"), "name", sort="pinyin", link=opens("customers:customer")),
            Column("unit", _("Unit"), ("home_unit__name_zh", "home_unit__name_en"), phone="line"),
            Column("tier", _("Tier"), "current__tier", kind="badge", phone="line"),
            Column("revenue", _("Revenue"), "current__revenue_yuan", kind="wan", phone="value"),
        ),
        filters=(
            Filter("unit", _("Unit"), path="home_unit_id", choices=list_units, convert=int),
            Filter("since", _("Since"), path="starts_on", kind="dates"),
        ),
        search=queries.search,                      # (queryset, text) → queryset
        search_hint=_("Name, pinyin, code or phone"),
        sort="name",                                # "-revenue" for falling
        export_right="customers.export",
        empty_title=_("No customers yet"), empty_text=_("…"), empty_action=("/customers/import/", _("Import")),
    )

    def customers(request):
        rows = access.scoped_customers(request.viewer)      # a queryset, or a list of dicts
        return render_list(request, CUSTOMERS, rows, title=_("Customers"),
                           actions=[Action(_("Import"), reverse("customers:import"), icon="upload")])

What comes for free: the address holds the whole state (``?q=…&unit=3&sort=-revenue&after=…``); htmx swaps only
the table; keyset pages, so a deep page costs what the first does; the number of hits is counted to 1,000 at
most; two queries a page besides the choices of filters; CSV and XLSX of exactly the filtered list under
``export_right``; cards on a phone (``phone=`` says which columns stay); the first column stays in sight.

Rows are plain dicts of the columns shown (``queryset.values``): a list cannot load more than it shows, nor query
row by row. A computed cell names what it reads: ``Column("x", _("X"), compute, needs=("a", "b__c"))``.

Column kinds: text number money wan share date month period instant badge movement yes_no; money is yuan as
Decimal, shares are 0-1. Column options: ``link(row)``, ``why(row)`` (address of the explanation), ``tone(row)``
for badges, ``unit``, ``places``, ``good`` (movement), ``hint`` (heading's hover text), ``shown=False`` (only by the
column chooser), ``sort`` (path to order by; "" for none), ``phone`` ("value", "line", "badge" or "").

``groups`` say what the list can be grouped by (``?by=tier``): each value with its rows, their share and the sum of the
column ``summed``; a group leads to the list filtered by it::

    groups=(Group("tier", _("Tier"), "current__tier", names=tier_names, filter="tier"),), summed="revenue_12"

Filter kinds: choice (``choices`` a sequence of (value, label) or (request) → such), yes_no, range, dates, month;
``path`` or ``apply(rows, value)`` says what it does. ``bulk`` puts boxes before the rows and buttons that post the
picked ids as ``pick`` to an address.

``views`` show the same query, with its filters, its search and its address, as lanes, as a calendar or on a map
(``?view=kanban``): ``views=(Kanban("stage", "stage"), Calendar("ends"), Places(…))``.

``edit`` lets a column's cells be changed in the list, one by one in place or many at once with a preview and an undo::

    Column("industry", _("Industry"), "industry", edit=Edit(gather, write, refuse, right="customers.edit"))
"""

from .declare import Action, Bulk, Calendar, Column, Edit, Filter, Group, Kanban, Listing, Places, opens
from .render import render_list

__all__ = [
    "Action",
    "Bulk",
    "Calendar",
    "Column",
    "Edit",
    "Filter",
    "Group",
    "Kanban",
    "Listing",
    "Places",
    "opens",
    "render_list",
]
