"""One module a command: ``NAME, HELP, configure(parser), run(args) -> int``; found by the command line itself.

``NEEDS_DATABASE = False`` keeps a command from starting the embedded database and Django.
"""
