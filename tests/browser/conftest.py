"""A real browser on a live server: skipped with its reason where there is none, strict where there is.

Every page a test opens through :class:`Browsing` is watched: an error on the console – a violation of the content
security policy is one –, a failed script or an answer of 500 fails the test that saw it.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qiao.runtime.assets import VENDOR
from tests.cast import PASSWORD

# Playwright's own loop runs in this thread; the tests' database calls are synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("QIAO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWPORTS = {"desktop": (1366, 768), "phone": (360, 740)}
LOCALES = {"zh-hans": "zh-CN", "en": "en-US"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, headless."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (apt install chromium, or name one in QIAO_CHROMIUM)")
    if not (VENDOR / "htmx.js").is_file():
        pytest.skip("the front-end parts are not installed (make setup)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Browsing:
    """One person at one screen.

    Attributes:
        page: Playwright's page.
        address: Where the server is.
        troubles: What went wrong so far, each with the page it happened on.
    """

    page: Any
    address: str
    troubles: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script failed: {error}"))
        self.page.on("response", self._answered)

    def _note(self, trouble: str) -> None:
        if not any(text in trouble for text in self.expected):
            self.troubles.append(f"{self.page.url}: {trouble}")

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"console: {message.text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self._note(f"{response.status} {response.url}")

    def open(self, path: str) -> Any:
        """Open a page and wait until it and its parts stand."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def log_in(self, member: str) -> None:
        """Log in as a member of the cast, through the log-in page."""
        self.page.goto(self.address + "/accounts/login/")
        self.page.fill("#id_login", member)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("form.q-form button[type=submit]")
        self.page.wait_for_selector("#main")

    def overflow(self) -> list[str]:
        """What reaches beyond the screen's right edge, besides what scrolls in its own box."""
        return self.page.evaluate(
            """() => {
                const edge = window.screen.width < 500 ? window.screen.width : document.documentElement.clientWidth;
                if (Math.max(document.documentElement.scrollWidth, window.innerWidth) <= Math.max(edge, window.innerWidth)
                    && window.innerWidth <= edge + 20) return [];
                return [...document.querySelectorAll("body *")]
                    .filter((e) => e.getBoundingClientRect().right > edge + 1 && !e.closest(".q-scroll, .q-map, .q-tabs"))
                    .slice(0, 5).map((e) => `${e.tagName}.${e.className}`);
            }"""
        )

    def axe(self) -> list[str]:
        """Serious findings of axe on the page as it stands."""
        self.page.context.new_cdp_session(self.page).send(
            "Runtime.evaluate", {"expression": (VENDOR / "test" / "axe.js").read_text()}
        )
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"
        )
        return [
            f"{finding['impact']} {finding['id']}: {node['html'][:160]}"
            for finding in found
            if finding["impact"] in {"serious", "critical"}
            for node in finding["nodes"][:3]
        ]

    def check(self) -> None:
        """Nothing is wrong with the page as it stands."""
        where = self.page.url.removeprefix(self.address)
        assert not self.overflow(), f"{where} is wider than the screen: {self.overflow()}"
        assert not self.axe(), f"{where}: {self.axe()}"
        assert not self.troubles


@pytest.fixture
def browse(
    django_db_setup: None, chromium: Any, live_server: Any, transactional_db: None, request: Any
) -> Iterator[Any]:
    """``browse("desktop", "zh-hans")`` → a :class:`Browsing`; its troubles fail the test at the end.

    The database comes first: the connection pool keeps the name it was opened with.
    """
    from tests.cast import make_cast

    make_cast()
    opened: list[Browsing] = []

    def start(viewport: str = "desktop", language: str = "zh-hans") -> Browsing:
        width, height = VIEWPORTS[viewport]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            screen={"width": width, "height": height},
            locale=LOCALES[language],
            is_mobile=viewport == "phone",
            has_touch=viewport == "phone",
        )
        context.set_default_timeout(10_000)
        browsing = Browsing(context.new_page(), live_server.url)
        opened.append(browsing)
        return browsing

    yield start
    troubles = [trouble for browsing in opened for trouble in browsing.troubles]
    folder = Path("test-results")
    for number, browsing in enumerate(opened):
        if troubles or getattr(request.node, "failed", False):
            folder.mkdir(exist_ok=True)
            browsing.page.screenshot(path=str(folder / f"{request.node.name[:60]}-{number}.png"))
        browsing.page.context.close()
    assert not troubles, "\n".join(troubles)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.failed = report.failed
