// What stands around the item in focus: the queue, who else decides, the day, and how far the machine
// may be trusted for its step.
import { send } from "../http.js";
import { localise } from "../locale.js";
import { at, current, desk } from "./cards.js";

const queue = document.querySelector("#desk-queue");
const trusted = document.querySelector("#desk-trust");
const trusts = new Map();

export const counting = () => Boolean(queue.querySelector("[data-counting]"));

// The queue as an answer of the server tells it; the link that had the keyboard keeps it.
export function draw(answer) {
  const held = queue.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  queue.innerHTML = answer.queue;
  if (held) [...queue.querySelectorAll("a")].find((one) => one.getAttribute("href") === held)?.focus({ preventScroll: true });
  document.querySelector("#desk-deciding").innerHTML = answer.foot;
  const today = document.querySelector("#desk-today");
  today.innerHTML = answer.today;
  for (const part of [queue, today]) localise(part);
  const mine = document.querySelector("#desk-mine");
  if (mine) mine.textContent = answer.mine || "";
  mark(current());
}

function mark(card) {
  for (const link of queue.querySelectorAll("a[data-case]")) {
    const on = card && link.dataset.case === card.dataset.case && link.dataset.path === card.dataset.path;
    if (on) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (on) link.scrollIntoView({ block: "nearest" });
  }
}

async function trust(path) {
  if (trusted.dataset.path === path) return;
  trusted.dataset.path = path;
  try {
    if (!trusts.has(path)) trusts.set(path, await send("GET", `${at}/trust?path=${encodeURIComponent(path)}`, undefined, { headers: { Accept: "text/html" } }));
    if (trusted.dataset.path === path) { trusted.innerHTML = trusts.get(path); localise(trusted); }
  } catch { trusted.dataset.path = ""; }
}

// Promise that few values of the step of the item are wrong, so that cases are drawn for checks.
export async function promise() {
  const html = await send("POST", `${at}/promise`, { case: "", path: current().dataset.path }, { headers: { Accept: "text/html" } });
  trusts.clear();
  trusted.innerHTML = html;
}

desk.addEventListener("card:shown", ({ detail: card }) => { mark(card); trust(card.dataset.path); });
