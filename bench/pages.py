"""Pages at a million customers and 2,000 managers: queries, CPU of web server and database, latency, throughput.

Peer figures are Odoo 17's at 100,000 customers on such a machine: CPU per request, list 34 ms, file 43 ms, search
134 ms, grouped count 137 ms; the aim is an eighth of them at ten times the customers.
"""

import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from bench.customers_load import rows
from bench.house import enterprise, measured, server_cpu

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
MANAGERS = 2_000
CITIES, COUNTIES = 14, 92
HOME = os.environ.get("BENCH_HOME", "")  # a loaded enterprise is kept there and measured again
PORT = 8765
SEQUENTIAL = 40
ODOO_MS = {"list": 34, "file": 43, "search": 134, "grouped": 137}
TIERS = (("vip", "key", "ordinary"), (4, 16, 80))
SEGMENTS = (
    ("individual", "enterprise_small", "enterprise_medium", "enterprise_large", "finance"),
    (70, 18, 8, 2, 2),
)
PASSWORD = "bench-over-water-9"


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, the peer's page it compares with, its address."""

    name: str
    peer: str
    path: str


def run() -> None:
    """Print one row a page, then throughput at 8 and 32 clients."""
    with enterprise(HOME) as home:
        if not is_filled():
            with measured() as cost:
                fill()
            print(f"{CUSTOMERS:,} customers, {MANAGERS:,} managers loaded in {cost.wall:.0f} s", flush=True)
        ids = some_ids()
        web = start_web(home)
        try:
            cookie = session_cookie()
            for page in pages(ids):
                report(page, cookie, web.pid)
            for clients in (8, 32):
                load("list", "/customers/", cookie, clients)
                load("file", f"/customers/{ids[0]}/", cookie, clients)
        finally:
            web.terminate()
            web.wait(20)


def is_filled() -> bool:
    """Whether the home holds the enterprise already, to its last step."""
    from qiao.customers.models import Standing

    return Standing.objects.exists()


def some_ids() -> list[int]:
    """Ids of some customers, the same ones each time."""
    from qiao.customers.models import Customer

    return random.Random(3).sample(list(Customer.objects.order_by("id").values_list("id", flat=True)), 50)


