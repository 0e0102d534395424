// The page of a case: documents beside values. Ties the viewer, the fields, the editor and the keys
// together, and takes in what changes meanwhile without losing what is being typed.
import { send } from "../http.js";
import { bindKeys } from "../keys.js";
import { listen } from "../live.js";
import { localise } from "../locale.js";
import { placeTold, sent } from "../places.js";
import { toast } from "../toast.js";
import { wireDivider } from "./divider.js";
import { Editor } from "./edit.js";
import { Fields } from "./fields.js";
import { svg } from "./paper.js";
import { wireSearch } from "./search.js";
import { Viewer } from "./viewer.js";

const form = document.querySelector("#form");
const desk = document.querySelector("#desk");
const bar = document.querySelector("#case-bar");
const past = document.querySelector("#history");
const uses = desk.querySelector(".uses");
const { slug, query } = form.dataset;
const caseId = form.dataset.case;
const base = `/w/${slug}/cases/${caseId}`;
const CROP_PX = 1280;
const TOGETHER_MS = 150;
const HTML = { headers: { Accept: "text/html", "HX-Request": "true" } };

const viewer = new Viewer(desk, slug, { selected, pressed });
const fields = new Fields(form, viewer);
const editor = new Editor(fields, base, { kept, shown });
fields.taken = (field) => editor.nearest(field);
const search = wireSearch(desk, base, viewer);

// What was selected on a page becomes the value of the field that has the attention.
function selected(place) {
  const field = fields.get();
  if (field) editor.begin(field, place.quote.replace(/\s+/g, " ").trim(), place);
}

// A box was pressed: the values that rest on the place.
async function pressed({ box, page, document: doc, field }, event) {
  if (field) fields.take(field, { look: false });
  try {
    uses.innerHTML = await send("GET", `/w/${slug}/documents/${doc}/uses?page=${page}&box=${box.join(",")}&case=${caseId}`, undefined, HTML);
  } catch (error) {
    toast(error.message, "wrong");
    return;
  }
  const frame = desk.getBoundingClientRect();
  uses.hidden = false;
  uses.style.left = `${Math.max(8, Math.min(event.clientX - frame.left, frame.width - uses.offsetWidth - 8))}px`;
  uses.style.top = `${Math.max(8, Math.min(event.clientY - frame.top + 14, frame.height - uses.offsetHeight - 8))}px`;
}

function closeUses() {
  uses.hidden = true;
}

function shown(place) {
  if (!place) { fields.draw(); return; }
  const [page, ...box] = place.boxes[0] ?? [place.page];
  viewer.redraw((doc, on) => [...fields.boxesOn(doc, on), ...(doc === place.document && on === page && box.length ? [{ box, kind: "on" }] : [])]);
  viewer.reveal(place.document, page, box.length ? box : null);
}

// After a decision: the form as it is now, and on to the next field.
async function kept(id, kind) {
  await refresh();
  if (kind === "accepted") {
    const all = fields.open();
    const at = all.findIndex((one) => one.dataset.field === id);
    const next = all.slice(at + 1).find((one) => !one.dataset.verdict);
    fields.take((next ?? fields.get(id))?.dataset.field ?? id);
  } else fields.take(id, { look: false });
  if (!past.hidden) showHistory(false);
}

// Replace the fields that changed, and leave alone the one in which somebody types.
let latest = 0;
async function refresh() {
  const turn = ++latest;
  let html;
  try {
    html = await send("GET", `${base}/form${query ? `?${query}` : ""}`, undefined, HTML);
  } catch (error) {
    toast(error.message, "wrong");
    return;
  }
  if (turn !== latest) return;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  localise(fresh);
  bar.replaceChildren(...fresh.querySelector("#fresh-bar").childNodes);
  const sections = [...fresh.querySelectorAll("#fresh-form > section")];
  const had = document.activeElement?.closest?.(".field")?.dataset.field;
  const typing = document.activeElement?.closest?.(".editor") ? document.activeElement : null;
  const [start, end] = typing ? [typing.selectionStart, typing.selectionEnd] : [null, null];
  for (const section of sections) {
    for (const field of section.querySelectorAll(".field.field")) {
      const old = fields.get(field.dataset.field);
      if (old?.classList.contains("editing")) { old.dataset.against = field.dataset.against; field.replaceWith(old); }
    }
  }
  const top = form.scrollTop;
  form.replaceChildren(...sections);
  form.scrollTop = top;
  if (typing?.isConnected) {
    typing.focus({ preventScroll: true });
    if (typeof start === "number") typing.setSelectionRange(start, end);
  }
  fields.read();
  cuts();
  fields.take(fields.now || fields.open()[0]?.dataset.field, { look: false, focus: Boolean(had) && !typing });
}

