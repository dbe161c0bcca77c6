"""Writes of the rulebook: draft, approve by a second person, end. Approved text never changes."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from qiao.kernel.errors import N_, BadInput, RuleBroken
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.work import actions as work
from qiao.work.core.route import ANY, Stage
from qiao.work.queries import find_open_approval, is_asked

from . import access, queries
from .core.article import Article
from .core.checks import check_article
from .core.states import APPROVED, DRAFT
from .core.stored import dump_article, load_article, load_articles, problems_of
from .models import Version

APPROVAL = "rulebook.article"


@transaction.atomic
def draft(*, text: str, by: Any, file: str = "") -> Version:
    """Keep a text as the draft of its article's next version; an open draft of the article is replaced.

    Args:
        text: An article in its stored form.
        by: Who drafts, and so cannot approve.
        file: Name for the places of problems.

    Raises:
        BadInput: The text is no article; every problem with its line.
        RuleBroken: Its code belongs to an article of another kind.
    """
    article = load_article(text, queries.get_kinds(), file=file)
    known = Version.objects.select_for_update().filter(code=article.code)
    other = known.exclude(kind=article.kind).first()
    if other is not None:
        message = N_("The code belongs to an article of another kind.")
        raise RuleBroken(message, code="code_taken", field="text")
    row = known.filter(state=DRAFT).first() or Version(code=article.code, version=_next_version(article.code))
    _fill(row, article)
    row.drafted_by_id, row.drafted_at = by.pk, clock.now()
    row.save()
    _hand_in(row, by)
    return row


def _hand_in(row: Version, by: Any) -> None:
    """Ask everybody who may approve, any one of them; a text that does not stand its checks is not asked about.

    A draft written over is another request: the one before ends.
    """
    work.close_approval(kind=APPROVAL, subject_id=row.pk, by=by)
    author = org.find_person_of(by.pk)
    approvers = org.people_with_right("rulebook.approve", clock.today()) - {author.pk if author else 0}
    if author is None or not approvers or _faults(row):
        return
    title = row.title_zh or row.code
    stage = Stage(say(N_("Second person")), ANY, tuple(sorted(approvers)))
    work.ask(
        kind=APPROVAL,
        subject_id=row.pk,
        title=f"{title} v{row.version}",
        author_id=author.pk,
        route=[stage],
        by=by,
    )


def _next_version(code: str) -> int:
    latest: int | None = Version.objects.filter(code=code).aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1


def _fill(row: Version, article: Article[Any]) -> None:
    """Stored columns of an article; the text is kept in canonical form so that equal articles have equal
    digests.
    """
    row.kind, row.scope_key = article.kind, article.scope.key()
    row.title_zh, row.title_en = article.title.zh, article.title.en
    row.document_number = article.document_number
    row.starts_on, row.ends_before = article.starts_on, article.ends_before
    row.text = dump_article(article)
    row.digest = sha256(row.text.encode()).hexdigest()


@transaction.atomic
def discard(*, row: Version, by: Any) -> None:
    """Throw a draft away; the audit keeps it.

    Raises:
        RuleBroken: It is approved.
    """
    if row.state != DRAFT:
        raise RuleBroken(N_("This version is approved already."), code="not_a_draft")
    work.close_approval(kind=APPROVAL, subject_id=row.pk, by=by)
    row.delete()


@transaction.atomic
def approve(*, row: Version, by: Any) -> Version:
    """Put a draft in force from its first day on; the version before ends there.

    Args:
        row: The draft.
        by: A second person, never the author.

    Raises:
        RuleBroken: The author approves, or the version would start no later than the one before.
        BadInput: What keeps the article from being published; every reason with its line.
    """
    row = Version.objects.select_for_update().get(pk=row.pk)
    access.check_second_person(by.pk, row)
    person = org.find_person_of(by.pk)
    if person is None:  # a log-in of the system, which has no inbox
        return put_in_force(subject_id=row.pk, by=by)
    asked = find_open_approval(APPROVAL, row.pk)
    if asked is None or not is_asked(asked, person.pk):  # who may approve has changed since it was asked
        return _approve_unasked(row, by)
    work.decide(approval_id=asked.pk, person_id=person.pk, agrees=True, comment="", by=by)
    row.refresh_from_db()
    return row


def _approve_unasked(row: Version, by: Any) -> Version:
    work.close_approval(kind=APPROVAL, subject_id=row.pk, by=by)
    return put_in_force(subject_id=row.pk, by=by)


@transaction.atomic
def put_in_force(*, subject_id: int, by: Any) -> Version:
    """What an agreement brings about: the checks once more, then the draft is the version in force from its day on.

    Raises:
        RuleBroken: The author agrees, or the version would start no later than the one before.
        BadInput: What keeps the article from being published.
    """
    row = Version.objects.select_for_update().get(pk=subject_id)
    access.check_second_person(by.pk, row)
    if faults := _faults(row):
        raise BadInput(problems_of(faults, row.text))
    _end_predecessor(row)
    row.state, row.approved_by_id, row.approved_at = APPROVED, by.pk, clock.now()
    _save_in_force(row)
    return row


def _faults(row: Version) -> Any:
    article = queries.read_text(row.text)
    kinds, outside = queries.get_kinds(), queries.get_outside_names()
    return check_article(article, kinds, queries.list_others(article), outside)


def _end_predecessor(row: Version) -> None:
    """The version in force or to come ends where the new one begins."""
    approved = Version.objects.select_for_update().filter(code=row.code, state=APPROVED)
    before = approved.order_by("-starts_on").first()
    if before is None:
        return
    if row.starts_on <= before.starts_on:
        raise RuleBroken(
            N_("The new version must start after %(start)s, when the version before it starts."),
            code="starts_too_early", field="starts_on", start=before.starts_on,
        )  # fmt: skip
    if before.ends_before is None or before.ends_before > row.starts_on:
        before.ends_before = row.starts_on
        before.save(update_fields=["ends_before"])


def _save_in_force(row: Version) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "version_one_in_force" not in str(error):
            raise
        raise RuleBroken(
            N_("Another article of this kind binds the same people in that time; end it first."),
            code="article_overlap", field="starts_on",
        ) from None  # fmt: skip


@transaction.atomic
def end(*, row: Version, on: date, reason: str, by: Any) -> Version:
    """End an approved version before a day.

    Raises:
        RuleBroken: It is a draft, it has ended by then, the day is not after its start, or the reason is
            missing.
    """
    row = Version.objects.select_for_update().get(pk=row.pk)
    if row.state != APPROVED:
        raise RuleBroken(N_("A draft is discarded, not ended."), code="is_a_draft")
    if not reason.strip():
        raise RuleBroken(N_("Say why the article ends."), code="reason_missing", field="reason")
    if on <= row.starts_on or (row.ends_before is not None and on > row.ends_before):
        raise RuleBroken(
            N_("The last day must lie within the days in force."), code="end_outside", field="on"
        )
    row.ends_before, row.end_reason = on, reason.strip()
    row.save(update_fields=["ends_before", "end_reason"])
    return row


@transaction.atomic
def install_pack(*, name: str, by: Any) -> list[Version]:
    """Put a shipped pack's articles in force, as the enterprise's first rulebook.

    Raises:
        NotFound: There is no such pack.
        BadInput: As :func:`install_articles`.
    """
    return install_articles(texts=queries.read_pack(name), pack=name, by=by)


@transaction.atomic
def install_articles(*, texts: Mapping[str, str], pack: str, by: Any) -> list[Version]:
    """Put a set of articles in force together: they name each other, so all are checked before any is stored.

    A set stands in the database as supplied, without a second person; every later version needs one. Articles
    that are there with the same text stay as they are.

    Raises:
        BadInput: Every problem of every file.
        RuleBroken: An article of one of these codes exists with another text.
    """
    articles = dict(zip(sorted(texts), load_articles(texts, queries.get_kinds()), strict=True))
    first = Version.objects.filter(version=1, code__in=[article.code for article in articles.values()])
    known = {row.code: row for row in first}
    _check_together(articles, texts)
    installed = []
    for article in articles.values():
        if article.code in known:
            if known[article.code].text != dump_article(article):
                message = N_("“%(article)s” exists with another text; draft a new version of it.")
                raise RuleBroken(message, code="article_exists", article=article.code)
            continue
        row = Version(code=article.code, version=1, pack=pack, state=APPROVED)
        _fill(row, article)
        row.drafted_at = row.approved_at = clock.now()
        _save_in_force(row)
        installed.append(row)
    return installed


def _check_together(articles: Mapping[str, Article[Any]], texts: Mapping[str, str]) -> None:
    kinds, outside = queries.get_kinds(), queries.get_outside_names()
    codes = {article.code for article in articles.values()}
    rows = Version.objects.filter(state=APPROVED).exclude(code__in=codes)
    stored = [queries.policy_of(row).article for row in rows]
    problems = []
    for file, article in articles.items():
        others = [*stored, *(other for other in articles.values() if other is not article)]
        problems += problems_of(check_article(article, kinds, others, outside), texts[file], file)
    if problems:
        raise BadInput(problems)