def fill() -> None:
    """The enterprise: units, managers, a rulebook, customers with figures and tiers."""
    from django.db import connection

    from qiao.customers.actions import load_customers, publish_figures, publish_standings
    from qiao.org import actions as org
    from qiao.org.models import RoleType
    from qiao.rulebook.actions import install_pack
    from qiao.runtime.contributions import Right, list_registered
    from qiao.runtime.login.actions import create_log_in

    start = date(2020, 1, 1)
    top = org.create_unit(code="P", name_zh="省", kind="province", starts_on=start, by=None)
    cities = [
        org.create_unit(code=f"C{i}", name_zh=f"市{i}", kind="city", starts_on=start, by=None, parent=top)
        for i in range(CITIES)
    ]
    counties = [
        org.create_unit(
            code=f"D{i}", name_zh=f"县{i}", kind="county", starts_on=start, by=None, parent=cities[i % CITIES]
        )
        for i in range(COUNTIES)
    ]
    rights = [right.code for right in list_registered(Right)]
    org.put_role_types(
        role_types=[
            {
                "code": "manager",
                "name_zh": "客户经理",
                "profile": "manager",
                "scope_kind": "self",
                "rights": ["customers.view"],
                "serves_customers": True,
            },
            {
                "code": "boss",
                "name_zh": "总经理",
                "profile": "executive",
                "scope_kind": "all",
                "rights": rights,
            },
            {
                "code": "city",
                "name_zh": "市主管",
                "profile": "supervisor",
                "scope_kind": "unit_and_below",
                "rights": ["customers.view", "customers.export"],
            },
        ],
        by=None,
    )
    manager = RoleType.objects.get(code="manager")
    install_pack(name="telecom", by=None)
    people = [
        {
            "code": f"E{i}",
            "name": f"经理{i}",
            "starts_on": start,
            "unit_id": counties[i % COUNTIES].pk,
            "role_id": manager.pk,
        }
        for i in range(MANAGERS)
    ]
    org.load_people(rows=people, by=None)
    for code, name, unit in (
        ("boss", "总经理", top),
        ("city", "市主管", cities[0]),
        ("manager", "客户经理", counties[0]),
    ):
        person = org.register_person(
            code=code,
            name=name,
            starts_on=start,
            by=None,
            user=create_log_in(username=code, password=PASSWORD),
        )
        org.appoint(
            person=person, unit=unit, role_type=RoleType.objects.get(code=code), starts_on=start, by=None
        )
    from qiao.org.queries import people_codes_in_service

    codes = people_codes_in_service()
    person_ids = [codes[f"E{i}"] for i in range(1, MANAGERS)] + [codes["manager"]]
    choose = random.Random(5).choices
    data = [
        row | {"segment": choose(*SEGMENTS)[0], "deputy_id": person_ids[(i + 1) % MANAGERS]}
        for i, row in enumerate(rows(CUSTOMERS, [c.pk for c in counties], person_ids))
    ]
    for first in range(0, CUSTOMERS, 100_000):
        load_customers(rows=data[first : first + 100_000], on=date(2026, 11, 22), reason="bench", by=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    draw = random.Random(3)
    month = date(2026, 10, 1)
    publish_figures(month=month, run_id=1, by=None, rows=(_figures(pk, draw) for pk in ids))
    publish_standings(
        kind="tier",
        month=month,
        run_id=1,
        by=None,
        rows=((pk, draw.choices(*TIERS)[0], None, None) for pk in ids),
    )
    put_people_at_customers()


def put_people_at_customers() -> None:
    """One person at every customer, so that the search of everything has them too."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_contact (customer_id, name, role, title, phone, email, note, decision_role)"
            " SELECT id, substr('王李张刘陈杨赵黄周吴', 1 + (id % 10)::int, 1)"
            " || substr('建国志强秀英海燕春梅', 1 + (id / 10 % 10)::int, 1)"
            " || substr('华明军丽敏静杰涛超平', 1 + (id / 100 % 10)::int, 1),"
            " '', '', '138' || lpad(id::text, 8, '0'), '', '', '' FROM customers_customer"
        )
        cursor.execute("VACUUM ANALYZE")


def _figures(pk: int, draw: random.Random) -> dict[str, object]:
    revenue = Decimal(draw.randrange(1, 10_000_000)) / 100
    return {
        "customer_id": pk, "revenue_yuan": revenue, "revenue_12_yuan": revenue * 12, "change_share": Decimal("0.1"),
        "last_order_on": date(2026, 10, 20), "activity": "active",
    }  # fmt: skip


def start_web(home: Path) -> "subprocess.Popen[bytes]":
    """The web server as ``qiao up`` starts it."""
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "qiao.config.wsgi:application",
    ]  # fmt: skip
    web = subprocess.Popen(command, env={**os.environ, "QIAO_HOME": str(home)})
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return web
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not come up")


def session_cookie() -> str:
    """A session of the executive, made without the log-in page."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from qiao.runtime.login.sessions import SessionStore
    from qiao.runtime.models import User

    user = User.objects.get(username="boss")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "qiao.runtime.login.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def pages(ids: list[int]) -> Iterator[Page]:
    """What is measured."""
    yield Page("list", "list", "/customers/")
    yield Page("list by revenue", "list", "/customers/?sort=-revenue_12")
    yield Page("list of one city", "list", "/customers/?unit=2")
    yield Page("file", "file", f"/customers/{ids[0]}/")
    yield Page("file overview tab", "file", f"/customers/{ids[0]}/overview/")
    yield Page("search rare pair 丰银", "search", "/customers/?q=%E4%B8%B0%E9%93%B6")
    yield Page("search 有限", "search", "/customers/?q=%E6%9C%89%E9%99%90")
    yield Page("search one letter", "search", "/customers/?q=j")
    yield Page("search code", "search", "/customers/?q=K0654321")
    for name, text in (
        ("rare pair 丰银", "丰银"),
        ("有限", "有限"),
        ("one letter", "j"),
        ("code", "K0654321"),
        ("person 王建", "王建"),
        ("phone", "13800654321"),
        ("nothing", "无此客户名"),
    ):
        yield Page(f"everywhere: {name}", "search", f"/search/?q={quote(text)}")
    for group in ("tier", "segment", "stage", "unit", "primary"):
        yield Page(f"grouped by {group}", "grouped", f"/customers/?by={group}")


def report(page: Page, cookie: str, pid: int) -> None:
    """One page, asked again and again by one client."""
    get(page.path, cookie)
    get(page.path, cookie)
    web, base, walls = web_cpu(pid), server_cpu(), []
    for _ in range(SEQUENTIAL):
        began = time.perf_counter()
        status = get(page.path, cookie)
        walls.append((time.perf_counter() - began) * 1000)
        if status != 200:
            print(f"{page.name:26} answered {status}")
            return
    web_ms = (web_cpu(pid) - web) * 1000 / SEQUENTIAL
    base_ms = (server_cpu() - base) * 1000 / SEQUENTIAL
    aim = ODOO_MS[page.peer] / 8
    p95 = statistics.quantiles(walls, n=20)[-1]
    print(
        f"{page.name:26} web {web_ms:6.1f} ms + database {base_ms:6.1f} ms CPU (Odoo's {page.peer} {ODOO_MS[page.peer]} ms, aim {aim:.1f});"
        f" p50 {statistics.median(walls):6.1f} ms, p95 {p95:6.1f} ms"
    )


def get(path: str, cookie: str) -> int:
    """Ask once; the answer's status."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "HX-Request": "true"})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def web_cpu(pid: int) -> float:
    """CPU seconds of the web server and its workers so far (Linux)."""
    ticks, total = os.sysconf("SC_CLK_TCK"), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / ticks


def load(name: str, path: str, cookie: str, clients: int, seconds: float = 8.0) -> None:
    """Many clients at once for some seconds."""
    walls: list[float] = []
    stop = time.perf_counter() + seconds

    def one() -> None:
        while time.perf_counter() < stop:
            began = time.perf_counter()
            get(path, cookie)
            walls.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p95 = statistics.quantiles(walls, n=20)[-1]
    print(
        f"{name} with {clients} clients: {len(walls) / seconds:.0f} requests/s, p50 {statistics.median(walls):.0f} ms, p95 {p95:.0f} ms"
    )
