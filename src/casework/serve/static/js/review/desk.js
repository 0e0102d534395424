// The review desk: one item in focus, the next one loaded behind it. A decision moves on at once and is
// written meanwhile; what cannot be written comes back with the reason. Keys, dialogs, live queue.
import { send } from "../http.js";
import { bindKeys, inText } from "../keys.js";
import { listen } from "../live.js";
import { localise } from "../locale.js";
import { toast } from "../toast.js";
import { Look } from "./look.js";

const desk = document.querySelector("#desk");
const here = document.querySelector("#desk-here");
const coming = document.querySelector("#desk-next");
const empty = document.querySelector("#desk-empty");
const said = document.querySelector("#desk-said");
const { slug, order, step } = desk.dataset;
const at = `/w/${slug}/review`;
const KEEP_MS = 4 * 60_000;
const SETTLE_MS = 500;
const trail = [];
const looks = new WeakMap();
const trusts = new Map();
let chain = Promise.resolve();
let filling = null;

const current = () => here.querySelector(".card");
const behind = () => coming.querySelector(".card");
const cellOf = (card) => ({ case: card.dataset.case, path: card.dataset.path });
const cells = (...cards) => cards.filter(Boolean).map(cellOf);
const made = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

// One request after the other, in the order in which a person decided.
function inTurn(work) {
  const done = chain.then(work);
  chain = done.catch(() => {});
  return done;
}

function show(card) {
  here.replaceChildren(...(card ? [card] : []));
  empty.hidden = Boolean(card);
  desk.setAttribute("aria-busy", "false");
  if (!card) return history.replaceState(null, "", address());
  card.inert = false;
  card.shownAt = performance.now();
  look(card);
  history.replaceState(null, "", address(card));
  said.textContent = `${card.dataset.step} of ${card.dataset.name}. ${card.querySelector(".rv-why")?.textContent ?? ""}`;
  mark(card);
  trust(card.dataset.path);
  desk.scrollTop = 0;
  const field = card.querySelector("input[name=value]");
  if (card.dataset.blind && !card.querySelector("[data-choice]") && desk.dataset.decide) field.focus({ preventScroll: true });
  else card.focus({ preventScroll: true });
}

function place(card) {
  coming.replaceChildren(...(card ? [card] : []));
  if (card) look(card);
}

function look(card) {
  if (looks.has(card)) return;
  localise(card);
  const view = card.querySelector("[data-view]");
  looks.set(card, view ? new Look(card) : null);
}

function address(card = null) {
  const told = new URLSearchParams({ order });
  if (step) told.set("step", step);
  if (card) { told.set("case", card.dataset.case); told.set("path", card.dataset.path); }
  return `${at}?${told}`;
}

function mark(card) {
  for (const link of document.querySelectorAll("#desk-queue a[data-case]")) {
    const on = card && link.dataset.case === card.dataset.case && link.dataset.path === card.dataset.path;
    if (on) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (on) link.scrollIntoView({ block: "nearest" });
  }
}

// The next item comes to the front; the one after it is asked for unless an answer brings it.
function advance() {
  const card = behind();
  coming.replaceChildren();
  if (!card) desk.setAttribute("aria-busy", "true");
  show(card);
  return card;
}

function fill(html) {
  if (!html) return void (current() || show(null));
  const card = made(html);
  const known = [current(), behind()].some((one) => one && one.dataset.case === card.dataset.case && one.dataset.path === card.dataset.path);
  if (known) return;
  if (!current()) { show(card); more(); } else place(card);
}

function more(told = {}) {
  return inTurn(async () => {
    if (current() && behind() && !told.put_off && !told.let_go) return;
    const body = { order, step, cells: cells(current(), behind()), ...told };
    const answer = await send("POST", `${at}/next`, body);
    if (behind()) return;
    fill(answer.card);
  }).catch(report);
}

function around(answer) {
  const queue = document.querySelector("#desk-queue");
  const held = queue.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  queue.innerHTML = answer.queue;
  if (held) [...queue.querySelectorAll("a")].find((one) => one.getAttribute("href") === held)?.focus({ preventScroll: true });
  document.querySelector("#desk-deciding").innerHTML = answer.foot;
  document.querySelector("#desk-today").innerHTML = answer.today;
  for (const id of ["desk-queue", "desk-today"]) localise(document.getElementById(id));
  const mine = document.querySelector("#desk-mine");
  if (mine) mine.textContent = answer.mine || "";
  mark(current());
  if (!answer.ready) later();
}

