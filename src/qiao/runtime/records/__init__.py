"""What hangs on any record, keyed by (kind, id) and visible if and only if the record is.

A context registers a :class:`~qiao.runtime.contributions.RecordKind`, and its records carry all of it.
"""
