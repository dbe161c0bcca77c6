"""The same loop on the embedded and on a named PostgreSQL: import, close, undo, a few kills; the same digests."""

from bench.soak import kills, world
from bench.soak.house import Broken, embedded_house, named_house, server_version

KILLS = 3


def run(named_url: str, seed: int) -> str:
    """Run the loop on both servers.

    Raises:
        Broken: It went wrong on one, or they disagree.
    """
    seen = {}
    with embedded_house() as house:
        seen[server_version(house.url)] = _loop(house, seed)
    with named_house(named_url) as house:
        seen[server_version(house.url)] = _loop(house, seed)
    if len(seen) < 2:
        raise Broken(f"the named server is of the embedded one's version {', '.join(seen)}: name another")
    if len({digest for digest, _ in seen.values()}) != 1:
        raise Broken(f"the servers give different results: {seen}")
    told = "; ".join(f"PostgreSQL {version}: {text}" for version, (_, text) in seen.items())
    return f"{told}; the same result {next(iter(seen.values()))[0][:16]}"


def _loop(house: kills.House, seed: int) -> tuple[str, str]:
    text = kills.run(house, KILLS, seed)
    shown = house.ask("inspect")
    undone = house.ask("undo")
    if undone["total"] == shown["total"] or undone["manifest"] != undone["total"]:
        raise Broken(f"undo left {undone}")
    again = house.ask("load", str(house.home / "version-2.csv"), world.MONTH)
    return str(again["digest"]), text