function report(problem) {
  toast(problem.message, "wrong");
}

function tell(card, words, actions = []) {
  const place = card.querySelector("[data-outcome]");
  const line = document.createElement("p");
  line.className = "problem-line";
  line.textContent = words;
  place.replaceChildren(line);
  for (const [label, action] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", action);
    place.append(button);
  }
  said.textContent = words;
}

function decide(kind, { value = "", absent = "", over = false, wait = false } = {}) {
  const card = current();
  if (!card || card.busy || card.answered) return;
  if (!desk.dataset.decide) return toast("You may look, and somebody else decides.");
  if (card.dataset.held && !over) return tell(card, `${card.dataset.held} has it before them now.`);
  const seconds = (performance.now() - card.shownAt) / 1000;
  const note = card.querySelector("input[name=note]")?.value ?? "";
  const blind = Boolean(card.dataset.blind);
  card.busy = true;
  const stays = blind || wait;
  if (!stays) advance();
  const body = () => ({
    ...cellOf(card), token: card.dataset.token, kind, value, absent, note, seconds, over, order, step,
    cells: cells(card, current(), behind()),
  });
  return inTurn(() => send("POST", `${at}/answer`, body()))
    .then((answer) => {
      if (answer.refused) return refused(card, answer.refused, { kind, value, absent });
      card.answered = true;
      if (blind) return compare(card, answer);
      if (stays && current() === card) advance();
      fill(answer.card);
      around(answer);
      if (answer.remark) toast(answer.remark);
      said.textContent = `${card.dataset.step} of ${card.dataset.name}: ${answer.kept} ${answer.shown}. ${said.textContent}`;
    })
    .catch((problem) => refused(card, { words: problem.message, code: problem.code }, { kind, value, absent }))
    .finally(() => { card.busy = false; });
}

// What could not be written comes to the front again, with the reason; what does not wait any more
// and lost no words of anybody is passed over.
function refused(card, problem, again) {
  if (problem.code === "review.settled" && !again.value) {
    toast(`${card.dataset.step} of ${card.dataset.name} does not wait any more.`);
    return current() === card ? leave() : later();
  }
  if (current() !== card) {
    const front = current();
    show(card);
    if (front) place(front);
  }
  const meanwhile = problem.code === "review.decided_meanwhile" && !card.dataset.blind;
  const actions = meanwhile ? [["Mine holds", () => decide(again.kind, { ...again, over: true })]] : [];
  if (problem.code === "review.changed") actions.push(["Look again", () => retake(card)]);
  if (meanwhile || problem.code === "review.settled") actions.push(["Leave it so", () => leave()]);
  tell(card, problem.words, actions);
  if (again.value) { const field = card.querySelector("input[name=value]"); field.focus(); field.select(); }
}

function compare(card, answer) {
  card.querySelector(".rv-ask > .rv-answer").hidden = true;
  card.querySelector(".rv-choices")?.setAttribute("inert", "");
  const place = card.querySelector("[data-outcome]");
  place.innerHTML = answer.compare;
  card.compared = true;
  card.follows = answer;
  place.querySelector("button").focus();
}

function goOn() {
  const card = current();
  advance();
  if (card?.follows) { fill(card.follows.card); around(card.follows); }
}

function takeMachine() {
  const card = current();
  return inTurn(() => send("POST", `${at}/revise`, { ...cellOf(card), kind: "accepted" }))
    .then(() => { toast("The machine’s value holds. Your first answer is what the audit counts."); goOn(); later(); })
    .catch(report);
}

function leave() {
  advance();
  more();
  later();
}

async function retake(card) {
  try {
    const answer = await send("POST", `${at}/take`, cellOf(card));
    show(made(answer.card));
  } catch (problem) { report(problem); leave(); }
}

function enter() {
  const card = current();
  if (!card) return;
  if (card.compared) return goOn();
  const value = card.querySelector("input[name=value]").value.trim();
  if (value) return decide("corrected", { value, wait: true });
  const first = card.querySelector("[data-choice='1'][data-accepts]");
  if (first) return decide("accepted");
  tell(card, card.querySelector("[data-choice]") ? "Choose with 1 to 9, or type what is right." : "Type what stands there, or say that it does not.");
  card.querySelector("input[name=value]").focus();
}

