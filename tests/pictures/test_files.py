"""SVG and HTML: whole by themselves, escaped, and alive in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("jinja2", reason="the extra `pictures` is not installed")

from opsgenie_async.pictures.page import page_of, sheet_for
from opsgenie_async.pictures.svg import svg_of
from tests.oncall.documents import rotation
from tests.pictures.test_chart import START, chart, override, schedule

HOSTILE = "</script><script>alert(1)</script>\"'&\x1b[31m\u202e<b>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars"),
]


def hostile():
    return chart(
        schedule(
            rotation(START, "ab", "daily", name=HOSTILE),
            name=HOSTILE,
            overrides=[override(START, START + timedelta(days=1))],
        ),
        now=START + timedelta(days=3),
    )


def test_svg_is_xml_with_a_bar_for_each_period():
    picture = chart(schedule(rotation(START, "ab", "daily")))
    root = ET.fromstring(svg_of(picture, "On call"))
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    bars = [bar for row in picture.sections[0].rows for lane in row.lanes for bar in lane]

    assert len(bars) == 28
    assert [bar.title for bar in bars] == [title for title in titles if title and "Europe/Paris" in title]
    assert picture.tz_database in "".join(root.itertext())


def test_names_are_text_in_svg():
    root = ET.fromstring(svg_of(hostile(), HOSTILE))

    assert not [each.tag for each in root.iter() if each.tag.rpartition("}")[2] in ("script", "b")]
    assert "</script><script>alert(1)</script>\"'&\\x1b[31m\\u202e<b>" in "".join(root.itertext())


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]


def test_a_page_needs_nothing_else_and_runs_only_its_own_script():
    text = page_of(hostile(), HOSTILE)
    page = Tags(text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert page.tags.count("script") == 1
    assert page.links == []
    assert "url(" not in text
    assert (
        f"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-{digest}&#39;"
        in text.replace("'", "&#39;")
    )
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(("schedules", "width"), [(1, 297), (12, 594), (200, 1189)])
def test_the_sheet_grows_with_the_schedules(schedules, width):
    many = chart(*(schedule(rotation(START, "ab"), rotation(START, "cd")) for _ in range(schedules)))

    assert sheet_for(many).width == width


def browse(page: Path, *flags: str) -> str:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    profile = page.parent / "profile"
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_a_tap_shows_person_and_times_in_a_browser(tmp_path):
    """The page's own script, under its own policy, moves the line; a tap on a bar says who and when."""
    text = page_of(hostile(), "On call")
    page = tmp_path / "page.html"
    tap = (
        "<script>document.querySelector('.final .n .b').click(); "
        "document.title = String(document.documentElement.scrollWidth <= innerWidth)</script>"
    )
    page.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", tap + "</body>"), encoding="utf-8")
    tapped = browse(page, "--dump-dom", "--window-size=500,900")
    (tip,) = re.findall(r'<div id="tip"[^>]*>(.*?)</div>', tapped, flags=re.DOTALL)

    assert tip.startswith("z@example.com\nMon 19 Oct 00:00 CEST to Tue 20 Oct 00:00 CEST Europe/Paris\n24 h\n")
    assert "Your time: " in tip
    assert "<title>true</title>" in tapped

    page.write_text(text, encoding="utf-8")
    lines = re.findall(r'class="now"[^>]*style="left:([^"]*)"', browse(page, "--dump-dom"))
    assert lines
    assert all("%" in line and line not in text for line in lines)


def test_forty_schedules_print_on_one_sheet(tmp_path):
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    many = chart(*(schedule(rotation(START, "ab"), rotation(START, "cd"), name=f"s{n}") for n in range(40)))
    page.write_text(page_of(many, "On call"), encoding="utf-8")
    browse(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")

    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1
