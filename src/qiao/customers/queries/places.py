"""Reads of where customers are."""

from typing import Any

from django.db.models import Avg, Count, F, Prefetch, QuerySet, Value
from django.db.models.functions import Floor

from ..models import Customer, Site

MAP_MOST = 2000


def prefetch_main_site() -> Any:
    """The main site of each customer of a list, as ``main_sites``."""
    return Prefetch("sites", Site.objects.filter(is_main=True), to_attr="main_sites")


def list_map_points(customers: QuerySet[Customer], limit: int = MAP_MOST) -> list[dict[str, Any]]:
    """Main sites with coordinates of a scoped set, for a map."""
    rows = (
        Site.objects.filter(is_main=True, lat__isnull=False, customer__in=customers.order_by().values("pk"))
        .select_related("customer__current")
        .order_by("customer_id")[:limit]
    )
    return [
        {"id": s.customer_id, "name": s.customer.name, "lat": s.lat, "lon": s.lon, "tier": _tier(s.customer)}
        for s in rows
    ]


def _placed(customers: QuerySet[Customer]) -> QuerySet[Site]:
    return Site.objects.filter(
        is_main=True, lat__isnull=False, customer__in=customers.order_by().values("pk")
    )


def count_with_place(customers: QuerySet[Customer]) -> int:
    """How many customers of a scoped set have a main site with coordinates."""
    return _placed(customers).count()


def count_places(customers: QuerySet[Customer], degrees: float) -> list[tuple[float, float, int]]:
    """Squares of so many degrees: the middle of the main sites in each, and how many they are."""
    cell = {name: Floor(F(name) / Value(degrees)) for name in ("lat", "lon")}
    rows = _placed(customers).order_by().values(row=cell["lat"], place=cell["lon"])
    found = rows.annotate(y=Avg("lat"), x=Avg("lon"), n=Count("pk"))
    return [(row["y"], row["x"], row["n"]) for row in found]


def _tier(customer: Customer) -> str:
    return customer.current.tier if hasattr(customer, "current") else ""
