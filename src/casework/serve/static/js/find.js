// The find dialog: cases by name, key or value, of the worksheet that the page is about or of all;
// arrows choose, Enter opens.
import { localise } from "./locale.js";

const WAIT_MS = 150;
let asked = null;

export function openFind(slug) {
  let dialog = document.querySelector("dialog.find-dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "find-dialog";
    dialog.setAttribute("aria-label", "Find a case");
    const input = document.createElement("input");
    input.type = "search";
    const words = slug ? "Find a case, value or reason" : "Find a case or value";
    input.placeholder = words;
    input.setAttribute("aria-label", words);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", "find-results");
    const results = document.createElement("div");
    results.id = "find-results";
    dialog.append(input, results);
    document.body.append(dialog);
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => look(slug, input, results), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => choose(event, input, results));
    dialog.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.href);
      else if (event.target === dialog) dialog.close();
    });
  }
  dialog.showModal();
  dialog.querySelector("input").select();
}

async function look(slug, input, results) {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`${slug ? `/w/${slug}` : ""}/find?q=${encodeURIComponent(input.value)}`, {
      signal: asked.signal, headers: { "HX-Request": "true" },
    });
    results.innerHTML = await answer.text();
    localise(results);
    const first = results.querySelector("[role=option]");
    input.setAttribute("aria-expanded", first ? "true" : "false");
    if (first) input.setAttribute("aria-activedescendant", first.id);
    else input.removeAttribute("aria-activedescendant");
  } catch (error) {
    if (error.name !== "AbortError") results.textContent = "The server does not answer.";
  }
}

function choose(event, input, results) {
  const options = [...results.querySelectorAll("[role=option]")];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && options[at]) {
    location.assign(options[at].dataset.href);
    event.preventDefault();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !options.length) return;
  event.preventDefault();
  const next = options[(at + step + options.length) % options.length];
  options[at]?.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
