// Search in the documents of the case: hits marked on their pages, one after the other.
import { send } from "../http.js";

const PAUSE_MS = 250;

export function wireSearch(desk, base, viewer) {
  const form = desk.querySelector(".seek");
  const input = form.querySelector("input");
  const told = form.querySelector("[data-hits]");
  const toggle = desk.querySelector("[data-search]");
  let hits = [];
  let at = 0;
  let later = 0;
  let asked = "";

  function open() {
    form.hidden = false;
    toggle.setAttribute("aria-expanded", "true");
    input.focus();
    input.select();
  }

  function close() {
    form.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
    hits = [];
    show();
    toggle.focus();
  }

  function show() {
    viewer.hits = hits.map((hit, index) => ({ ...hit, now: index === at }));
    viewer.redraw();
  }

  async function look() {
    const text = input.value.trim();
    asked = text;
    if (!text) { hits = []; told.textContent = ""; show(); return; }
    try {
      const answer = await send("GET", `${base}/find?text=${encodeURIComponent(text)}`);
      if (asked !== text) return;
      hits = answer.hits;
      at = 0;
      if (!hits.length) { told.textContent = "nowhere"; show(); return; }
      go(0, answer.complete);
    } catch (error) {
      told.textContent = error.message;
    }
  }

  function go(by, complete = true) {
    if (!hits.length) return;
    at = (at + by + hits.length) % hits.length;
    const hit = hits[at];
    told.textContent = `${at + 1} of ${hits.length}${complete ? "" : " or more"}${hit.rough ? ", roughly" : ""}`;
    const first = hit.boxes[0];
    show();
    viewer.reveal(hit.document, first?.page ?? hit.page, first?.box ?? null).then(show);
  }

  toggle.addEventListener("click", () => (form.hidden ? open() : close()));
  form.querySelector("[data-search-close]").addEventListener("click", close);
  input.addEventListener("input", () => { clearTimeout(later); later = setTimeout(look, PAUSE_MS); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (asked !== input.value.trim()) look();
    else go(1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    else if (event.key === "Enter" && event.shiftKey && event.target === input) { event.preventDefault(); go(-1); }
  });
  for (const button of form.querySelectorAll("[data-hit]")) button.addEventListener("click", () => go(Number(button.dataset.hit)));
  return { open };
}
