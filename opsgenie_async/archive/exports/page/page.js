"use strict";
(() => {
  const PAGE = 100; // rows at a time
  const at = (id) => document.getElementById(id);
  // What cannot be seen, or turns the text around it, is shown by its code; with `u` the last range is halves of pairs alone.
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;
  const visible = (value) => {
    const text = typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
    return text.replace(/\r\n/g, "\n").replace(UNSEEN, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
  };
  const list = (value) => (Array.isArray(value) ? value : []);
  const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});

  // The only way from data to the page: children that are no nodes become text, never markup. No address comes from data.
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children.flat()) {
      if (child instanceof Node) node.append(child);
      else if (child !== null && child !== undefined && child !== "") node.append(document.createTextNode(visible(child)));
    }
    return node;
  }
  const word = (value) => (/^[A-Za-z0-9]+$/.test(value) ? value : "other"); // as the name of a class

  async function unpack(node) {
    const packed = atob(node.textContent.trim());
    const bytes = new Uint8Array(packed.length);
    for (let place = 0; place < packed.length; place++) bytes[place] = packed.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  let index, about, duty, rows = [], shown = [], page = 0, deep = null, search = 0;
  const byKey = new Map(), blocks = new Map();
  const [KIND, ID, TINY, MESSAGE, STATUS, PRIORITY, CREATED, ACKNOWLEDGED, ENDED, TEAMS, MORE] = Array(11).keys();
  const keyOf = (kind, id) => kind + "/" + visible(id);
  const linkTo = (kind, id) => "#" + kind + "/" + encodeURIComponent(visible(id));

  const two = (number) => String(number).padStart(2, "0");
  function moment(value) {
    if (value === null || value === undefined || value === "") return "";
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) return visible(value);
    if (at("zone").value === "local") {
      return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    }
    return date.toISOString().slice(0, 19).replace("T", " ");
  }
  const zoneName = () => (at("zone").value === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC");
  function span(seconds) {
    if (seconds === null || seconds === undefined) return "";
    if (seconds < 1) return "< 1 s";
    const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].map(([unit, name], place, all) => [
      Math.floor((place ? seconds % all[place - 1][0] : seconds) / unit), name]).filter(([number]) => number);
    return parts.slice(0, 2).map((part) => part.join(" ")).join(" ");
  }

  function textOf(row) {
    if (row.text === undefined) row.text = [row[ID], row[TINY], "#" + row[TINY], row[MESSAGE], ...row[TEAMS], ...row[MORE]].map(visible).join("\n").toLowerCase();
    return row.text;
  }
  function choice(id) { return at(id).value; }
  function day(id, plus) {
    const parts = choice(id).split("-").map(Number);
    if (parts.length !== 3) return null;
    return at("zone").value === "local" ? new Date(parts[0], parts[1] - 1, parts[2] + plus).getTime() : Date.UTC(parts[0], parts[1] - 1, parts[2] + plus);
  }

  function select() {
    const words = choice("query").toLowerCase().split(/\s+/).filter(Boolean);
    const [kind, priority, status, team, from, to] = [choice("kind"), choice("priority"), choice("status"), choice("team"), day("from", 0), day("to", 1)];
    shown = rows.filter((row) =>
      (!kind || row[KIND] === kind) && (!priority || visible(row[PRIORITY]) === priority) && (!status || visible(row[STATUS]) === status) &&
      (!team || row[TEAMS].some((each) => visible(each) === team)) && (from === null || row[CREATED] >= from) && (to === null || row[CREATED] < to) &&
      words.every((each) => textOf(row).includes(each) || (deep && deep.get(each) && deep.get(each).has(row))));
    const order = choice("order");
    const slow = { acknowledge: ACKNOWLEDGED, resolve: ENDED }[order];
    if (slow !== undefined) shown.sort((one, other) => (other[slow] ?? -1) - (one[slow] ?? -1));
    else if (order === "new") shown.reverse();
    page = 0;
    drawList();
  }

  function drawList() {
    const last = Math.max(1, Math.ceil(shown.length / PAGE));
    at("page").textContent = `Page ${page + 1} of ${last}`;
    at("previous").disabled = page === 0;
    at("next").disabled = page + 1 >= last;
    at("pages").hidden = last === 1;
    const average = (place) => {
      const values = shown.map((row) => row[place]).filter((value) => value !== null);
      return values.length ? `${span(values.reduce((sum, value) => sum + value, 0) / values.length)} (of ${values.length.toLocaleString("en")})` : "none";
    };
    at("count").textContent = `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} records · mean time to acknowledge ${average(ACKNOWLEDGED)} · to resolve ${average(ENDED)} · times in ${zoneName()}`;
    at("rows").tBodies[0].replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map((row) =>
      el("tr", null,
        el("td", { class: "time" }, moment(row[CREATED])),
        el("td", { class: "time" }, el("a", { href: linkTo(row[KIND], row[ID]) }, `${row[KIND]} ${row[TINY] ? "#" + visible(row[TINY]) : ""}`)),
        el("td", null, row[PRIORITY] ? el("span", { class: "badge " + word(row[PRIORITY]) }, row[PRIORITY]) : null),
        el("td", null, el("a", { href: linkTo(row[KIND], row[ID]) }, row[MESSAGE] || "(no message)")),
        el("td", null, row[STATUS] ? el("span", { class: "badge " + word(row[STATUS]) }, row[STATUS]) : null),
        el("td", null, row[TEAMS].join(", ")),
        el("td", { class: "number", "data-name": "acknowledged after" }, span(row[ACKNOWLEDGED]) || "–"),
        el("td", { class: "number", "data-name": "resolved after" }, span(row[ENDED]) || "–"))));
  }

  function drawMonths() {
    const counts = new Map();
    for (const row of rows) {
      if (row[CREATED] === null) continue;
      const month = new Date(row[CREATED]).toISOString().slice(0, 7);
      counts.set(month, (counts.get(month) || 0) + 1);
    }
    const names = [...counts.keys()].sort();
    if (names.length < 2) { at("months").hidden = true; return; }
    const most = Math.max(...counts.values());
    const bars = [];
    for (let [year, month] = names[0].split("-").map(Number); bars.length < 240; month === 12 ? (year++, month = 1) : month++) {
      const name = `${year}-${two(month)}`;
      const bar = el("span");
      bar.style.height = counts.has(name) ? Math.max(3, (100 * counts.get(name)) / most) + "%" : "0";
      const label = `${name}: ${(counts.get(name) || 0).toLocaleString("en")} records`;
      const button = el("button", { type: "button", title: label, "aria-label": label, "aria-pressed": "false" }, bar);
      const [low, high] = [`${name}-01`, new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)];
      button.addEventListener("click", () => {
        const pressed = button.getAttribute("aria-pressed") === "true";
        at("from").value = pressed ? "" : low;
        at("to").value = pressed ? "" : high;
        bars.forEach((each) => each.setAttribute("aria-pressed", String(each === button && !pressed)));
        select();
      });
      bars.push(button);
      if (name === names[names.length - 1]) break;
    }
    at("months").replaceChildren(...bars);
  }

  async function block(number) {
    if (!blocks.has(number)) {
      if (blocks.size > 8) blocks.delete(blocks.keys().next().value);
      blocks.set(number, unpack(at("block-" + number)));
    }
    return blocks.get(number);
  }

  function* strings(value) {
    if (typeof value === "string") yield value;
    else if (value !== null && typeof value === "object") for (const each of Object.values(value)) yield* strings(each);
  }
  async function searchDeep() {
    const turn = ++search;
    const words = choice("query").toLowerCase().split(/\s+/).filter(Boolean);
    deep = null;
    if (!at("deep").checked || !words.length) { select(); return; }
    const hits = new Map(words.map((each) => [each, new Set()]));
    const count = Math.ceil(rows.length / index.size);
    for (let number = 0; number < count; number++) {
      const records = await unpack(at("block-" + number));
      if (turn !== search) return;
      records.forEach((record, place) => {
        const text = [...strings(record)].join("\n").toLowerCase();
        for (const each of words) if (text.includes(each)) hits.get(each).add(index.rows[number * index.size + place]);
      });
      if (number % 10 === 9) {
        at("count").textContent = `Searching … ${Math.round((100 * number) / count)} %`;
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    deep = hits;
    select();
  }

  const section = (title, sub, ...children) => [el("h2", null, title, sub ? el("span", { class: "sub" }, " " + sub) : null), ...children];
  function grid(names, lines) {
    return el("table", null, el("thead", null, el("tr", null, names.map((name) => el("th", null, name)))),
      el("tbody", null, lines.map((line) => el("tr", null, line.map((value, place) =>
        el("td", { class: place === 0 ? "time" : "text", "data-name": names[place].toLowerCase() }, value))))));
  }
  const content = (value) => (value && typeof value === "object" && "content" in value ? value.content : value);
  const json = (value) => el("pre", null, JSON.stringify(value, null, 2));

  function onCall(row) {
    const created = row[CREATED];
    if (created === null || !duty.length) return section("On call at that minute", "", el("p", null, "The archive holds no timeline of a schedule."));
    const lines = duty.map((schedule) => {
      const known = schedule.covered.some(([low, high]) => low <= created && created < high);
      const periods = schedule.periods.filter(([low, high]) => low <= created && created < high);
      const who = periods.filter((each) => each[4]).map((each) => `${each[3] && each[3] !== "user" ? visible(each[3]) + " " : ""}${visible(each[4])}${each[2] ? " (" + visible(each[2]) + ")" : ""}`);
      return { own: row[TEAMS].includes(schedule.team), known, line: [schedule.name, schedule.team, who.length ? who.join("\n") : known ? "nobody" : "not in the archive"] };
    });
    const names = ["Schedule", "Team", "On call"];
    const own = lines.filter((each) => each.own), others = lines.filter((each) => !each.own && each.known);
    const missing = lines.filter((each) => !each.own && !each.known).length;
    return section("On call at that minute", `${moment(created)} ${zoneName()}, from the archived timelines`,
      own.length ? grid(names, own.map((each) => each.line)) : null,
      others.length ? el("details", own.length ? null : { open: "" }, el("summary", null, own.length ? `${others.length} other schedules` : `${others.length} schedules`), grid(names, others.map((each) => each.line))) : null,
      missing ? el("p", { class: "sub" }, `Of ${missing} ${own.length || others.length ? "other " : ""}schedules the archive has no timeline of that minute.`) : null);
  }

  function recordLinks(kind, ids) {
    return el("ul", null, list(ids).map((id) => {
      const row = byKey.get(keyOf(kind, id));
      return el("li", null, row ? el("a", { href: linkTo(kind, id) }, `${kind} #${visible(row[TINY])}: ${visible(row[MESSAGE])}`) : [`${kind} `, id, " (not in this file)"]);
    }));
  }

  async function drawRecord(row, number) {
    const record = (await block(Math.floor(number / index.size)))[number % index.size];
    const doc = object(record.document), facts = record.facts, report = object(doc.report), alert = row[KIND] === "alert";
    const after = (seconds) => (seconds === null ? "" : ` (after ${span(seconds)})`);
    const pairs = [
      ["Created", moment(row[CREATED])],
      ["Impact", doc.impactStartDate ? `${moment(doc.impactStartDate)} to ${moment(doc.impactEndDate) || "now"}` : ""],
      ["Acknowledged", facts.acknowledged === null ? "" : moment(facts.acknowledged) + after(row[ACKNOWLEDGED]) + (report.acknowledgedBy ? " by " + visible(report.acknowledgedBy) : "")],
      [alert ? "Closed" : "Resolved", facts.ended === null ? "" : moment(facts.ended) + after(row[ENDED]) + (report.closedBy ? " by " + visible(report.closedBy) : "")],
      ["Teams", row[TEAMS].join(", ")], ["Responders", facts.responders.join(", ")], ["Services", facts.services.join(", ")],
      ["Owner", doc.owner], ["Source", doc.source], ["Integration", object(doc.integration).name], ["Entity", doc.entity], ["Alias", doc.alias],
      ["Tags", list(doc.tags).map(visible).join(", ")], ["Occurred", doc.count > 1 ? `${doc.count} times, last ${moment(doc.lastOccurredAt)}` : ""],
      ["Updated", moment(doc.updatedAt)], ["Id", row[ID]],
    ].filter(([, value]) => value !== "" && value !== null && value !== undefined);
    const details = { ...object(doc.details), ...object(doc.extraProperties) };
    const parts = [
      el("p", { class: "back" }, el("a", { href: "#" }, "← All records")),
      el("p", { class: "badges" }, el("span", { class: "badge" }, `${row[KIND]} ${row[TINY] ? "#" + visible(row[TINY]) : ""}`),
        row[PRIORITY] ? el("span", { class: "badge " + word(row[PRIORITY]) }, row[PRIORITY]) : null,
        row[STATUS] ? el("span", { class: "badge " + word(row[STATUS]) }, row[STATUS]) : null),
      el("h1", null, row[MESSAGE] || "(no message)"),
    ];
    if (record.gone) parts.push(el("p", { class: "note" }, "It was deleted before all of it was read."));
    if (record.listed) parts.push(el("p", { class: "note" }, "The archive has only what the listing contains; it was not read one by one."));
    for (const hole of list(record.holes)) parts.push(el("p", { class: "note" }, `Not in the archive: ${visible(hole.part)} – ${visible(hole.reason)}`));
    parts.push(el("dl", null, pairs.flatMap(([name, value]) => [el("dt", null, name), el("dd", null, value)])));
    if (doc.description) parts.push(...section("Description", "", el("div", { class: "body" }, doc.description)));
    if (Object.keys(details).length) parts.push(...section("Details", "", grid(["Name", "Value"], Object.entries(details))));
    const zone = `times in ${zoneName()}`;
    const lines = (name, title, names, line, sub = zone) => {
      const values = list(record[name]).map(object);
      if (values.length) parts.push(...section(title, [values.length, sub].filter(Boolean).join(" · "), grid(names, values.map(line))));
      else if (record[name] && !list(record.holes).some((hole) => hole.part === name)) parts.push(...section(title, "none"));
    };
    lines("timeline", "Timeline", ["Time", "Event", "By", "Text"], (each) => [moment(each.eventTime), `${visible(each.type)}${each.hidden ? " (hidden)" : ""}`, object(each.actor).name, content(each.title) || content(each.description)]);
    lines("notes", "Notes", ["Time", "By", "Note"], (each) => [moment(each.createdAt), each.owner, each.note]);
    lines("logs", "Log", ["Time", "By", "Entry"], (each) => [moment(each.createdAt), each.owner, each.log]);
    lines("recipients", "Recipients", ["Time", "User", "State", "Method"], (each) => [moment(each.createdAt), object(each.user).username, each.state, each.method]);
    lines("attachments", "Attachments", ["Size", "Name", "SHA-256: its place in the archive"], (each) => [`${each.size} bytes`, each.name, each.sha256], "");
    if (facts.incidents.length) parts.push(...section("Incidents", "that it belongs to", recordLinks("incident", facts.incidents)));
    if (list(record.responder_alerts).length) parts.push(...section("Alerts of responders", "", recordLinks("alert", record.responder_alerts)));
    if (list(record.associated_alerts).length) parts.push(...section("Associated alerts", "", recordLinks("alert", record.associated_alerts)));
    if (record.postmortem) {
      const text = object(record.postmortem);
      parts.push(...section("Post-mortem", "", el("dl", null, Object.entries(text).flatMap(([name, value]) => [el("dt", null, name), el("dd", null, value)]))));
    }
    parts.push(...onCall(row));
    parts.push(el("details", null, el("summary", null, "The document as the API sent it"), json(record.document)));
    at("record").replaceChildren(...parts.filter(Boolean));
  }

  function drawAbout() {
    const manifest = about.manifest;
    const words = (each) => [each.kind, each.slice || each.id, each.part, each.count ? each.count + " records" : "", each.reason].filter(Boolean).map(visible).join(" · ");
    const bullets = (values) => (list(values).length ? el("ul", null, values.map((each) => el("li", null, typeof each === "object" && each ? [each.what, each.what ? ": " + visible(each.reason) : words(each)] : each))) : el("p", null, "None."));
    at("about").replaceChildren(...[
      el("p", { class: "back" }, el("a", { href: "#" }, "← All records")),
      el("h1", null, "About this archive"),
      el("dl", null, [
        ["Account", object(manifest.account).name], ["Plan", object(manifest.account).plan], ["Server", manifest.server], ["Made by", manifest.tool],
        ["Page made", `${visible(about.exported)} by ${visible(about.tool)}`], ["In this file", `${about.alerts.toLocaleString("en")} alerts and ${about.incidents.toLocaleString("en")} incidents`],
        ["In the archive", Object.entries(object(manifest.totals)).map(([name, value]) => `${visible(name)} ${visible(value)}`).join(", ")],
        ["Verdict", about.words], ["Seal", manifest.seal],
      ].flatMap(([name, value]) => [el("dt", null, name), el("dd", null, value)])),
      el("p", null, "The archive beside this page can be checked without a network: opsgenie-async verify DIR. Compare the seal with the one that was noted when it was made."),
      ...(about.problems.length ? section("Altered", "not as the manifest says", el("ul", null, about.problems.map((each) => el("li", null, each)))) : []),
      ...section("Holes", "what could not be read", bullets(about.holes)),
      ...section("Left out", "by choice, or not offered by the API", bullets(manifest.skipped)),
      ...section("Redacted", "", bullets(manifest.redacted)),
      ...section("Runs", "", grid(["Started", "Finished", "Choices"], list(manifest.runs).map((each) => [moment(each.started), moment(each.finished), Object.entries(object(each.choices)).filter(([, value]) => value !== null && value !== "").map(([name, value]) => `${visible(name)}: ${Array.isArray(value) ? value.map(visible).join(", ") : visible(value)}`).join("; ")]))),
    ].flat().filter(Boolean));
  }

  let place = 0;
  async function route() {
    const hash = location.hash.slice(1);
    const row = hash && hash !== "about" ? find(hash) : null;
    if (!at("list").hidden) place = window.scrollY;
    at("problem").hidden = true;
    if (row) await drawRecord(row, row.number);
    else if (hash === "about") drawAbout();
    else if (hash) { at("problem").textContent = "There is no such record in this file."; at("problem").hidden = false; }
    at("record").hidden = !row;
    at("about").hidden = hash !== "about";
    at("list").hidden = Boolean(row) || hash === "about";
    window.scrollTo(0, at("list").hidden ? 0 : place);
  }
  function find(hash) {
    try { return byKey.get(decodeURIComponent(hash)); } catch { return null; }
  }

  function fill(id, values) {
    for (const value of [...new Set(values)].filter(Boolean).map(visible).sort()) at(id).append(el("option", { value }, value));
  }
  function fail(error) {
    at("wait").hidden = true;
    at("problem").textContent = `This browser cannot open the archive: ${error.message}. It needs a browser of 2023 or later; the file may also be incomplete.`;
    at("problem").hidden = false;
  }

  async function start() {
    [index, about, duty] = [await unpack(at("index")), await unpack(at("about-data")), await unpack(at("duty"))];
    rows = index.rows;
    rows.forEach((row, number) => { row.number = number; byKey.set(keyOf(row[KIND], row[ID]), row); });
    fill("priority", rows.map((row) => row[PRIORITY]));
    fill("status", rows.map((row) => row[STATUS]));
    fill("team", rows.flatMap((row) => row[TEAMS]));
    drawMonths();
    select();
    at("wait").hidden = true;
    let timer;
    at("filters").addEventListener("submit", (event) => event.preventDefault());
    at("filters").addEventListener("reset", () => setTimeout(() => { deep = null; search++; [...at("months").children].forEach((each) => each.setAttribute("aria-pressed", "false")); select(); }));
    at("query").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(searchDeep, 150); });
    at("deep").addEventListener("change", searchDeep);
    for (const id of ["kind", "priority", "status", "team", "from", "to", "order", "zone"]) at(id).addEventListener("change", select);
    at("previous").addEventListener("click", () => { page--; drawList(); });
    at("next").addEventListener("click", () => { page++; drawList(); window.scrollTo(0, 0); });
    window.addEventListener("hashchange", () => route().catch(fail));
    window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
    await route();
    document.body.dataset.ready = "yes";
  }
  start().catch(fail);
})();
