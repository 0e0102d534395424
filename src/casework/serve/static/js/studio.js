// What every page does: keys, theme, numbers and times in the viewer's locale, requests, toasts.
import { bindKeys, showKeys } from "./keys.js";
import { openFind } from "./find.js";
import { localise } from "./locale.js";
import { toast } from "./toast.js";
import { countWaiting } from "./waiting.js";

const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = csrf();
});
// A problem is shown where the answer would have stood, or as a toast.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return;
  const told = event.detail.xhr.getResponseHeader("Content-Type") || "";
  if (event.detail.target?.dataset?.problems === "here") event.detail.shouldSwap = true;
  else toast(told.includes("html") ? textOf(event.detail.xhr.responseText) : "That did not work.", "wrong");
});
document.addEventListener("htmx:sendError", () => toast("The server does not answer. Is it running?", "wrong"));
document.addEventListener("htmx:afterSwap", (event) => localise(event.detail.target));

const slug = document.body.dataset.sheet;
document.querySelector("[data-find]")?.addEventListener("click", () => openFind(slug));
document.querySelector("[data-keys]")?.addEventListener("click", showKeys);
document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

bindKeys("Everywhere", {
  "?": ["these keys", showKeys],
  "/": ["find", () => document.querySelector("[data-find]")?.click()],
});
localise(document);

// Home counts what waits by itself.
if (document.querySelector("[data-waits-anywhere]") && !document.querySelector("[data-live]")) countWaiting();

function textOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}