// The pieces of pages around places that contradict each other.
function cuts() {
  for (const cut of form.querySelectorAll("svg[data-cut]:not([data-drawn])")) {
    cut.dataset.drawn = "yes";
    fetch(`/w/${slug}/documents/${cut.dataset.document}/leaves?first=${cut.dataset.page}&last=${cut.dataset.page}`)
      .then((answer) => answer.json())
      .then(({ pages: [leaf] }) => {
        cut.prepend(svg("image", {
          href: `/w/${slug}/documents/${cut.dataset.document}/pages/${leaf.number}.png?w=${CROP_PX}`,
          width: leaf.width, height: leaf.height,
        }));
      })
      .catch(() => cut.remove());
  }
}

async function showHistory(focus = true) {
  const field = fields.get();
  if (!field) return;
  try {
    past.innerHTML = await send("GET", `${base}/cells/${field.dataset.step}/trace?row=${field.dataset.row}`, undefined, HTML);
  } catch (error) {
    toast(error.message, "wrong");
    return;
  }
  localise(past);
  past.hidden = false;
  past.dataset.of = field.dataset.field;
  document.querySelector("main").classList.add("with-history");
  past.setAttribute("aria-label", `History of ${field.dataset.name}`);
  if (focus) past.querySelector("[data-close-history]").focus();
}

function closeHistory() {
  past.hidden = true;
  document.querySelector("main").classList.remove("with-history");
  fields.get()?.focus({ preventScroll: true });
}

const act = {
  accept: (field) => editor.decide(field, { kind: "accepted" }),
  correct: (field) => editor.begin(field),
  not_found: (field) => editor.decide(field, { kind: "corrected", absent: "not_found" }),
  unreadable: (field) => editor.decide(field, { kind: "corrected", absent: "unreadable" }),
  reject: (field) => reject(field),
  undo: (field) => editor.decide(field, { kind: "undone" }, { remember: false }).then((done) => done && editor.undone.push(field.dataset.field)),
  history: () => showHistory(),
  adopt: (field) => settle(field, "adopted"),
  keep: (field) => settle(field, "kept"),
};

// What a pending change says of a cell comes in force, or the cell stands as it is.
async function settle(field, decided) {
  const { field: id, step, row } = field.dataset;
  try {
    const { said } = await send("POST", `${base}/proposal`, { step, row, decided });
    await kept(id, "");
    toast(said);
  } catch (error) {
    toast(error.message, "wrong");
  }
}

function reject(field) {
  const dialog = document.createElement("dialog");
  const shape = document.createElement("form");
  shape.method = "dialog";
  shape.className = "saying";
  const label = document.createElement("label");
  label.textContent = `What is wrong with ${field.dataset.name}?`;
  const note = document.createElement("input");
  note.name = "note";
  note.maxLength = 2000;
  label.append(note);
  const yes = document.createElement("button");
  yes.className = "primary";
  yes.value = "yes";
  yes.textContent = "Reject";
  const no = document.createElement("button");
  no.value = "";
  no.formNoValidate = true;
  no.textContent = "Leave it";
  const row = document.createElement("p");
  row.className = "actions";
  row.append(yes, no);
  shape.append(label, row);
  dialog.append(shape);
  dialog.setAttribute("aria-label", "Reject");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") editor.decide(field, { kind: "rejected", note: note.value.trim() });
    else field.focus();
  });
  dialog.showModal();
}

async function showPlan() {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "plan-title");
  try {
    dialog.innerHTML = await send("GET", `${base}/plan`, undefined, HTML);
  } catch (error) {
    toast(error.message, "wrong");
    return;
  }
  localise(dialog);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.querySelector("[data-run-case]")?.addEventListener("click", async () => {
    try {
      await send("POST", `${base}/run`);
      toast("Running this case; values change as they come.");
    } catch (error) {
      toast(error.message, "wrong");
    }
    dialog.close();
  });
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  const go = hit("[data-goto]");
  if (go) { closeUses(); fields.take(go.dataset.goto); return; }
  if (hit("[data-close-uses]")) { closeUses(); return; }
  if (!hit(".uses") && !hit(".pages")) closeUses();
  if (hit("[data-close-history]")) { closeHistory(); return; }
  if (hit("[data-next-wait]")) { fields.nextWaiting(); return; }
  if (hit("[data-plan]")) { showPlan(); return; }
  const field = hit(".field");
  if (!field || !form.contains(field)) return;
  const id = field.dataset.field;
  const spot = hit("[data-spot]");
  if (spot) { fields.take(id, { look: false }); fields.show(Number(spot.dataset.spot)); return; }
  const turn = hit("[data-turn]");
  if (turn) { fields.turnBy(Number(turn.dataset.turn)); return; }
  const choose = hit("[data-choose]");
  if (choose) { fields.take(id, { look: false }); chosen(field, choose); return; }
  const deed = hit("[data-do]");
  if (deed) { fields.take(id, { look: false }); act[deed.dataset.do](field); return; }
  if (hit(".editor") || hit("a")) return;
  if (getSelection().isCollapsed) fields.take(id);
});

