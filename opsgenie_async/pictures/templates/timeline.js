"use strict";
(() => {
  const tip = document.getElementById("tip");
  const clock = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  const local = (seconds) => clock.format(new Date(1000 * seconds));
  const hide = () => { tip.hidden = true; };
  const show = (bar) => {
    if (bar.title) { bar.dataset.tip = bar.title; bar.setAttribute("aria-label", bar.title); bar.removeAttribute("title"); }
    tip.textContent = bar.dataset.tip.split(" · ").join("\n") + "\nYour time: " + local(bar.dataset.s) + " – " + local(bar.dataset.e);
    tip.hidden = false;
    const box = bar.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, 8), innerWidth - own.width - 8);
    const above = box.top - own.height - 6;
    tip.style.left = Math.max(left, 8) + "px";
    tip.style.top = (above > 4 ? above : Math.min(box.bottom + 6, innerHeight - own.height - 4)) + "px";
  };
  const on = (event) => { const bar = event.target.closest ? event.target.closest(".n .b") : null; if (bar) show(bar); else hide(); };
  for (const name of ["pointerover", "click", "focusin"]) document.addEventListener(name, on);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  const start = Number(document.body.dataset.start), end = Number(document.body.dataset.end);
  const move = () => {
    const share = (Date.now() / 1000 - start) / (end - start);
    for (const line of document.querySelectorAll(".now")) { line.hidden = share < 0 || share >= 1; line.style.left = 100 * share + "%"; }
  };
  move();
  setInterval(move, 60000);
})();
