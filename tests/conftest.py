"""Where data outside of the checkout is looked for, and what a skipped test means in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rich.console  # noqa: F401  it keeps the environment that it finds at first: not one that a test has put in place
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

# Examples of each property. "ci" in CI, "quick" elsewhere, or what HYPOTHESIS_PROFILE says. How long an example takes
# says how busy the machine is, so it fails no test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("untimed"), max_examples=40)
settings.register_profile("ci", settings.get_profile("untimed"), max_examples=150, print_blob=True)

BESIDE = Path(__file__).parents[2] / "shared"
FOLDERS = {"shared_data": "data", "shared_samples": "samples", "shared_schemas": "schemas"}


@pytest.fixture(scope="session", autouse=True)
def _folders_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep away from whoever runs the tests: what `clean -w` records for `undo`, the configuration, the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("DEDUPE_NO_UNDO", raising=False)
        patch.setenv("DEDUPE_LANG", "en")  # the words that tests hold
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in FOLDERS.values():
        parser.addoption(
            f"--{name}",
            type=Path,
            default=Path(os.environ.get(f"DEDUPE_TEST_{name.upper()}", BESIDE / name)),
            help=f"folder of texts or schemas of others ({name}); tests that need it are left out when it is not there",
        )


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Folder of real texts with labels."""
    return Path(pytestconfig.getoption("--data"))


@pytest.fixture(scope="session")
def shared_schemas(pytestconfig: pytest.Config) -> Path:
    """Folder of the schemas of formats that others define."""
    return Path(pytestconfig.getoption("--schemas"))


@pytest.fixture(scope="session")
def shared_samples(pytestconfig: pytest.Config) -> Path:
    """Folder of the first article."""
    return Path(pytestconfig.getoption("--samples"))


def browser() -> str | None:
    """The Chromium of this machine; DEDUPE_TEST_BROWSER names another one, or none."""
    named = os.environ.get("DEDUPE_TEST_BROWSER")
    names = [named] if named is not None else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium that runs as long as the tests do."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only where a browser is

    with sync_playwright() as driver:
        # Whoever runs the tests may be root, as in a container, where the sandbox of Chromium cannot be.
        running = driver.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page; what it says on its console, asks for or shows as a dialog is a failure."""
    context = chromium.new_context(viewport={"width": 900, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    opened.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    opened.on("request", lambda request: wrong.append(request.url) if not _is_own(request.url) else None)
    yield opened
    context.close()
    assert wrong == []


def _is_own(url: str) -> bool:
    return url.startswith(("file:", "blob:"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose data, or browser, is not there.

    They are not part of this run, so they do not count as skipped.
    """
    absent = {fixture for fixture, name in FOLDERS.items() if not Path(config.getoption(f"--{name}")).is_dir()}
    absent |= {"page"} if browser() is None else set()
    out = [item for item in items if absent & set(getattr(item, "fixturenames", ()))]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _in_ci() and (skipped := terminalreporter.stats.get("skipped")):
        terminalreporter.write_line(f"CI: {len(skipped)} skipped tests count as failed", red=True)
        for report in skipped:
            terminalreporter.write_line(f"  {report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything that a test needs is installed: a skipped test is a hole in the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _in_ci() and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if _in_ci() else "quick"))
