// From item to item: what comes next, back to one before, let go and taken, and what others did to the
// queue meanwhile.
import { send } from "../http.js";
import { toast } from "../toast.js";
import { draw } from "./around.js";
import { advance, at, behind, cellOf, cells, current, made, order, place, same, say, show, step, tell } from "./cards.js";

const SETTLE_MS = 500;
const trail = [];
let chain = Promise.resolve();

// One request after the other, in the order in which a person decided.
export function inTurn(work) {
  const done = chain.then(work);
  chain = done.catch(() => {});
  return done;
}

export function report(problem) {
  toast(problem.message, "wrong");
}

export function around(answer) {
  draw(answer);
  if (!answer.ready) later();
}

// Take in an item that came: to the front, or behind what is there.
export function fill(html) {
  if (!html) return void (current() || show(null));
  const card = made(html);
  const known = cells(current(), behind()).some((one) => same(one, cellOf(card)));
  if (known) return;
  if (!current()) { show(card); more(); } else place(card);
}

export function more(told = {}) {
  return inTurn(async () => {
    if (current() && behind() && !told.put_off && !told.let_go) return;
    const body = { order, step, cells: cells(current(), behind()), ...told };
    const answer = await send("POST", `${at}/next`, body);
    if (behind()) return;
    fill(answer.card);
  }).catch(report);
}

export function leave() {
  advance();
  more();
  later();
}

export async function retake(card) {
  try {
    const answer = await send("POST", `${at}/take`, cellOf(card));
    show(made(answer.card));
  } catch (problem) { report(problem); leave(); }
}

export function skip() {
  const card = current();
  if (!card || card.busy) return;
  trail.push(cellOf(card));
  advance();
  more({ put_off: [cellOf(card)] });
}

export function back() {
  const card = current();
  const cell = trail.pop();
  if (!cell) return toast("That was the first one.");
  return go(cell, card);
}

export function go(cell, card = current()) {
  return inTurn(async () => {
    const answer = await send("POST", `${at}/take`, cell);
    const old = behind();
    show(made(answer.card));
    if (card && !same(cellOf(card), cell) && !card.answered) place(card);
    if (old && old !== card) send("POST", `${at}/release`, cellOf(old)).catch(() => {});
  }).then(() => (behind() ? null : more())).catch((problem) => { report(problem); later(); });
}

// The last answer is taken back, and its item comes to the front again.
export function undo() {
  return inTurn(async () => {
    const answer = await send("POST", `${at}/undo`, {});
    const front = current();
    const old = behind();
    const card = made(answer.card);
    const again = front && same(cellOf(front), cellOf(card));
    show(card);
    if (front && !again && !front.answered) {
      place(front);
      if (old) send("POST", `${at}/release`, cellOf(old)).catch(() => {});
    }
    toast(`Taken back: ${card.dataset.step} of ${card.dataset.name}.`);
  }).then(later).catch(report);
}

export function claim() {
  const card = current();
  if (!card) return;
  const tag = card.querySelector("[data-claim]");
  const released = card.dataset.released;
  send("POST", `${at}/${released ? "take" : "release"}`, cellOf(card)).then(() => {
    if (released) delete card.dataset.released;
    else card.dataset.released = "yes";
    tag.textContent = released ? "yours for 10 min" : "released: anybody may take it";
    say(tag.textContent);
  }).catch(report);
}

let timer = 0;
export function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, SETTLE_MS);
}

export async function refresh() {
  const card = current();
  const told = new URLSearchParams({ order, step, ...(card ? cellOf(card) : {}) });
  try {
    const answer = await send("GET", `${at}/queue?${told}`);
    around(answer);
    if (card && card === current() && !card.busy && !card.answered && !answer.waits) {
      tell(card, "This does not wait any more: somebody decided on it, or it was worked out anew.", [["Go on", leave]]);
    }
    if (!current() || !behind()) more();
  } catch { /* the stream says when the server is there again */ }
}
