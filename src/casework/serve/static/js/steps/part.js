// Fragments of the server put into a page: fetched as HTML, shown where they belong, problems in words.
import { localise } from "../locale.js";
import { toast } from "../toast.js";

export async function fragment(method, url, body = undefined, options = {}) {
  const headers = { Accept: "text/html", "HX-Request": "true", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
  const answer = await fetch(url, { method, headers, body, ...options });
  const text = answer.status === 204 ? "" : await answer.text();
  if (!answer.ok) throw new PartProblem(text, answer.status);
  return text;
}

export class PartProblem extends Error {
  constructor(html, status) {
    super(new DOMParser().parseFromString(html, "text/html").body.textContent.trim().replace(/\s+/g, " ") || `The server answered ${status}.`);
    this.status = status;
  }
}

// Puts a fragment in place; keeps the focus on what has the same name in the new one.
export function put(place, html) {
  const had = place.contains(document.activeElement) ? signOf(document.activeElement) : "";
  place.innerHTML = html; // made by our templates, which escape
  globalThis.htmx?.process(place);
  localise(place);
  if (had) place.querySelector(had)?.focus({ preventScroll: true });
  return place.firstElementChild;
}

export function told(error) {
  if (error.name === "AbortError") return;
  toast(error instanceof TypeError ? "The server does not answer. Is it running?" : error.message, "wrong");
}

function signOf(element) {
  const parts = [];
  if (element.name) parts.push(`[name="${CSS.escape(element.name)}"]`);
  if (element.type === "radio") parts.push(`[value="${CSS.escape(element.value)}"]`);
  for (const [key, value] of Object.entries(element.dataset)) {
    parts.push(`[data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="${CSS.escape(value)}"]`);
  }
  return parts.length ? element.tagName.toLowerCase() + parts.join("") : "";
}

export function later(milliseconds, work) {
  let timer = 0;
  const call = (...told) => { clearTimeout(timer); timer = setTimeout(() => work(...told), milliseconds); };
  call.cancel = () => clearTimeout(timer);
  return call;
}
