"""Who may see what rating decided. Single customers follow the scope of customers; loads the scope of
``rating.view``.
"""

from typing import Any

from qiao.customers import access as customers
from qiao.org.access import Viewer
from qiao.runtime.scope import Scope


def check_view(viewer: Viewer) -> Scope:
    """Refuse who lacks the right; else how far it reaches."""
    viewer.check("rating.view")
    return viewer.scope("rating.view")


def visible_customers(viewer: Viewer) -> Any:
    """Customers whose standing this person may see: those in sight under both rights."""
    scope = check_view(viewer)
    return customers.visible(viewer).filter(scope.as_q())


def get_visible(viewer: Viewer, customer_id: int) -> Any:
    """One customer in sight.

    Raises:
        NotFound: It is not there, or out of scope.
    """
    check_view(viewer)
    return customers.get_visible(viewer, customer_id)
