// Answers to the item in focus. A decision moves on at once and is written meanwhile; what cannot be
// written comes back with the reason. A value that was selected on a page goes with its place.
import { send } from "../http.js";
import { bears, sent, words } from "../places.js";
import { toast } from "../toast.js";
import { advance, at, behind, cellOf, cells, current, desk, lookOf, order, place, say, saidNow, show, step, tell, valueOf } from "./cards.js";
import { around, fill, inTurn, later, leave, report, retake } from "./moving.js";

export function decide(kind, { value = "", absent = "", from = [], over = false, wait = false } = {}) {
  const card = current();
  if (!card || card.busy || card.answered) return;
  if (!desk.dataset.decide) return toast("You may look, and somebody else decides.");
  if (card.dataset.held && !over) return tell(card, `${card.dataset.held} has it before them now.`);
  const seconds = (performance.now() - card.shownAt) / 1000;
  const note = card.querySelector("input[name=note]")?.value ?? "";
  // A value is said of one cell alone, however many wait for the same reason.
  const alike = !value && kind !== "rejected" && Boolean(card.querySelector("input[name=alike]:enabled")?.checked);
  const blind = Boolean(card.dataset.blind);
  card.busy = true;
  const stays = blind || wait;
  if (!stays) advance();
  const again = { kind, value, absent, from };
  const body = () => ({
    ...cellOf(card), token: card.dataset.token, kind, value, absent, note, seconds, over, alike, order, step,
    at: sent(...from), cells: cells(card, current(), behind()),
  });
  return inTurn(() => send("POST", `${at}/answer`, body()))
    .then((answer) => {
      if (answer.refused) return refused(card, answer.refused, again);
      card.answered = true;
      if (blind) return compare(card, answer);
      if (stays && current() === card) advance();
      fill(answer.card);
      around(answer);
      if (answer.remark) toast(answer.remark);
      say(`${card.dataset.step} of ${card.dataset.name}: ${answer.kept} ${answer.shown}. ${saidNow()}`);
    })
    .catch((problem) => refused(card, { words: problem.message, code: problem.code }, again))
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
  if (again.value) { const field = valueOf(card); field.value ||= again.value; typed(card); field.focus(); field.select(); }
}

function compare(card, answer) {
  card.querySelector(".rv-ask > .rv-answer").hidden = true;
  card.querySelector(".rv-choices")?.setAttribute("inert", "");
  const outcome = card.querySelector("[data-outcome]");
  outcome.innerHTML = answer.compare;
  card.compared = true;
  card.follows = answer;
  outcome.querySelector("button").focus();
}

export function goOn() {
  const card = current();
  advance();
  if (card?.follows) { fill(card.follows.card); around(card.follows); }
}

export function takeMachine() {
  const card = current();
  return inTurn(() => send("POST", `${at}/revise`, { ...cellOf(card), kind: "accepted" }))
    .then(() => { toast("The machine’s value holds. Your first answer is what the audit counts."); goOn(); later(); })
    .catch(report);
}

export function enter() {
  const card = current();
  if (!card) return;
  if (card.compared) return goOn();
  const value = valueOf(card).value.trim();
  if (value) return decide("corrected", { value, from: [card.from], wait: true });
  const first = card.querySelector("[data-choice='1'][data-accepts]");
  if (first) return decide("accepted");
  tell(card, card.querySelector("[data-choice]") ? "Choose with 1 to 9, or type what is right." : "Type what stands there, or say that it does not.");
  valueOf(card).focus();
}

export function choose(number) {
  const card = current();
  if (card?.compared) return number === 2 ? card.querySelector("[data-do=take-machine]")?.click() : goOn();
  const button = card?.querySelector(`[data-choice="${number}"]`);
  if (!button) return false;
  if (button.dataset.accepts) return decide("accepted");
  if (button.dataset.absent) return decide("corrected", { absent: button.dataset.absent });
  return decide("corrected", { value: button.dataset.value, from: lookOf(card)?.placesOf(button), wait: true });
}

// No value: an acceptance where the machine says the same.
export function none(absent) {
  const same = current()?.querySelector(`[data-accepts][data-absent="${absent}"]`);
  return same ? decide("accepted") : decide("corrected", { absent });
}

export function edit(letter = "") {
  const card = current();
  const field = card && valueOf(card);
  if (!field || card.compared) return;
  if (!field.value && !letter && !card.dataset.blind) field.value = card.querySelector("[data-accepts]")?.dataset.value ?? "";
  field.focus();
  field.select();
}

// Whether the cells that wait for the same reason are decided with this one.
export function together() {
  const box = current()?.querySelector("input[name=alike]:enabled");
  if (!box) return false;
  box.checked = !box.checked;
  say(box.checked ? "All are decided together." : "This cell is decided alone.");
}

export function note() {
  const box = current()?.querySelector("[data-note]");
  if (!box) return;
  box.hidden = false;
  box.querySelector("input").focus();
}

// Words that were selected on the page are the value, with their place.
export function taken(from) {
  const card = current();
  const field = valueOf(card);
  field.value = from.quote.replace(/\s+/g, " ").trim();
  card.from = from;
  typed(card);
  field.focus();
}

// What stands in the field changed; the place goes with it as long as it still bears it.
export function typed(card) {
  const value = valueOf(card).value.trim();
  if (card.from && !bears(card.from, value)) card.from = null;
  const told = card.querySelector("[data-from]");
  told.textContent = card.from ? words(card.from) : "";
  const box = card.querySelector("input[name=alike]");
  if (box) box.disabled = Boolean(value);
  const word = card.querySelector("[data-word]");
  if (word) word.textContent = value ? "Correct" : word.parentElement.dataset.plain;
}