function choose(number) {
  const card = current();
  if (card?.compared) return number === 2 ? card.querySelector("[data-do=take-machine]")?.click() : goOn();
  const button = card?.querySelector(`[data-choice="${number}"]`);
  if (!button) return false;
  if (button.dataset.accepts) return decide("accepted");
  if (button.dataset.absent) return decide("corrected", { absent: button.dataset.absent });
  return decide("corrected", { value: button.dataset.value, wait: true });
}

// No value: an acceptance where the machine says the same.
function none(absent) {
  const same = current()?.querySelector(`[data-accepts][data-absent="${absent}"]`);
  return same ? decide("accepted") : decide("corrected", { absent });
}

function skip() {
  const card = current();
  if (!card || card.busy) return;
  trail.push(cellOf(card));
  advance();
  more({ put_off: [cellOf(card)] });
}

function back() {
  const card = current();
  const cell = trail.pop();
  if (!cell) return toast("That was the first one.");
  return go(cell, card);
}

function go(cell, card = current()) {
  return inTurn(async () => {
    const answer = await send("POST", `${at}/take`, cell);
    const old = behind();
    show(made(answer.card));
    if (card && cellOf(card).case + cellOf(card).path !== cell.case + cell.path && !card.answered) place(card);
    if (old && old !== card) send("POST", `${at}/release`, cellOf(old)).catch(() => {});
  }).then(() => (behind() ? null : more())).catch((problem) => { report(problem); later(); });
}

function undo() {
  return inTurn(async () => {
    const answer = await send("POST", `${at}/undo`, {});
    const front = current();
    const old = behind();
    const card = made(answer.card);
    const same = front && cellOf(front).case + cellOf(front).path === cellOf(card).case + cellOf(card).path;
    show(card);
    if (front && !same && !front.answered) {
      place(front);
      if (old) send("POST", `${at}/release`, cellOf(old)).catch(() => {});
    }
    toast(`Taken back: ${card.dataset.step} of ${card.dataset.name}.`);
  }).then(later).catch(report);
}

function claim() {
  const card = current();
  if (!card) return;
  const tag = card.querySelector("[data-claim]");
  const released = card.dataset.released;
  send("POST", `${at}/${released ? "take" : "release"}`, cellOf(card)).then(() => {
    if (released) delete card.dataset.released;
    else card.dataset.released = "yes";
    tag.textContent = released ? "yours for 10 min" : "released: anybody may take it";
    said.textContent = tag.textContent;
  }).catch(report);
}

function ask(id, fill) {
  const card = current();
  if (!card || !desk.dataset.decide) return;
  const dialog = document.querySelector(id);
  const form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "";
  fill.begin?.(dialog, card);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return card.focus({ preventScroll: true });
    fill.done(card, Object.fromEntries(new FormData(form)));
  }, { once: true });
  dialog.showModal();
}

// A name that nobody here has is asked about once: nobody would find the item in their queue.
function warn(dialog) {
  const form = dialog.querySelector("form");
  const known = [...dialog.querySelectorAll("option")].map((one) => one.value);
  const told = dialog.querySelector("[data-unknown]");
  let asked = "";
  told.hidden = true;
  form.onsubmit = (event) => {
    const to = form.elements.to.value.trim();
    if (!event.submitter?.value || to === asked || known.includes(to)) return;
    event.preventDefault();
    asked = to;
    const near = known.find((one) => one.toLowerCase() === to.toLowerCase());
    told.textContent = `Nobody here who may decide is called ${to}${near ? `; ${near} is` : ""}. Press once more to assign it nevertheless.`;
    told.hidden = false;
  };
}

function assign() {
  ask("#desk-assign", {
    begin: warn,
    done(card, { to, note }) {
      inTurn(() => send("POST", `${at}/assign`, { cells: [cellOf(card)], to, note }))
        .then(() => { toast(`${to} is asked to decide ${card.dataset.step} of ${card.dataset.name}.`); leave(); })
        .catch(report);
    },
  });
}

function sendBack() {
  const button = current()?.querySelector("[data-do=back]");
  if (!button) return toast("Nobody has decided on it or assigned it before: assign it instead.");
  ask("#desk-back", {
    begin(dialog) { dialog.querySelector("[data-to]").textContent = button.dataset.to; },
    done(card, { note }) {
      inTurn(() => send("POST", `${at}/back`, { ...cellOf(card), note }))
        .then(({ to }) => { toast(`Sent back to ${to}.`); leave(); })
        .catch(report);
    },
  });
}