const ABSENCES = ["not_found", "stated_absent", "unreadable", "not_applicable"];
function chosen(field, button) {
  const { kind, value } = button.dataset;
  if (kind !== "corrected") return editor.decide(field, { kind });
  if (ABSENCES.includes(value)) return editor.decide(field, { kind, absent: value });
  const [place] = JSON.parse(button.dataset.places || "[]").map(placeTold);
  return editor.decide(field, { kind, value, at: sent(place) }, { onUnread: () => editor.begin(field, value, place) });
}

// A key that acts on the field with the attention; false lets the browser have it.
const on = (work) => () => { const field = fields.get(); return field ? (work(field), true) : false; };
const choices = Object.fromEntries([..."123456789"].map((number) => [number, [number === "1" ? "choose (1 to 9)" : "", on((field) => {
  const button = field.querySelector(`[data-choose="${number}"]`);
  if (button) chosen(field, button);
})]]));
const follow = (name) => () => { const link = bar.querySelector(`[data-${name}]`); if (link) location.assign(link.href); return Boolean(link); };

bindKeys("Case", {
  j: ["next field", () => fields.step(1)],
  k: ["field before", () => fields.step(-1)],
  w: ["next to look at", () => { if (!fields.nextWaiting()) toast("Nothing here waits for you."); }],
  "[": ["place before", () => fields.turnBy(-1)],
  "]": ["next place", () => fields.turnBy(1)],
  Enter: ["accept", on((field) => { if (field.querySelector("[data-do=accept]")) act.accept(field); else if (field.dataset.verdict) fields.step(1); else toast("There is nothing to accept here: correct it with E.", "wrong"); })],
  e: ["correct", on((field) => act.correct(field))],
  n: ["not in document", on((field) => field.querySelector("[data-do=not_found]") && act.not_found(field))],
  x: ["unreadable", on((field) => field.querySelector("[data-do=unreadable]") && act.unreadable(field))],
  r: ["reject", on((field) => field.querySelector("[data-do=reject]") && act.reject(field))],
  h: ["history", () => { if (past.hidden || past.dataset.of !== fields.now) showHistory(); else closeHistory(); }],
  u: ["undo", () => editor.undo()],
  y: ["redo", () => editor.redo()],
  ...choices,
  f: ["find in the documents", () => search.open()],
  d: ["next document", () => { const all = viewer.tabs; if (all.length) viewer.show(all[(all.indexOf(viewer.open) + 1) % all.length]); }],
  "+": ["zoom in", () => viewer.zoomBy("in")],
  "-": ["zoom out", () => viewer.zoomBy("out")],
  0: ["fit to width", () => viewer.zoomBy("fit")],
  ",": ["case before", follow("before")],
  ".": ["next case", follow("after")],
  Escape: ["close", () => { if (!uses.hidden) closeUses(); else if (!past.hidden) closeHistory(); else return false; return true; }],
});

for (const unlock of desk.querySelectorAll("[data-unlock]")) {
  unlock.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = unlock.querySelector("[role=status]");
    told.textContent = "Reading…";
    try {
      const body = new URLSearchParams({ document: unlock.dataset.unlock, password: unlock.elements.password.value });
      const answer = await send("POST", `${base}/password`, body);
      told.textContent = answer.said;
      if (answer.read) location.reload();
    } catch (error) {
      told.textContent = error.message;
    }
  });
}

wireDivider(document.querySelector("main"), desk.querySelector(".divider"));

let late = 0;
listen(slug, {
  change({ cases = [], reload }) {
    if (!reload && !cases.includes(caseId) && !cases.some((id) => form.querySelector(`[data-row="${CSS.escape(id)}"]`))) return;
    clearTimeout(late);
    late = setTimeout(refresh, TOGETHER_MS);
  },
  procedure() { refresh(); },
  back() { refresh(); },
});

cuts();
const wanted = decodeURIComponent(location.hash.replace(/^#f-/, ""));
const first = (wanted && fields.get(wanted)) || fields.all().find((field) => field.dataset.needs && !field.classList.contains("folded")) || fields.open()[0];
viewer.start().then(() => {
  if (!first) return;
  fields.take(first.dataset.field, { focus: Boolean(wanted) });
});
