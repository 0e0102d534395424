// The procedure page: its text beside its steps. A line lights its step and a step its lines; mistakes
// stand by their line; what is edited elsewhere comes in by itself, and where both were edited nobody's
// text is lost.
import { bindKeys } from "../keys.js";
import { listen } from "../live.js";
import { toast } from "../toast.js";
import { complete, placeAtCaret } from "../steps/complete.js";
import { watchChange } from "../steps/change.js";
import { fragment, later, put, told } from "../steps/part.js";
import { Paper } from "./paper.js";
import { watchVersions } from "./versions.js";

const LOOK_MS = 250;
const area = document.querySelector("#procedure-text");
const beside = document.querySelector("#beside");
const saveButton = document.querySelector("[data-save]");
const backButton = document.querySelector("[data-undo-edit]");
const meanwhile = document.querySelector("[data-meanwhile]");
const said = document.querySelector("[data-said]");
const base = `/w/${area.dataset.slug}/procedure`;
const paper = new Paper(area, document.querySelector(".sheet-paper .mirror"));
const list = document.querySelector("#text-names");
const changePlace = document.querySelector("#change");
const change = watchChange(changePlace, { settled: () => now(false) });
let saved = area.value;
let sha256 = area.dataset.sha256;
let version = beside.querySelector("[data-beside]").dataset.version;
let number = 0;

const cards = () => [...beside.querySelectorAll("[data-card]")];
const dirty = () => area.value !== saved;

function drawn() {
  paper.draw(
    cards().map((card) => ({ name: card.dataset.name.toLowerCase(), first: Number(card.dataset.first), last: Number(card.dataset.last) })),
    [...beside.querySelectorAll("[data-mistake]")].map((item) => ({ line: Number(item.dataset.mistake), words: item.dataset.words })),
  );
  light();
}

// the step of the caret is lit on both sides
function light() {
  const line = area.value.slice(0, area.selectionStart).split("\n").length;
  let lit = null;
  for (const card of cards()) {
    const on = Number(card.dataset.first) <= line && line <= Number(card.dataset.last);
    card.classList.toggle("lit", on);
    if (on) { card.setAttribute("aria-current", "step"); lit = card; } else card.removeAttribute("aria-current");
  }
  paper.light(lit ? [Number(lit.dataset.first), Number(lit.dataset.last)] : null, line);
  if (lit && document.activeElement === area) lit.scrollIntoView({ block: "nearest" });
}

function state() {
  const on = dirty();
  if (saveButton) saveButton.disabled = !on;
  if (backButton) backButton.hidden = !on;
  if (on) said.textContent = "not saved";
  else if (said.textContent.startsWith("not saved")) said.textContent = "";
  const told = beside.querySelector("[data-beside]")?.dataset;
  const pending = document.querySelector("[data-pending]");
  if (told) pending.hidden = told.pending !== "yes" || told.version === "0";
  if (told?.version > 0) document.querySelector(".bar [data-version]").textContent = `version ${told.version} in force`;
  if (told && told.version !== version) {
    version = told.version;
    versions.refresh();
  }
  const tryButton = beside.querySelector("[data-try]");
  if (tryButton) tryButton.disabled = on;
}

async function look() {
  const mine = ++number;
  try {
    const html = await fragment("POST", `${base}/look`, new URLSearchParams({ text: area.value }));
    if (mine !== number) return;
    put(beside, html);
    drawn();
    state();
  } catch (error) { told(error); }
}
const lookSoon = later(LOOK_MS, look);

async function save(over = sha256, anyway = false) {
  if (!dirty() || !saveButton) return;
  saveButton.disabled = true;
  lookSoon.cancel();
  await look();
  const wrong = Number(beside.querySelector("[data-beside]")?.dataset.mistakes);
  if (wrong && !anyway) {
    toast(`Not saved: ${wrong === 1 ? "a mistake is" : `${wrong} mistakes are`} to be mended first. ${beside.querySelector("[data-mistake]").dataset.words}`, "wrong");
    return;
  }
  const text = area.value;
  try {
    const body = new URLSearchParams({ text, over, ...(anyway && { anyway: "yes" }) });
    put(beside, await fragment("POST", `${base}/save`, body));
    saved = text;
    sha256 = beside.querySelector("[data-beside]").dataset.sha256;
    meanwhile.hidden = true;
    drawn();
    state();
    said.textContent = "saved";
  } catch (error) {
    if (error.status === 409) now(); else toast(error.message, "wrong");
    state();
  }
}

