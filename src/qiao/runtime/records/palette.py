"""Colours of tags: names, each a class of the style sheet."""

from qiao.kernel.errors import N_

COLOURS = {
    "grey": N_("Grey"),
    "blue": N_("Blue"),
    "teal": N_("Teal"),
    "green": N_("Green"),
    "yellow": N_("Yellow"),
    "orange": N_("Orange"),
    "red": N_("Red"),
    "purple": N_("Purple"),
}
