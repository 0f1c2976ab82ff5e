"""The page: whatever an alert holds is text; it opens in a browser that has nothing but the file."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.archive.exports import export, html
from tests.archive.exports.conftest import HOSTILE, START, Make, alert, incident
from tests.browser import CHROMIUM, Browser, running


def data_of(page: str) -> dict[str, Any]:
    """The blocks of data in a page, by their ids."""
    blocks = re.findall(r'<script type="text/plain" id="([^"]*)">([A-Za-z0-9+/=]*)</script>', page)
    return {id: json.loads(gzip.decompress(base64.b64decode(content))) for id, content in blocks}


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with running(tmp_path_factory.mktemp("browser")) as started:
        yield started


def body_of(document: str) -> str:
    """What is shown, without the data and the script."""
    return re.sub(r"<script.*?</script>", "", document[document.index("<body") :], flags=re.DOTALL)


def test_the_page_is_one_file_that_runs_its_own_script_alone(make: Make, tmp_path: Path):
    report = export(make([alert(1)], [incident(1)]), html=tmp_path / "page.html")

    page = (tmp_path / "page.html").read_text()
    assert report.totals == {"alerts": 1, "incidents": 1}
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert html._digest(script) in policy[1]
    assert "http" not in re.sub(r"https?://api\.opsgenie\.com/?", "", script)
    assert "innerHTML" not in script
    assert not re.findall(r'(?:src|href)="(?!#)', page)


def test_the_data_is_what_the_archive_has(make: Make, tmp_path: Path):
    hostile = alert(1, message=HOSTILE, description=HOSTILE, tags=[HOSTILE], details={HOSTILE: HOSTILE})
    export(make([hostile, alert(2)], [incident(1)]), html=tmp_path / "page.html")

    page = (tmp_path / "page.html").read_bytes()
    assert b"document.title" not in page
    data = data_of(page.decode())
    records = data["block-0"]
    assert [each["document"]["id"] for each in records] == ["alert-1", "alert-2", "incident-1"]
    assert records[0]["document"] == hostile
    assert records[0]["facts"]["incidents"] == ["incident-1"]
    assert records[2]["facts"]["services"] == ["Shop"]
    assert [row[9] for row in data["index"]["rows"]] == [["Shop team"]] * 3
    (schedule,) = data["duty"]
    assert (schedule["name"], schedule["team"]) == ("Shop night", "Shop team")
    assert schedule["periods"][0][4] == "ann@example.com"


def test_names_of_the_account_and_the_manifest_are_text(make: Make, tmp_path: Path):
    export(make([alert(1)], account=HOSTILE), html=tmp_path / "page.html")

    page = (tmp_path / "page.html").read_text()
    assert "<img" not in page
    assert page.count("</script>") == len(data_of(page)) + 1
    assert "&lt;img src=x" in page


def test_nothing_in_a_record_runs(make: Make, tmp_path: Path, browser: Browser):
    """Every text of a record is hostile, and is shown to the letter."""
    hostile = {"note": HOSTILE, "log": HOSTILE, "owner": HOSTILE, "type": HOSTILE, "createdAt": HOSTILE}
    recipient = {
        "user": {"username": HOSTILE},
        "state": HOSTILE,
        "method": HOSTILE,
        "createdAt": "2024-03-01T08:00:00Z",
    }
    file = {"id": HOSTILE, "name": HOSTILE, "size": 1, "sha256": "0"}
    members = {"notes": [hostile], "logs": [hostile], "recipients": [recipient], "attachments": [file]}
    members["holes"] = [{"part": HOSTILE, "reason": HOSTILE}]
    document = {
        **dict.fromkeys(alert(1), HOSTILE), "id": "x", "createdAt": "2024-03-01T08:00:00Z", "tags": [HOSTILE],
        "details": {HOSTILE: HOSTILE}, "teams": [{"id": HOSTILE}], "responders": [{"type": HOSTILE, "id": HOSTILE}],
        "integration": {"name": HOSTILE}, "report": {"acknowledgedBy": HOSTILE, "ackTime": 1},
    }  # fmt: skip
    folder = make([document], account=HOSTILE, alert_parts=members, holes=[{"kind": HOSTILE, "reason": HOSTILE}])
    (folder / "stranger").write_bytes(b"")  # altered: the page says so
    export(folder, html=tmp_path / "page.html", anyway=True)

    page = (tmp_path / "page.html").as_uri()
    for part in ("", "#alert/x", "#about"):
        document = browser.dom(f"{page}{part}")
        assert 'data-ready="yes"' in document
        assert "<title>ran" not in document
        output = body_of(document)
        assert "<img" not in output
        assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', output))
        assert "&lt;/script&gt;&lt;script&gt;" in output
        assert "\x1b" not in output
        assert "\u202e" not in output
    assert r"\u202e" in output


def test_a_record_is_on_one_page_with_who_was_on_call(make: Make, tmp_path: Path, browser: Browser):
    export(make([alert(1), alert(2)], [incident(1)]), html=tmp_path / "page.html")

    output = body_of(browser.dom(f"{(tmp_path / 'page.html').as_uri()}#incident/incident-1"))

    for text in (
        "shop 1 is down", "opened by hand", "looked at the disk", "alert #1: disk 1 is full",
        "alert #2: disk 2 is full",
        "Shop night", "ann@example.com (Day)", "Post-mortem", "The disk", "2024-03-01 09:00:00", "(after 1 h)", "T-1",
    ):  # fmt: skip
        assert text in output, text


def test_the_list_opens_with_the_newest(make: Make, tmp_path: Path, browser: Browser):
    export(make(alert(number) for number in range(150)), html=tmp_path / "page.html")

    output = body_of(browser.dom((tmp_path / "page.html").as_uri()))

    assert "150 of 150 records" in output
    assert "mean time to acknowledge 1 min (of 150)" in output
    assert output.index("disk 149 is full") < output.index("disk 50 is full")
    assert "disk 49 is full" not in output
    assert "Page 1 of 2" in output


def test_more_than_a_file_can_hold_is_split_by_year(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(html, "LIMIT", 10)
    year = 366 * 86_400_000
    alerts = [alert(number, created=START - year + number) for number in range(8)]  # 2023
    alerts += [alert(100 + number, created=START + number) for number in range(25)]  # 2024-03: more than a file
    alerts += [alert(200 + number, created=START + 31 * 86_400_000 + number) for number in range(3)]  # 2024-04

    report = export(make(alerts), html=tmp_path / "page.html")

    names = ["page", "page-2023", "page-2024-03-1", "page-2024-03-2", "page-2024-03-3", "page-2024-04"]
    assert [path.stem for path in report.files] == names
    assert report.totals["alerts"] == 36
    ids = [
        row[1] for path in report.files[1:] for row in data_of(path.read_text())["index"]["rows"]
    ]  # fmt: skip
    assert ids == [each["id"] for each in alerts]
    contents = report.files[0].read_text()
    assert re.findall(r'<a href="([^"]*)">', contents) == [path.name for path in report.files[1:]]
    assert "script-src 'none'" in contents
    assert "36 records in 5 files" in contents


def steps(page: Path, script: str) -> Path:
    """A copy of the page that is worked with: *script* runs when it is ready, with `set(id, value)` at hand."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text())
    helper = """
        const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
        const set = async (id, value) => {
          const field = document.getElementById(id);
          if (field.type === "checkbox") field.checked = value; else field.value = value;
          field.dispatchEvent(new Event(id === "query" ? "input" : "change"));
          await pause(600);
        };
        const count = () => document.getElementById("count").textContent.split(" ")[0];
        const shown = [];
        (async () => {
          while (!document.body.dataset.ready) await pause(20);
          %s
          document.body.append(Object.assign(document.createElement("output"), { textContent: shown.join(" ") }));
        })();
    """
    copy = page.with_name("copy.html")
    copy.write_text(text.replace("</body>", f"<script>{helper % script}</script></body>"))
    return copy