// what the file says now: taken over unless something is being written here
async function now(warn = true) {
  const answer = await fetch(`${base}/now`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const file = await answer.json();
  if (file.sha256 === sha256 && file.text.replace(/\r\n?/g, "\n") === saved) { if (!dirty()) look(); return; }
  if (dirty() && warn) {
    meanwhile.hidden = false;
    meanwhile.file = file;
    return;
  }
  if (!dirty()) take(file, "The file was edited: shown as it is now.");
}

function take(file, words) {
  const [start, end, top] = [area.selectionStart, area.selectionEnd, area.scrollTop];
  saved = file.text.replace(/\r\n?/g, "\n").replace(/^\ufeff/, "\ufeff");
  area.value = saved;
  sha256 = file.sha256;
  meanwhile.hidden = true;
  area.setSelectionRange(start, end);
  area.scrollTop = top;
  paper.draw();
  look();
  versions.refresh();
  if (words) said.textContent = words;
}

function toLine(line) {
  const lines = area.value.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, from);
  light();
  paper.show(line);
}

async function act(url, data) {
  if (dirty()) { toast("Save what you have written first."); return; }
  try {
    const html = await fragment("POST", url, new URLSearchParams({ ...data, over: sha256 }));
    if (html.includes("data-beside")) put(beside, html);
    await now(false);
  } catch (error) { told(error); }
}

// Before which step does this one go? Among those of the same depth beside it.
function move(card, way) {
  const all = cards().filter((one) => one.className.replace(" lit", "") === card.className.replace(" lit", ""));
  const at = all.indexOf(card);
  const after = way === "down" ? all[at + 1] : all[at - 2];
  if ((way === "down" && !after) || at < 0 || (way === "up" && at === 0)) return;
  act(`/w/${area.dataset.slug}/steps/move`, { step: card.dataset.card, after: after?.dataset.card ?? "" });
}

function askName(card) {
  if (card.querySelector("form")) return;
  const form = document.createElement("form");
  const input = document.createElement("input");
  input.name = "new";
  input.value = card.dataset.name;
  input.setAttribute("aria-label", "New name");
  const button = document.createElement("button");
  button.textContent = "Rename";
  const words = document.createElement("span");
  words.className = "tiny mute";
  words.textContent = "Its id stays: nothing runs.";
  form.className = "rename";
  form.append(input, button, words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(`${base}/rename`, { old: card.dataset.card, new: input.value });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    form.remove();
    card.querySelector("[data-rename]").focus();
  });
  card.append(form);
  input.select();
}

beside.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const card = button.closest("[data-card]");
  if (button.dataset.line) toLine(Number(button.dataset.line));
  else if (button.dataset.move) move(card, button.dataset.move);
  else if (button.dataset.rename) askName(card);
  else if (button.dataset.renameOld) act(`${base}/rename`, { old: button.dataset.renameOld, new: button.dataset.renameNew });
  else if ("try" in button.dataset) { button.disabled = true; change.act("try", { asNew: button.dataset.asNew }); }
});

area.addEventListener("input", () => { paper.draw(); state(); lookSoon(); });
for (const kind of ["click", "keyup", "focus"]) area.addEventListener(kind, light);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  save();
});
saveButton?.addEventListener("click", () => save());
backButton?.addEventListener("click", () => { area.value = saved; paper.draw(); look(); });
meanwhile.querySelector("[data-theirs]").addEventListener("click", () => take(meanwhile.file, "The file's text."));
meanwhile.querySelector("[data-mine]").addEventListener("click", () => {
  // from here a save goes over what the file says now, which was seen
  sha256 = meanwhile.file.sha256;
  meanwhile.hidden = true;
  versions.text(meanwhile.file.text, area.value);
  said.textContent = "not saved; saving replaces what the file says now";
});
addEventListener("beforeunload", (event) => { if (dirty()) event.preventDefault(); });

complete(area, list, document.querySelector("[data-names-said]"), () => cards().map((card) => ({ name: card.dataset.name, type: card.dataset.type })), () => area.dispatchEvent(new Event("input")));
new MutationObserver(() => { if (!list.hidden) placeAtCaret(list, area, paper.mirror); }).observe(list, { childList: true });
listen(area.dataset.slug, { procedure() { now(); }, back() { now(); } });
const versions = watchVersions(document.querySelector("#versions"), base, { back: (data, number) => act(`${base}/versions/${number}/back`, data) });
bindKeys("Procedure", {
  "e": ["write", () => area.focus()],
  "j": ["next step", () => step(1)],
  "k": ["step before", () => step(-1)],
});

function step(by) {
  const all = cards();
  const at = all.findIndex((card) => card.classList.contains("lit"));
  const card = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (!card) return;
  toLine(Number(card.dataset.first));
  card.querySelector(".step-open").focus();
}

if (changePlace.dataset.trying) change.refresh();
drawn();
state();
const place = location.hash.match(/^#line-(\d+)$/);
if (place) toLine(Number(place[1]));
