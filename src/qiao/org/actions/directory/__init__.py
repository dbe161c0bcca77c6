"""Writes of comparing a directory with the register."""

from .applying import apply_run, check_leavers, give_run_back, start_applying
from .nights import conclude_night, go_on_at_night, queue_nights
from .reading import note_run_failed, read_for_run, start_directory_run
from .setup import check_directory_known, place_by_name, place_department, put_directory_setup

__all__ = [
    "apply_run",
    "check_directory_known",
    "check_leavers",
    "conclude_night",
    "give_run_back",
    "go_on_at_night",
    "note_run_failed",
    "place_by_name",
    "place_department",
    "put_directory_setup",
    "queue_nights",
    "read_for_run",
    "start_applying",
    "start_directory_run",
]
