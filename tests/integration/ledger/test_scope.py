"""The same scope as a queryset filter and as a predicate over the lake, on random customers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.customers.models import Customer
from qiao.ledger.lake import connect
from qiao.ledger.queries.lines import visible_sql
from qiao.runtime.scope import Scope

pytestmark = pytest.mark.django_db
places = st.integers(0, 5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    people=st.lists(st.tuples(places, places, places), min_size=3, max_size=3),
    everything=st.booleans(),
    units=st.frozensets(places, max_size=4),
    person=st.one_of(st.none(), places),
)
def test_filter_and_predicate_show_the_same_customers(cast, people, everything, units, person):
    unit_ids = [None, *(unit.pk for unit in cast.units.values())]
    person_ids = [None, *(p.pk for p in cast.people.values())]
    for customer, (unit, primary, deputy) in zip(cast.customers.values(), people, strict=True):
        second = None if primary == deputy else person_ids[deputy]
        Customer.objects.filter(pk=customer.pk).update(
            home_unit_id=unit_ids[unit], primary_id=person_ids[primary], deputy_id=second
        )
    scope = Scope(
        everything=everything,
        unit_ids=frozenset(unit_ids[u] for u in units) - {None},
        person_id=person_ids[person] if person is not None else None,
    )
    by_filter = set(Customer.objects.filter(scope.as_q()).values_list("pk", flat=True))
    rows = list(Customer.objects.values_list("pk", "home_unit_id", "primary_id", "deputy_id"))
    con = connect()
    con.execute(
        "CREATE TABLE l AS SELECT * FROM (VALUES " + ", ".join(f"({r[0]})" for r in rows) + ") t(customer_id)"
    ).fetchall()
    predicate, values = visible_sql(con, scope, rows)
    by_predicate = {
        r[0] for r in con.execute(f"SELECT customer_id FROM l WHERE {predicate}", values).fetchall()
    }
    con.close()
    assert by_predicate == by_filter
