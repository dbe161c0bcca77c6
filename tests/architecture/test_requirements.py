"""docs/requirements.csv names every row of the catalogue, and what it names exists."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATES = {"served", "partly", "not yet"}


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "requirements.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_of_the_catalogue_is_there_once(shared: Path, record_property):
    catalogue = re.findall(r"^- (\d+\.\d+) ", (shared / "spec" / "requirements.md").read_text(), re.M)
    assert [row["row"] for row in rows()] == catalogue
    waiting = [row["row"] for row in rows() if row["state"] == "not yet"]
    record_property("not_yet_served", ", ".join(waiting))
    print(f"not yet served: {', '.join(waiting)}")


def test_what_is_served_names_a_page_and_a_test_that_exist():
    for row in rows():
        assert row["state"] in STATES, row
        if row["state"] != "not yet":
            assert row["page"].startswith("/"), row
            assert (ROOT / row["test"]).exists(), row
            assert row["state"] == "served" or row["note"], row
