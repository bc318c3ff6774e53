"""The report's page in a real browser, driven over its DevTools protocol.

Needs Chromium or Chrome; skipped where neither is found.
"""

from __future__ import annotations

import asyncio
import base64
import io
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import av
import pytest
from PIL import Image

from heygen_async.batch.report.report import Report, Row

pytestmark = pytest.mark.real_time

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_BROWSER = next((path for name in _NAMES if (path := shutil.which(name))), None)
_SWITCHES = (
    "--headless",
    "--no-sandbox",  # containers run tests as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--log-level=3",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-port=0",
)
_PATIENCE = 60.0

if _BROWSER is None:
    pytest.skip(f"no browser among {', '.join(_NAMES)}", allow_module_level=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A browser's DevTools address."""
    profile = tmp_path_factory.mktemp("profile")
    command = [str(_BROWSER), *_SWITCHES, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        try:
            for line in process.stderr:
                said.append(line)
                if found := re.search(r"listening on (ws://\S+)", line):
                    yield found[1]
                    break
            else:
                pytest.fail("the browser did not start: " + "".join(said))
        finally:
            process.terminate()


class _Tab:
    """A page in the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session: str | None = None
        self._sent = 0
        self._events: list[dict[str, Any]] = []
        self.requested: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        sent = {"id": self._sent, "method": method, "params": params}
        if self._session is not None:
            sent["sessionId"] = self._session
        await self._socket.send_json(sent)
        while (told := await self._told()).get("id") != sent["id"]:
            pass
        assert "error" not in told, told
        return told["result"]

    async def _told(self) -> dict[str, Any]:
        async with asyncio.timeout(_PATIENCE):
            told: dict[str, Any] = await self._socket.receive_json()
        if told.get("method") == "Network.requestWillBeSent":
            self.requested.append(told["params"]["request"]["url"])
        elif "method" in told:
            self._events.append(told)
        return told

    async def open(self, page: Path, *, view: str = "") -> None:
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            await self.call(f"{domain}.enable")
        self._events.clear()
        await self.call("Page.navigate", url=page.as_uri() + view)
        while all(event["method"] != "Page.loadEventFired" for event in self._events):
            await self._told()

    async def run(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        answer = await self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def press(self, key: str, code: int, text: str = "") -> None:
        names = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **names)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **names)

    async def titles(self) -> list[str]:
        """Of the cards that can be seen."""
        titles: list[str] = await self.run(
            "[...document.querySelectorAll('.card')].filter(card => card.checkVisibility())"
            ".map(card => card.querySelector('h3').textContent)"
        )
        return titles


@pytest.fixture
async def tab(browser: str) -> AsyncIterator[_Tab]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(browser, max_msg_size=0) as socket,
    ):
        yield _Tab(socket)


def _report(folder: Path, *rows: Row, title: str = "Autumn") -> Path:
    picture = io.BytesIO()
    Image.new("RGB", (320, 180), "#3050a0").save(picture, "JPEG")
    with Report(folder, title=title, poster=lambda row: picture.getvalue()) as report:
        for row in rows:
            report.add(row)
    return folder / "report.html"


def _row(state: str, title: str, **fields: Any) -> Row:
    return Row(id=f"job-{title}", state=state, title=title, started=0.0, finished=60.0, **fields)


_ROWS = (
    _row("done", "Ada", seconds=62.0, cost=1.5, output="ada.mp4"),
    _row("done", "Grace", seconds=5.0, cost=0.5, output="grace.mp4"),
    _row("failed", "Linus", error="VideoFailedError", message="no face in the photo"),
    _row("failed", "Ken", error="PlanLimitError", message="trial is over", resumable=True),
    _row("rendering", "Hedy", video_id="v9"),
)


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        ("done", ["Ada", "Grace"]),
        ("failed", ["Linus"]),
        ("stopped", ["Ken"]),
        ("waiting", ["Hedy"]),
        ("all", ["Ada", "Grace", "Linus", "Ken", "Hedy"]),
    ],
)
async def test_a_button_shows_the_jobs_of_its_state(
    tmp_path: Path, tab: _Tab, state: str, titles: list[str]
) -> None:
    await tab.open(_report(tmp_path, *_ROWS))
    button = f"document.querySelector('[data-filter={state}]')"

    await tab.run(f"{button}.click()")

    assert await tab.titles() == titles
    assert await tab.run(f"{button}.querySelector('span').textContent") == str(len(titles))
    pressed = "document.querySelectorAll('[aria-pressed=true]')"
    assert await tab.run(f"{pressed}.length === 1 && {pressed}[0] === {button}")


async def test_an_address_opens_a_view(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS), view="#filter=done&q=gra")

    assert await tab.titles() == ["Grace"]
    assert await tab.run("document.getElementById('search').value") == "gra"
    assert await tab.run("document.getElementById('shown').textContent") == "1 of 5 shown"


async def test_what_is_filtered_stands_in_the_address(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))

    await tab.run("document.querySelector('[data-filter=failed]').click()")

    assert await tab.run("location.hash") == "#filter=failed"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("ada", ["Ada"]),
        ("FACE photo", ["Linus"]),
        ("planlimit", ["Ken"]),
        ("v9", ["Hedy"]),
        ("grace.mp4", ["Grace"]),
        ("&q=#%", []),
    ],
)
async def test_the_search_looks_at_every_word_of_a_card(
    tmp_path: Path, tab: _Tab, query: str, titles: list[str]
) -> None:
    await tab.open(_report(tmp_path, *_ROWS))
    await tab.run("document.getElementById('search').focus()")

    await tab.call("Input.insertText", text=query)

    assert await tab.titles() == titles
    nothing = "document.getElementById('nothing').checkVisibility()"
    assert await tab.run(nothing) is (not titles)


async def test_a_search_without_a_match_offers_the_way_back(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS), view="#filter=failed&q=nobody")

    await tab.run("document.getElementById('everything').click()")

    assert len(await tab.titles()) == 5
    assert await tab.run("document.activeElement.id") == "search"


async def test_a_reason_leads_to_its_jobs(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))

    await tab.run(
        "new Promise(done => { addEventListener('hashchange', done, {once: true});"
        " document.querySelector('.reasons a').click() }).then(() => null)"
    )

    assert await tab.titles() == ["Linus"]


async def test_no_word_of_a_job_runs(tmp_path: Path, tab: _Tab) -> None:
    evil = (
        "</script></title></style>--><script>window.ran = 1</script>"
        "<img src=x onerror='window.ran = 1'>\" onfocus=\"window.ran = 1\" autofocus='"
    )
    rows = [
        Row(id=evil, state=state, title=evil, output=evil, video_id=evil, error=evil, message=evil)
        for state in ("done", "failed", "rendering")
    ]

    await tab.open(_report(tmp_path, *rows, title=evil))

    assert await tab.run("window.ran") is None
    assert await tab.titles() == [evil] * 3
    assert await tab.run("document.title") == evil
    assert await tab.run("document.scripts.length") == 1


async def test_the_policy_stops_a_script_that_slipped_through(tmp_path: Path, tab: _Tab) -> None:
    page = _report(tmp_path, *_ROWS)
    slipped = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'></main>"
    page.write_text(page.read_text().replace("</main>", slipped))

    await tab.open(page)

    assert await tab.run("window.ran") is None
    assert len(await tab.titles()) == 5


async def test_the_page_asks_nobody_for_anything(tmp_path: Path, tab: _Tab) -> None:
    page = _report(tmp_path, *_ROWS)

    await tab.open(page)

    asked = [address for address in tab.requested if not address.startswith("data:")]
    assert asked == [page.as_uri()]
    drawn = "[...document.images].map(image => image.decode().then(() => image.naturalWidth))"
    assert await tab.run(f"Promise.all({drawn})") == [320, 320]


async def test_a_poster_plays_its_file_and_escape_goes_back(tmp_path: Path, tab: _Tab) -> None:
    film = tmp_path / "videos" / "50% off #1?.webm"
    film.parent.mkdir()
    with av.open(str(film), "w") as container:
        stream = container.add_stream("libvpx", rate=5)
        stream.width, stream.height = 160, 90
        for colour in ("red", "green", "blue"):
            frame = av.VideoFrame.from_image(Image.new("RGB", (160, 90), colour))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    await tab.open(_report(tmp_path, _row("done", "Sale", output=str(film))))

    width = await tab.run(
        "new Promise((done, broken) => { const video = document.getElementById('video');"
        " video.addEventListener('loadedmetadata', () => done(video.videoWidth));"
        " video.addEventListener('error', () => done(video.error.message));"
        " document.querySelector('.poster').click() })"
    )

    assert width == 160
    assert await tab.run("document.getElementById('player').open") is True
    assert await tab.run("document.getElementById('playing').textContent") == "Sale"
    await tab.press("Escape", 27)
    assert await tab.run("document.getElementById('player').open") is False


async def test_a_file_that_was_moved_is_told(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))

    await tab.run(
        "new Promise(done => { const video = document.getElementById('video');"
        " video.addEventListener('error', () => done());"
        " document.querySelector('.poster').click() })"
    )

    assert await tab.run("document.getElementById('broken').checkVisibility()") is True


async def test_a_keyboard_is_enough(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))
    reached = []

    for _ in range(20):
        await tab.press("Tab", 9)
        reached.append(
            await tab.run(
                "document.activeElement.dataset.filter || document.activeElement.id"
                " || document.activeElement.ariaLabel || document.activeElement.textContent"
            )
        )
        if reached[-1] == "failed":
            await tab.press("Enter", 13, "\r")

    assert await tab.titles() == ["Linus"]
    assert reached[0] == "Skip to the videos"
    assert [name for name in reached if name in ("all", "done", "failed", "search")][:4] == [
        "all",
        "done",
        "failed",
        "search",
    ]


async def test_every_control_has_a_name(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))
    # A card that was not drawn yet is not in the tree yet.
    await tab.run(
        "for (const card of document.querySelectorAll('.card'))"
        " card.style.contentVisibility = 'visible'"
    )

    nodes = (await tab.call("Accessibility.getFullAXTree"))["nodes"]

    named = {
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in ("button", "link", "searchbox", "heading", "image", "group")
    }
    assert "" not in {name for _, name in named}
    assert ("link", "Play Ada") in named
    assert ("button", "Failed 1") in named
    assert ("searchbox", "Search titles, reasons and ids") in named
    assert ("image", "2 done, 1 failed, 1 stopped, 1 waiting") in named


# The contrast of every text with what is behind it, the lowest first (WCAG 2.1, 1.4.3).
_CONTRAST = """
(() => {
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1);
    return [...pixel.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255)
      .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, .poster")) continue;
    const [one, two] = [rgba(getComputedStyle(element).color), behind(element)].map(light);
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    found.push([ratio, element.className, texts.currentNode.data.trim()]);
  }
  return found.sort((a, b) => a[0] - b[0]);
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(tmp_path: Path, tab: _Tab, scheme: str) -> None:
    await tab.open(_report(tmp_path, *_ROWS))
    feature = {"name": "prefers-color-scheme", "value": scheme}
    await tab.call("Emulation.setEmulatedMedia", features=[feature])

    found = await tab.run(_CONTRAST)

    assert len(found) > 40
    assert [text for text in found if text[0] < 4.5] == []
    ground = await tab.run("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(13, 16, 23)") is (scheme == "dark")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
async def test_a_page_fits_its_screen(tmp_path: Path, tab: _Tab, width: int) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 6
    rows = (
        _row("done", long, cost=123456.78, seconds=36000.0, output=f"{long[:90]}.mp4"),
        _row("failed", "x", error=long, message=long),
    )
    await tab.open(_report(tmp_path, *_ROWS, *rows, title=long))

    await tab.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=800,
        deviceScaleFactor=1,
        mobile=width < 500,
    )

    root = "document.documentElement"
    assert await tab.run(f"{root}.scrollWidth - {root}.clientWidth") == 0
    assert await tab.run("window.innerWidth") == width
    if folder := os.environ.get("HEYGEN_ASYNC_SCREENSHOTS"):
        shot = await tab.call("Page.captureScreenshot", captureBeyondViewport=True)
        Path(folder, f"report-{width}.png").write_bytes(base64.b64decode(shot["data"]))


async def test_on_paper_there_is_nothing_to_press(tmp_path: Path, tab: _Tab) -> None:
    await tab.open(_report(tmp_path, *_ROWS))

    await tab.call("Emulation.setEmulatedMedia", media="print")

    assert await tab.run("document.querySelector('.controls').checkVisibility()") is False
    assert len(await tab.titles()) == 5
    paper = await tab.call("Page.printToPDF", printBackground=True)
    assert base64.b64decode(paper["data"]).startswith(b"%PDF")


async def test_without_scripts_all_jobs_can_be_seen(tmp_path: Path, tab: _Tab) -> None:
    page = _report(tmp_path, *_ROWS)
    page.write_text(re.sub(r"<script>.*</script>", "", page.read_text(), flags=re.DOTALL))

    await tab.open(page)

    assert len(await tab.titles()) == 5


async def test_a_thousand_jobs_can_be_filtered(tmp_path: Path, tab: _Tab) -> None:
    rows = [_row("failed" if at % 10 == 3 else "done", f"Video {at}") for at in range(1000)]

    await tab.open(_report(tmp_path, *rows), view="#filter=failed&q=99")

    assert await tab.titles() == ["Video 993"]
    assert await tab.run("document.querySelectorAll('.card').length") == 1000
