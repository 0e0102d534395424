// Typing the value of a field: what it would be kept as, values on the pages to take, and decisions.
import { send } from "../http.js";
import { bears, placeTold, sent, words } from "../places.js";
import { toast } from "../toast.js";

const PAUSE_MS = 180;
const LONG = 60;

export class Editor {
  constructor(fields, base, { kept, shown }) {
    this.fields = fields;
    this.base = base;
    this.kept = kept;
    this.shown = shown;
    this.form = null;
    this.done = [];
    this.undone = [];
    this.busy = false;
  }

  get open() {
    return Boolean(this.form);
  }

  // Open the editor in a field, with a text in it; `from` is the place that the text was taken from.
  begin(field, text = null, from = null) {
    if (field.dataset.blind || !field.querySelector("[data-do=correct]")) return;
    if (this.form && this.form.closest(".field") !== field) this.leave();
    if (!this.form) this.build(field);
    this.from = from;
    if (text !== null) this.input.value = this.input.tagName === "SELECT" ? optionOf(this.input, text) : text;
    this.input.focus({ preventScroll: true });
    if (text === null) this.input.select?.();
    this.read();
  }

  build(field) {
    const form = document.querySelector("#editor-shape").content.cloneNode(true).querySelector("form");
    this.form = form;
    this.input = inputFor(field);
    this.input.id = `edit-${field.dataset.field}`;
    form.querySelector("[data-label]").htmlFor = this.input.id;
    form.querySelector("[data-label]").textContent = `Value of ${field.dataset.name}`;
    form.querySelector(".editor-input").append(this.input);
    field.querySelector(".about").prepend(form);
    field.classList.add("editing");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.keep(); });
    form.querySelector("[data-cancel]").addEventListener("click", () => this.leave());
    form.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => {
      if (this.from && !bears(this.from, this.input.value)) this.from = null;
      this.read();
    });
    this.suggest(field);
  }

  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    } else if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.keep();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const takes = [...this.form.querySelectorAll(".take")];
      const at = takes.indexOf(document.activeElement);
      if (event.target === this.input && (this.input.tagName === "SELECT" || this.input.tagName === "TEXTAREA")) return;
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (!takes.length || next >= takes.length) return;
      event.preventDefault();
      (takes[next] ?? this.input).focus();
    }
  }

  read() {
    clearTimeout(this.later);
    const form = this.form;
    const told = form.querySelector(".editor-read");
    const text = this.input.value.trim();
    if (!text) { told.textContent = ""; return; }
    this.later = setTimeout(async () => {
      const field = form.closest(".field");
      if (!field) return;
      try {
        const answer = await send("POST", `${this.base}/typed`, { step: field.dataset.step, row: field.dataset.row, text, at: sent(this.from) });
        if (this.form !== form || this.input.value.trim() !== text) return;
        told.classList.toggle("wrong", Boolean(answer.problem));
        told.textContent = answer.problem || (answer.shown === text ? "" : `is kept as ${answer.shown}`);
        if (this.from) told.append(told.textContent ? ` · ${words(this.from)}` : words(this.from));
      } catch (error) {
        told.textContent = error.message;
      }
    }, PAUSE_MS);
  }

  async suggest(field) {
    const form = this.form;
    if (["document", "table", "record"].includes(field.dataset.type)) return;
    try {
      const html = await send("GET", `${this.base}/cells/${field.dataset.step}/suggest?row=${field.dataset.row}`, undefined, { headers: { Accept: "text/html", "HX-Request": "true" } });
      if (this.form !== form) return;
      this.offer(field, form.querySelector(".editor-found"), html);
    } catch { /* nothing to take: one types */ }
  }

  // Values that can be taken, each showing its place when it is looked at.
  offer(field, host, html) {
    host.innerHTML = html;
    for (const take of host.querySelectorAll(".take")) {
      const place = JSON.parse(take.dataset.places)[0];
      take.addEventListener("focus", () => this.shown(place));
      take.addEventListener("mouseenter", () => this.shown(place));
      take.addEventListener("click", () => this.begin(field, take.dataset.take, placeTold(place)));
    }
  }

  // Of a value that was not found what comes nearest to it, once somebody looks at the field.
  async nearest(field) {
    const host = field.querySelector("[data-nearest]:empty");
    if (!host || host.dataset.asked) return;
    host.dataset.asked = "yes";
    try {
      this.offer(field, host, await send("GET", `${this.base}/cells/${field.dataset.step}/suggest?row=${field.dataset.row}&nearest=true`, undefined, { headers: { Accept: "text/html", "HX-Request": "true" } }));
    } catch { /* nothing is near: the pages that were searched stand above */ }
  }

  leave() {
    if (!this.form) return;
    clearTimeout(this.later);
    const field = this.form.closest(".field");
    this.form.remove();
    this.form = null;
    if (field) {
      field.classList.remove("editing");
      field.focus({ preventScroll: true });
    }
    this.shown(null);
  }

  keep() {
    const field = this.form.closest(".field");
    const value = this.input.value.trim();
    if (!value) { toast("Type a value, or say that there is none with N or X.", "wrong"); return; }
    const note = this.form.elements.note.value.trim();
    return this.decide(field, { kind: "corrected", value, note, at: sent(this.from) });
  }

  // Keep a decision on the cell of a field; true when it was kept.
  // What is no value of the step as it stands goes to `onUnread`, where there is one.
  async decide(field, said, { remember = true, onUnread = null } = {}) {
    if (this.busy || field.dataset.blind) return false;
    this.busy = true;
    const place = { step: field.dataset.step, row: field.dataset.row };
    field.setAttribute("aria-busy", "true");
    try {
      const answer = await send("POST", `${this.base}/decide`, { ...place, against: field.dataset.against, note: "", ...said });
      if (this.form?.closest(".field") === field) this.leave();
      if (remember) {
        this.done.push(field.dataset.field);
        this.undone = [];
      }
      const undo = remember ? ["Undo", () => this.undo()] : null;
      this.told?.();
      this.told = toast(answer.said, "", undo);
      await this.kept(field.dataset.field, said.kind);
      return true;
    } catch (error) {
      if (error.code === "value.unreadable" && onUnread) onUnread(error);
      else toast(error.message, "wrong");
      if (error.code === "case.changed_meanwhile") await this.kept(field.dataset.field, "");
      return false;
    } finally {
      this.busy = false;
      field.removeAttribute("aria-busy");
    }
  }

  // Take back the last decision of this page, else the one of the field that has the attention.
  async undo() {
    const id = this.done.at(-1) ?? this.fields.now;
    const field = this.fields.get(id);
    if (!field || !(await this.decide(field, { kind: "undone" }, { remember: false }))) return;
    this.done.pop();
    this.undone.push(id);
    this.fields.take(id);
  }

  async redo() {
    const id = this.undone.at(-1) ?? this.fields.now;
    const field = this.fields.get(id);
    if (!field || !(await this.decide(field, { kind: "redone" }, { remember: false }))) return;
    this.undone.pop();
    this.done.push(id);
    this.fields.take(id);
  }
}

function inputFor(field) {
  const { type, many, shown } = field.dataset;
  const options = type === "yes/no" ? ["yes", "no"] : JSON.parse(field.dataset.options || "[]");
  if (options.length && many !== "yes" && type !== "choices") {
    const select = document.createElement("select");
    for (const option of options) select.append(new Option(option, option, false, option === shown));
    return select;
  }
  const long = type === "document" || shown.length > LONG || shown.includes("\n");
  const input = document.createElement(long ? "textarea" : "input");
  if (long) input.rows = Math.min(8, Math.max(3, Math.ceil(shown.length / LONG)));
  else input.type = "text";
  input.autocomplete = "off";
  input.value = type === "document" ? "" : shown;
  return input;
}

function optionOf(select, text) {
  const wanted = text.trim().toLowerCase();
  return [...select.options].find((one) => one.value.toLowerCase() === wanted)?.value ?? select.value;
}
