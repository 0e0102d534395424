// The review desk: one item in focus, the next one loaded behind it. Ties cards, answers and dialogs to
// keys, clicks and what the server tells.
import { send } from "../http.js";
import { bindKeys, inText } from "../keys.js";
import { listen } from "../live.js";
import { choose, decide, edit, enter, goOn, none, note, takeMachine, taken, together, typed } from "./answers.js";
import { counting, promise } from "./around.js";
import { assign, sendBack } from "./asking.js";
import { at, behind, cells, current, here, lookOf, ready, show, slug } from "./cards.js";
import { back, claim, go, later, refresh, report, skip, undo } from "./moving.js";

const KEEP_MS = 4 * 60_000;

const does = {
  enter, undo, assign, back: sendBack, "go-on": goOn, "take-machine": takeMachine,
  absent: () => none("not_found"), unreadable: () => none("unreadable"),
  reject: () => decide("rejected"),
  "next-place": () => lookOf(current())?.step(1),
  "back-place": () => lookOf(current())?.step(-1),
  promise: () => promise().then(later).catch(report),
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
  if (event.target.name === "value") typed(current());
});
here.addEventListener("place:text", (event) => taken(event.detail));

const digits = Object.fromEntries([..."123456789"].map((digit) => [digit, [`choice ${digit}`, () => choose(Number(digit))]]));
bindKeys("Review", {
  Enter: ["accept, or answer", enter], e: ["correct", () => edit()], n: ["not in the document", does.absent],
  x: ["unreadable", does.unreadable], r: ["reject", does.reject], j: ["next", skip], k: ["back", back],
  "]": ["next place or page", does["next-place"]], "[": ["previous place or page", does["back-place"]],
  " ": ["whole page", () => lookOf(current())?.whole()], c: ["claim, release", claim], a: ["assign", assign],
  b: ["send back", sendBack], m: ["add a note", note], t: ["decide cells of one reason together, or alone", together], u: ["undo", undo], ...digits,
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
  if (next) ready(next);
  if (counting()) later();
}
