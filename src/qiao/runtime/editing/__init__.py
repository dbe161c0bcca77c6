"""Cells of lists changed where they stand: one in place, or many at once with a preview, and taken back.

A list declares ``edit=Edit(…)`` on a column; everything here works from that. The list's own view says which rows are in
reach (:mod:`qiao.runtime.listing.again`), the column's ``refuse`` which of them may be changed, its ``write`` is the
business action of the form. What stood there before is kept with each change, so it can be taken back.
"""
