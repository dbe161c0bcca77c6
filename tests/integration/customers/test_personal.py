"""Personal data of contacts: only with consent, every read noted, erased down to the audit."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from qiao.customers import actions, policy, queries
from qiao.customers.models import Consent, Contact, Contract, Erasure, PersonalRead
from qiao.kernel.errors import RuleBroken
from qiao.rulebook import actions as rulebook
from qiao.runtime import clock
from qiao.runtime.contributions import Hook, register, unregister
from qiao.work.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen(cast):
    rulebook.install_pack(name="telecom", by=cast.users["administrator"])
    return actions.put_contact(
        customer=cast.customers["ours"], by=None, name="陈独特", phone="13812345678", note="爱喝龙井"
    )


def agree(chen, field="occupation"):
    return actions.note_consent(
        contact=chen, field=field, given_on=clock.today(), means="走访时口头同意", person_id=None, by=None
    )


def keep(chen, **values):
    return actions.put_personal(
        contact=chen, values=values, policy=policy.personal_policy(clock.today()), by=None
    )


def test_without_consent_nothing_is_kept_and_emptying_is_always_allowed(chen):
    with pytest.raises(RuleBroken) as refusal:
        keep(chen, occupation="教师")
    assert (refusal.value.code, refusal.value.field) == ("no_consent", "occupation")
    keep(chen, occupation="", native_place="")
    agree(chen)
    keep(chen, occupation="教师")
    with pytest.raises(RuleBroken):
        keep(chen, occupation="教师", native_place="东市")
    chen.refresh_from_db()
    assert (chen.occupation, chen.native_place) == ("教师", "")


def test_without_an_article_nothing_is_kept_even_with_consent(cast):
    contact = actions.put_contact(customer=cast.customers["ours"], by=None, name="陈总")
    agree(contact)
    with pytest.raises(RuleBroken) as refusal:
        keep(contact, occupation="教师")
    assert refusal.value.code == "no_purpose"


def test_a_withdrawn_consent_takes_the_value_along(chen):
    consent = agree(chen)
    keep(chen, occupation="教师")
    actions.withdraw_consent(consent=consent, by=None)
    chen.refresh_from_db()
    assert chen.occupation == ""
    with pytest.raises(RuleBroken):
        actions.withdraw_consent(consent=consent, by=None)
    assert agree(chen).withdrawn_on is None, "he may agree again"


def test_what_needs_consent_never_enters_the_audit(chen):
    agree(chen)
    keep(chen, occupation="航天员")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_contactevent e WHERE e::text LIKE '%航天员%'")
        assert cursor.fetchone() == (0,)


def test_every_look_is_noted_for_the_auditor_and_cannot_be_unnoted(chen, cast, log_in):
    url = reverse("customers:personal", args=[chen.customer_id, chen.pk])
    assert log_in("manager").get(url).status_code == 403
    assert log_in("outsider").get(url).status_code == 404
    assert PersonalRead.objects.count() == 0
    assert log_in("administrator").get(url).status_code == 200
    row = PersonalRead.objects.get()
    assert (row.user.username, row.how, row.contact_id) == ("administrator", "page", chen.pk)
    assert "administrator" in log_in("auditor").get(reverse("customers:personal_reads")).content.decode()
    assert log_in("manager").get(reverse("customers:personal_reads")).status_code == 403
    with pytest.raises(Exception, match="personal_read_stays"), transaction.atomic():
        row.delete()


def test_in_the_browser_from_consent_to_value_to_export(chen, log_in):
    admin, args = log_in("administrator"), [chen.customer_id, chen.pk]
    page = reverse("customers:personal", args=args)
    assert admin.post(page, {"occupation": "教师", "native_place": ""}).status_code == 422
    consent = {"field": "occupation", "given_on": clock.today().isoformat(), "means": "书面"}
    assert admin.post(reverse("customers:consent", args=args), consent).status_code == 302
    assert admin.post(reverse("customers:consent", args=args), consent).status_code == 422
    assert admin.post(page, {"occupation": "教师", "native_place": ""}).status_code == 302
    kept = json.loads(admin.post(reverse("customers:take_out", args=args)).content)
    assert (kept["name"], kept["occupation"], kept["consents"][0]["means"]) == ("陈独特", "教师", "书面")
    assert PersonalRead.objects.filter(how="export").count() == 1


def test_the_api_does_the_same_and_says_what_is_refused(chen, call):
    send, of = (
        call("administrator", ["customers.view", "customers.personal"]),
        f"/customers/{chen.customer_id}/contacts/{chen.pk}/personal",
    )
    refused = send("PUT", of, {"occupation": "教师"})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_consent")
    body = {"field": "occupation", "given_on": clock.today().isoformat(), "means": "书面"}
    made = send("POST", f"{of}/consents", body).json()
    assert send("PUT", of, {"occupation": "教师"}).status_code == 204
    assert send("GET", of).json()["occupation"] == "教师"
    assert send("POST", f"{of}/consents/{made['id']}/withdraw").json()["withdrawn_on"]
    assert send("POST", f"{of}/all").json()["occupation"] == ""
    assert send("POST", f"{of}/erase", {"reason": "本人要求"}).status_code == 204
    assert call("manager", ["customers.view"])("GET", of).status_code in (403, 404)


def test_erased_he_is_gone_from_every_table_and_what_is_the_customers_stays(chen, cast):
    ours = cast.customers["ours"]
    actions.put_contract(customer=ours, by=None, number="HT-1", title="专线", starts_on=clock.today())
    below = actions.put_contact(customer=ours, by=None, name="小李", reports_to_id=chen.pk)
    actions.put_contact(customer=ours, contact=chen, by=None, name="陈独特", title="独特总")
    actions.add_contact_note(contact=chen, on=clock.today(), text="独特的偏好", person_id=None, by=None)
    agree(chen)
    heard = []
    hook = Hook("on_erase", "test.erase", lambda **given: heard.append((given["kind"], given["record_id"])))
    register(hook)
    try:
        pk = chen.pk
        actions.erase_contact(contact=chen, reason="本人要求", by=cast.users["administrator"])
    finally:
        unregister(hook)
    assert heard == [("contact", pk)]
    assert _mentions("独特") == []
    assert _mentions("13812345678") == []
    assert not Consent.objects.exists()
    assert Contract.objects.count() == 1
    below.refresh_from_db()
    assert below.reports_to_id is None
    row = Erasure.objects.get()
    assert (row.contact_id, row.reason, row.by.username) == (pk, "本人要求", "administrator")


def _mentions(word):
    """Tables of the database that still hold a word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
        return found


