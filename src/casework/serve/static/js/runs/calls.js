// The list of calls by keyboard: J and K move, Enter opens, + and - mark, N goes to the note.
import { bindKeys } from "../keys.js";

const rows = () => [...document.querySelectorAll("tr[data-call]")];
const at = () => rows().findIndex((row) => row.classList.contains("on"));

function go(step) {
  const all = rows();
  if (!all.length) return;
  const next = all[Math.min(all.length - 1, Math.max(0, at() + step))];
  for (const row of all) row.classList.toggle("on", row === next);
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

function mark(value) {
  const form = document.querySelector("form.say");
  if (!form) return false;
  form.querySelector(`[name=mark][value="${value}"]`).checked = true;
  form.requestSubmit();
}

bindKeys("Calls", {
  j: ["next call", () => go(1)],
  k: ["call before", () => go(-1)],
  "+": ["mark +1", () => mark(1)],
  "-": ["mark −1", () => mark(-1)],
  n: ["write a note", () => document.querySelector("form.say textarea")?.focus()],
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-call]");
  if (!row) return;
  for (const other of rows()) other.classList.toggle("on", other === row);
});
