"""What is worth asking before a visit."""

from datetime import date

from qiao.customers.core.visit import Known, list_questions

DONE = Known(has_decider=True, has_business=True, has_place=True)


def test_a_full_file_leaves_nothing_open():
    assert list_questions(DONE) == []


def test_what_may_be_lost_comes_before_what_is_missing_and_the_nearest_end_first():
    known = Known(
        open_roles=["财务"], unread=["小李"], against=["陈总"], stage_exceeded=True, falls=True,
        ending=[("乙", date(2027, 1, 1)), ("甲", date(2026, 12, 1))],
    )  # fmt: skip
    asked = [
        (q.code, q.params.get("title") or q.params.get("name") or q.params.get("role"))
        for q in list_questions(known)
    ]
    assert asked == [
        ("contract", "甲"), ("contract", "乙"), ("falls", None), ("stage", None), ("against", "陈总"), ("decider", None),
        ("role", "财务"), ("attitude", "小李"), ("business", None), ("place", None),
    ]  # fmt: skip