def test_search_and_filters(make: Make, tmp_path: Path, browser: Browser):
    """What a person does: types, chooses, clears; the deep search finds what stands in notes alone."""
    alerts = [alert(number, priority="P1" if number % 10 == 0 else "P4") for number in range(250)]
    alerts += [alert(300, message="Überlauf", created=START + 40 * 86_400_000)]
    export(make(alerts, [incident(1)]), html=tmp_path / "page.html")
    page = steps(
        tmp_path / "page.html",
        """
        await set("query", "DISK full"); shown.push(count());
        await set("query", "disk 17 "); shown.push(count());
        await set("query", "überlauf"); shown.push(count());
        await set("query", "looked"); shown.push(count());
        await set("deep", true); shown.push(count());
        await set("query", "opened"); shown.push(count());
        await set("query", ""); await set("priority", "P1"); shown.push(count());
        await set("kind", "incident"); shown.push(count());
        document.getElementById("clear").click(); await pause(200); shown.push(count());
        await set("to", "2024-03-31"); shown.push(count());
        document.querySelectorAll("#months button")[1].click(); shown.push(count());
        await set("query", "nothing of that"); shown.push(count());
        document.getElementById("clear").click(); await pause(200);
        document.getElementById("next").click(); shown.push(document.querySelectorAll("#rows tbody tr").length);
        location.hash = "#alert/nowhere"; await pause(300); shown.push(document.getElementById("problem").hidden);
        """,
    )

    (output,) = re.findall(r"<output>(.*?)</output>", browser.dom(page.as_uri()))

    # "disk 17" is in 17, 117, 217 and in 170 to 179; every record has a note; the incident alone was "opened".
    assert output.split() == ["250", "13", "1", "0", "252", "1", "26", "1", "252", "251", "1", "0", "100", "false"]


def test_times_of_this_computer(make: Make, tmp_path: Path, browser: Browser):
    export(make([alert(0)]), html=tmp_path / "page.html")
    script = """
        const first = () => document.querySelector("#rows td").textContent.split(" ")[1];
        shown.push(first()); await set("zone", "local"); shown.push(first());
    """

    (output,) = re.findall(
        r"<output>(.*?)</output>", browser.dom(steps(tmp_path / "page.html", script).as_uri(), zone="Asia/Tokyo")
    )

    assert output == "08:00:00 17:00:00"