function edit(letter = "") {
  const card = current();
  const field = card?.querySelector("input[name=value]");
  if (!field || card.compared) return;
  if (!field.value && !letter && !card.dataset.blind) field.value = card.querySelector("[data-accepts]")?.dataset.value ?? "";
  field.focus();
  field.select();
}

function note() {
  const box = current()?.querySelector("[data-note]");
  if (!box) return;
  box.hidden = false;
  box.querySelector("input").focus();
}

async function trust(path) {
  const place = document.querySelector("#desk-trust");
  if (place.dataset.path === path) return;
  place.dataset.path = path;
  try {
    if (!trusts.has(path)) trusts.set(path, await send("GET", `${at}/trust?path=${encodeURIComponent(path)}`, undefined, { headers: { Accept: "text/html" } }));
    if (place.dataset.path === path) { place.innerHTML = trusts.get(path); localise(place); }
  } catch { place.dataset.path = ""; }
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, SETTLE_MS);
}

async function refresh() {
  const card = current();
  const told = new URLSearchParams({ order, step, ...(card ? cellOf(card) : {}) });
  try {
    const answer = await send("GET", `${at}/queue?${told}`);
    around(answer);
    if (card && card === current() && !card.busy && !card.answered && !answer.waits) {
      tell(card, "Somebody has decided on this meanwhile.", [["Go on", leave]]);
    }
    if (!current() || !behind()) more();
  } catch { /* the stream says when the server is there again */ }
}

const does = {
  enter, undo, assign, back: sendBack, "go-on": goOn, "take-machine": takeMachine,
  absent: () => none("not_found"), unreadable: () => none("unreadable"),
  reject: () => decide("rejected"),
  "next-place": () => looks.get(current())?.step(1),
  "back-place": () => looks.get(current())?.step(-1),
  promise: () => send("POST", `${at}/promise`, { case: "", path: current().dataset.path }, { headers: { Accept: "text/html" } })
    .then((html) => { trusts.clear(); document.querySelector("#desk-trust").innerHTML = html; later(); }).catch(report),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-choice]");
  if (button && (button.closest("#desk-here") || !button.closest(".card"))) {
    if (button.dataset.choice) return void choose(Number(button.dataset.choice));
    return void does[button.dataset.do]?.();
  }
  const link = event.target.closest("#desk-queue a[data-case]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ case: link.dataset.case, path: link.dataset.path });
});
here.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); enter(); }
  if (event.key === "Escape" && event.target.matches("input")) current().focus();
});
here.addEventListener("input", (event) => {
  if (event.target.name !== "value") return;
  const word = current().querySelector("[data-word]");
  if (word) word.textContent = event.target.value.trim() ? "Correct" : word.parentElement.dataset.plain;
});
here.addEventListener("place:text", (event) => {
  const field = current().querySelector("input[name=value]");
  field.value = event.detail;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

const digits = Object.fromEntries([..."123456789"].map((digit) => [digit, [`choice ${digit}`, () => choose(Number(digit))]]));
bindKeys("Review", {
  Enter: ["accept, or answer", enter], e: ["correct", () => edit()], n: ["not in the document", does.absent],
  x: ["unreadable", does.unreadable], r: ["reject", does.reject], j: ["next", skip], k: ["back", back],
  "]": ["next place or page", does["next-place"]], "[": ["previous place or page", does["back-place"]],
  " ": ["whole page", () => looks.get(current())?.whole()], c: ["claim, release", claim], a: ["assign", assign],
  b: ["send back", sendBack], m: ["add a note", note], u: ["undo", undo], ...digits,
});
// Any other letter begins a correction.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (inText(event.target) || document.querySelector("dialog[open]") || /[\s?/]/.test(event.key)) return;
  edit(event.key);
});

listen(slug, { change: later, waits: later, desk: later, back: refresh });
setInterval(() => {
  const held = [current(), behind()].filter((card) => card && !card.dataset.released);
  if (document.visibilityState === "visible" && held.length) send("POST", `${at}/keep`, { cells: cells(...held) }).catch(() => {});
}, KEEP_MS);

{
  const first = current();
  const next = behind();
  if (first) show(first);
  if (next) look(next);
  if (document.querySelector("#desk-queue [data-counting]")) later();
}
