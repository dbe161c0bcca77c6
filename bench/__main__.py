"""Run all benches, or those named; each module here with a ``run()`` is one."""

import importlib
import pkgutil
import sys
from pathlib import Path

SKIPPED = {"__main__", "soak", "house"}


def main(names: list[str]) -> int:
    """Run benches by module name; all when none is named."""
    found = sorted(
        m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name not in SKIPPED
    )
    unknown = set(names) - set(found)
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}; there are: {', '.join(found)}", file=sys.stderr)
        return 2
    for name in names or found:
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
