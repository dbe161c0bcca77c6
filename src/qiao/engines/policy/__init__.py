"""Policy as data: items over persons, periods and events, built from a few blocks, every step kept.

:func:`.reading.read_policy` turns a plain tree into a :class:`.model.Policy`, :func:`.inputs.read_scenarios` the
tables of facts into scenarios, :class:`.engine.Engine` works the items out.
"""
