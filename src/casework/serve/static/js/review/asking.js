// Dialogs of the desk: asking somebody to decide, and sending an item back to whom it comes from.
import { send } from "../http.js";
import { toast } from "../toast.js";
import { at, cellOf, current, desk } from "./cards.js";
import { inTurn, leave, report } from "./moving.js";

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

export function assign() {
  ask("#desk-assign", {
    begin: warn,
    done(card, { to, note }) {
      inTurn(() => send("POST", `${at}/assign`, { cells: [cellOf(card)], to, note }))
        .then(() => { toast(`${to} is asked to decide ${card.dataset.step} of ${card.dataset.name}.`); leave(); })
        .catch(report);
    },
  });
}

export function sendBack() {
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
