"""The living page of the design system: every part in all its states, at ``/design/``."""
