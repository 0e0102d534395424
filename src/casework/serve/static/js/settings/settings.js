// The settings: what is chosen is sent at once, settings are found by their words, secrets copied.
import { bindKeys } from "../keys.js";
import { toast } from "../toast.js";

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("[data-go]")) field.form.requestSubmit();
  else if (field.matches("[data-send]") && field.form.reportValidity()) field.form.requestSubmit();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("Copied.");
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    toast("Selected: copy it with Ctrl+C.");
  }
});

const find = document.querySelector("[data-find-setting]");
find?.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of document.querySelectorAll(".setting-group")) {
    let any = false;
    for (const row of group.querySelectorAll(".setting")) {
      const told = row.dataset.words.toLowerCase();
      row.hidden = !words.every((word) => told.includes(word));
      if (!row.hidden) { any = true; shown += 1; }
    }
    group.hidden = !any;
  }
  document.querySelector("[data-found]").textContent = words.length ? `${shown} found` : "";
  document.querySelector("[data-none]").hidden = shown > 0;
});
if (find) bindKeys("Settings", { "/": ["find a setting", () => find.focus()] });

// A button that is switched off while its request is under way loses the focus, and what is shown
// anew has none: it goes back to the button of the same id, else to the heading.
let pressed = "";
document.addEventListener("htmx:beforeRequest", () => {
  if (document.activeElement !== document.body) pressed = document.activeElement.id;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "section" || document.activeElement !== document.body) return;
  const again = (pressed && document.getElementById(pressed)) || document.querySelector("#section h1");
  if (!again) return;
  if (again.matches("h1")) again.tabIndex = -1;
  again.focus({ preventScroll: true });
});

// A setting that was kept keeps the focus, and shows for a moment that it was.
document.addEventListener("htmx:afterSwap", (event) => {
  const row = document.getElementById(event.detail.elt?.id ?? "");
  if (!row?.classList.contains("setting")) {
    document.querySelector("#section .settings-once code, #section h1")?.scrollIntoView({ block: "nearest" });
    return;
  }
  row.classList.add("is-kept");
  setTimeout(() => row.classList.remove("is-kept"), 1500);
  row.querySelector("[name=value]")?.focus();
});
