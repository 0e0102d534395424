// The two cards of the desk: the item in focus and the one behind it. Knows what stands on the page,
// and asks the server for nothing.
import { localise } from "../locale.js";
import { Look } from "./look.js";

export const desk = document.querySelector("#desk");
export const here = document.querySelector("#desk-here");
const coming = document.querySelector("#desk-next");
const empty = document.querySelector("#desk-empty");
const said = document.querySelector("#desk-said");
export const { slug, order, step } = desk.dataset;
export const at = `/w/${slug}/review`;
const looks = new WeakMap();

export const current = () => here.querySelector(".card");
export const behind = () => coming.querySelector(".card");
export const cellOf = (card) => ({ case: card.dataset.case, path: card.dataset.path });
export const cells = (...cards) => cards.filter(Boolean).map(cellOf);
export const same = (one, other) => one.case === other.case && one.path === other.path;
export const made = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
export const valueOf = (card) => card.querySelector("input[name=value]");
export const lookOf = (card) => looks.get(card);
export const say = (words) => { said.textContent = words; };
export const saidNow = () => said.textContent;

// Put a card in focus, or none; whoever shows what is around it is told with `card:shown`.
export function show(card) {
  here.replaceChildren(...(card ? [card] : []));
  empty.hidden = Boolean(card);
  desk.setAttribute("aria-busy", "false");
  if (!card) return history.replaceState(null, "", address());
  card.inert = false;
  card.shownAt = performance.now();
  ready(card);
  history.replaceState(null, "", address(card));
  say(`${card.dataset.step} of ${card.dataset.name}. ${card.querySelector(".rv-why")?.textContent ?? ""}`);
  desk.dispatchEvent(new CustomEvent("card:shown", { detail: card }));
  desk.scrollTop = 0;
  if (card.dataset.blind && !card.querySelector("[data-choice]") && desk.dataset.decide) valueOf(card).focus({ preventScroll: true });
  else card.focus({ preventScroll: true });
}

export function place(card) {
  coming.replaceChildren(...(card ? [card] : []));
  if (card) ready(card);
}

// Its numbers and dates as the viewer writes them, and its pages.
export function ready(card) {
  if (looks.has(card)) return;
  localise(card);
  looks.set(card, card.querySelector("[data-view]") ? new Look(card) : null);
}

function address(card = null) {
  const told = new URLSearchParams({ order });
  if (step) told.set("step", step);
  if (card) { told.set("case", card.dataset.case); told.set("path", card.dataset.path); }
  return `${at}?${told}`;
}

// The next item comes to the front; the one after it is asked for unless an answer brings it.
export function advance() {
  const card = behind();
  coming.replaceChildren();
  if (!card) desk.setAttribute("aria-busy", "true");
  show(card);
  return card;
}

// Words at a card, with what can be done about them.
export function tell(card, words, actions = []) {
  const line = document.createElement("p");
  line.className = "problem-line";
  line.textContent = words;
  const outcome = card.querySelector("[data-outcome]");
  outcome.replaceChildren(line);
  for (const [label, action] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", action);
    outcome.append(button);
  }
  say(words);
}