def test_a_refusing_context_stops_the_erasure(chen):
    def refuse(**_):
        raise RuleBroken("no", code="no")

    hook = Hook("on_erase", "test.refuse", refuse)
    register(hook)
    try:
        with pytest.raises(RuleBroken):
            actions.erase_contact(contact=chen, reason="x", by=None)
    finally:
        unregister(hook)
    assert Contact.objects.filter(pk=chen.pk).exists()


def test_what_is_kept_too_long_is_found(chen):
    consent = agree(chen)
    article = policy.personal_policy(clock.today())
    assert not queries.kept_too_long(article, clock.today()).exists()
    Consent.objects.filter(pk=consent.pk).update(given_on="2020-01-01")
    assert queries.kept_too_long(article, clock.today()).get() == consent


def test_erasure_is_proposed_once_to_the_account_manager_without_a_word_of_the_person(chen, cast):
    consent = agree(chen)
    Consent.objects.filter(pk=consent.pk).update(given_on="2020-01-01")
    assert actions.propose_erasures(on=clock.today()) == 1
    assert actions.propose_erasures(on=clock.today()) == 0
    task = Task.objects.get()
    assert (task.owner_id, task.source_id) == (cast.people["manager"].pk, chen.customer_id)
    assert "陈" not in task.title


def test_two_standing_consents_to_one_field_cannot_be(chen):
    agree(chen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(contact=chen, field="occupation", given_on=clock.today(), means="x")
