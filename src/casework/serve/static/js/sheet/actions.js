// What is done with the selection, and the run that goes on: plan before run, then progress with a
// stop, then what it came to.
import { dollars, localise } from "../locale.js";
import { send } from "../http.js";
import { toast } from "../toast.js";
import { beside, openerOf, watchMore } from "./more.js";

const count = new Intl.NumberFormat();
const FOOT_MS = 3000;
const DONE = { retry: "brought back; plan a run to try again" };

// How far a run is, in the same words above the grid and below it: of its own cells, which may be
// fewer than those of the sheet.
const done = (at) => (at.planned ? `${count.format(at.done)} of ${count.format(at.planned)} cells` : "");

export class Actions {
  constructor(page) {
    this.page = page;
    this.dialog = document.querySelector("#ask");
    this.bar = document.querySelector("#selected");
    this.strip = document.querySelector("#run");
    this.foot = document.querySelector("[data-running]");
    this.bar.addEventListener("click", (event) => this.press(event.target.closest("[data-does]")?.dataset.does));
    document.querySelector("[data-plan]")?.addEventListener("click", () => this.plan());
    document.querySelector("#export-menu").addEventListener("click", (event) => this.export(event.target.closest("[data-format]")?.dataset.format));
    document.querySelector("#export-menu").addEventListener("toggle", (event) => { if (event.newState === "open") this.placeExport(); });
    document.querySelector("#steps-menu").addEventListener("toggle", (event) => { if (event.newState === "open") beside(event.target, openerOf("steps-menu")); });
    watchMore(document.querySelector("#bar-more"));
    this.dialog.addEventListener("click", (event) => this.answer(event));
    this.dialog.addEventListener("change", (event) => { if (event.target.dataset.force !== undefined) this.plan({ ...this.asked, force: event.target.checked }); });
    this.dialog.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) { event.preventDefault(); this.dialog.querySelector("[data-go]")?.click(); } });
    this.strip.addEventListener("click", (event) => this.pressStrip(event));
  }

  get url() { return `/w/${this.page.slug}`; }

  // What is selected, or all that is shown where nothing is.
  get chosen() {
    const { selection, parameters } = this.page;
    return selection.empty ? { cases: [], steps: [], all: true, query: parameters } : selection.told(parameters);
  }

  selected() {
    const { selection, rows, columns } = this.page;
    this.bar.hidden = selection.empty;
    if (selection.empty) return;
    const cases = selection.all ? rows.total : selection.cases.size;
    const steps = selection.steps.size || columns.shown.length;
    const named = selection.steps.size === 1 ? columns.all.find((column) => selection.steps.has(column.id))?.name : "";
    const what = named || (selection.steps.size ? `${count.format(steps)} steps` : "all steps");
    this.bar.querySelector("[data-selected]").textContent = `${count.format(cases)} ${cases === 1 ? "case" : "cases"} × ${what}`;
  }

  async press(does) {
    if (does === "clear") this.page.selection.clear();
    else if (does === "plan") await this.plan();
    else if (does === "retry") await this.retry();
    else if (does === "accept" || does === "assign") await this.ask(`${does}?dry=true`, this.chosen);
  }

  plan(more = {}) { return this.ask("plan", { ...this.chosen, ...more }); }

  async ask(path, told) {
    this.asked = told;
    try {
      this.show(await send("POST", `${this.url}/${path}`, told));
    } catch (error) { toast(error.message, "wrong"); }
  }

  show(html) {
    this.page.tip.hide();
    this.dialog.innerHTML = html;
    localise(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("[autofocus]")?.focus();
  }

  async answer(event) {
    if (event.target.closest("[data-cancel]") || event.target === this.dialog) { this.dialog.close(); return; }
    const go = event.target.closest("[data-go]")?.dataset.go;
    if (!go) return;
    event.target.closest("button").disabled = true;
    const words = Object.fromEntries([...this.dialog.querySelectorAll("input[name]:not([type=checkbox])")].map((field) => [field.name, field.value]));
    if (go === "run") await this.run();
    else await this.ask(`${go}?dry=false`, { ...this.asked, ...words });
    if (this.dialog.open) for (const button of this.dialog.querySelectorAll("button")) button.disabled = false;
  }

  async run() {
    try {
      const { job, state } = await send("POST", `${this.url}/run`, this.asked);
      this.dialog.close();
      this.page.selection.clear();
      if (state === "running") this.job = job;
      else await this.ended(job);
    } catch (error) { toast(error.message, "wrong"); }
  }

  async retry() {
    try {
      const { cells } = await send("POST", `${this.url}/retry`, this.chosen);
      if (cells) toast(`${count.format(cells)} ${cells === 1 ? "cell" : "cells"} ${DONE.retry}.`);
      await this.plan();
    } catch (error) { toast(error.message, "wrong"); }
  }

  // How a run gets on, of this server or of another process.
  progress(at) {
    const settled = at.total ? `${at.exact === false ? "at least " : ""}${count.format(at.settled)} of ${count.format(at.total)} settled` : "";
    const running = at.state === "running";
    const another = this.lastRun !== undefined && at.run && at.run !== this.lastRun;
    this.lastRun = at.run;
    this.foot.textContent = running ? `Running: ${done(at)}` : settled;
    if (running) {
      this.job = at.job || this.job;
      this.runs = true;
      this.drawStrip(at);
      this.footLater ||= setTimeout(() => { this.footLater = 0; document.body.dispatchEvent(new Event("foot")); }, FOOT_MS);
    } else if (this.runs || another) {
      this.runs = false;
      document.body.dispatchEvent(new Event("foot"));
      this.ended(this.job ?? "latest");
    }
  }

  drawStrip(at) {
    this.strip.hidden = false;
    if (!this.strip.querySelector("progress")) {
      const bar = document.createElement("progress"), words = document.createElement("span");
      bar.setAttribute("aria-label", "How far the run is");
      words.className = "words";
      this.strip.replaceChildren(bar, words);
      if (document.querySelector("[data-plan]")) {
        const stop = document.createElement("button");
        stop.type = "button";
        stop.dataset.stop = "";
        stop.textContent = "Stop";
        this.strip.append(stop);
      }
    }
    const [bar, words] = this.strip.children;
    if (at.planned) { bar.max = at.planned; bar.value = at.done; } else bar.removeAttribute("value");
    const parts = [done(at) || "Running"];
    if (at.cost_usd) parts.push(dollars(at.cost_usd));
    if (at.holder) parts.push(`a run of ${at.holder}`);
    words.textContent = parts.join(" · ");
    const stop = this.strip.querySelector("[data-stop]");
    if (stop) stop.hidden = !at.job;
  }

  async pressStrip(event) {
    if (event.target.closest("[data-dismiss]")) { this.strip.hidden = true; this.strip.replaceChildren(); }
    const stop = event.target.closest("[data-stop]");
    if (!stop) return;
    stop.disabled = true;
    stop.textContent = "Stopping…";
    try { await send("POST", `${this.url}/stop`, {}); } catch (error) { toast(error.message, "wrong"); }
  }

  async ended(job) {
    try {
      this.strip.innerHTML = await send("GET", `${this.url}/ended/${job}`);
      this.strip.hidden = Boolean(this.strip.querySelector("[data-tried]")); // what it asks stands below
      this.page.bar.standing();
      localise(this.strip);
    } catch { this.strip.hidden = true; }
    this.job = null;
  }

  placeExport() {
    const menu = document.querySelector("#export-menu");
    const { selection, rows, columns } = this.page;
    const cases = selection.empty || selection.all ? rows.total : selection.cases.size;
    const steps = selection.steps.size || columns.shown.length;
    menu.querySelector("[data-export-what]").textContent = `${count.format(cases)} ${cases === 1 ? "case" : "cases"} × ${count.format(steps)} ${steps === 1 ? "step" : "steps"}`;
    beside(menu, selection.empty ? document.querySelector("[data-export]") : this.bar.querySelector("[popovertarget]"));
  }

  async export(format) {
    if (!format) return;
    const { columns } = this.page;
    const told = this.chosen;
    if (!told.steps.length && columns.hidden.size) told.steps = columns.shown.map((column) => column.id);
    document.querySelector("#export-menu").hidePopover();
    const making = toast("The file is being made.");
    try {
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(`${this.url}/export?format=${format}`, {
        method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token }, body: JSON.stringify(told),
      });
      if (!answer.ok) { const problem = await answer.json(); throw new Error([problem.title, problem.fix].filter(Boolean).join(" ")); }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = /filename\*?="?(?:utf-8'')?([^";]+)/i.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? `sheet.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) { toast(error.message, "wrong"); } finally { making(); }
  }
}
