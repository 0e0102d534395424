// What stands above the grid: views, conditions, search, order and hidden steps. All of it is in the
// address, so that it can be sent to somebody; following a link of it changes only the grid.
import { localise } from "../locale.js";
import { send } from "../http.js";
import { allKept } from "../steps/kept.js";
import { toast } from "../toast.js";
import { openCompare } from "./panel.js";

const TYPED_MS = 250;
const STANDING_MS = 150;
const COUNTED_MS = 3000;

export class Bar {
  constructor(page) {
    this.page = page;
    this.tabs = document.querySelector("#views");
    this.conditions = document.querySelector("#conditions");
    this.form = document.querySelector("#filter-form");
    this.filter = document.querySelector("#filter");
    this.steps = document.querySelector("#steps-shown");
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-shows]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.go(link.search.slice(1));
    });
    addEventListener("popstate", () => this.go(location.search.slice(1), { push: false }));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
    this.form.addEventListener("change", () => this.fit());
    this.search = document.querySelector(".bar input[name=q]");
    this.search.addEventListener("input", () => this.typed(this.search));
    this.conditions.addEventListener("submit", (event) => { event.preventDefault(); if (event.target.matches("[data-save-view]")) this.save(event.target); });
    this.conditions.addEventListener("click", (event) => { if (event.target.closest("[data-drop-view]")) this.drop(); });
    document.querySelector("#steps-menu").addEventListener("change", (event) => this.showSteps(event.currentTarget));
    document.querySelector("[data-open-filter]").addEventListener("click", () => this.openFilter());
    this.lines = document.querySelector("#standing");
    this.lines.addEventListener("click", (event) => {
      if (!event.target.closest("[data-compare]") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      openCompare(this.page);
    });
    addEventListener("drafts", () => this.drafts());
    this.fit();
    this.loadTabs();
    this.standing();
    this.told();
  }

  // Whether every case is shown in the order in which it came.
  get plain() {
    const asked = new URLSearchParams(this.page.parameters);
    return !asked.has("if") && !asked.has("q") && !asked.has("sort");
  }

  async go(parameters, { push = true, refresh = true } = {}) {
    const asked = new URLSearchParams(parameters);
    if (push) history.pushState(null, "", `/w/${this.page.slug}${parameters ? `?${parameters}` : ""}`);
    this.page.show(parameters, {
      hidden: (asked.get("hide") ?? "").split(",").filter(Boolean),
      sort: asked.get("sort") ?? "", descending: asked.get("desc") === "1",
    });
    this.told();
    if (document.activeElement !== this.search) this.search.value = asked.get("q") ?? "";
    if (refresh) await this.refresh();
    this.loadTabs();
  }

  async refresh() {
    const html = await send("GET", `/w/${this.page.slug}/bar?${this.page.parameters}`);
    this.conditions.innerHTML = html;
    localise(this.conditions);
  }

  // How the procedure stands: its tag, and a line for what wants a word of somebody.
  async standing() {
    let html;
    try { html = await send("GET", `/w/${this.page.slug}/standing`); } catch { return; } // the next news asks again
    const told = new DOMParser().parseFromString(html, "text/html"); // made by our templates, which escape
    const lines = told.querySelector("[data-lines]").innerHTML.trim();
    if (lines !== this.stood) this.lines.innerHTML = this.stood = lines;
    document.querySelector(".bar [data-badge]").replaceWith(told.querySelector("[data-badge]"));
    localise(this.lines);
    localise(document.querySelector(".bar"));
    this.drafts();
  }

  // Much may happen at once.
  standingSoon() { this.standingLater ||= setTimeout(() => { this.standingLater = 0; this.standing(); }, STANDING_MS); }

  // Beside the tag: a step that is being written and not handed in.
  drafts() {
    const there = document.querySelector(".bar [data-draft-open]");
    const [draft] = allKept(this.page.slug);
    if (!draft) { there?.remove(); return; }
    const tag = there ?? document.createElement("button");
    const words = `draft open: ${draft.name || "a new step"}`;
    if (tag.textContent !== words) tag.textContent = words;
    tag.onclick = () => this.page.openPanel(draft.step || null);
    if (there) return;
    tag.type = "button";
    tag.className = "tag is-look";
    tag.dataset.draftOpen = "";
    document.querySelector(".bar [data-badge]").after(tag);
  }

  // Steps came, went or were renamed: so do the menus that name them.
  columnsChanged() {
    const { all } = this.page.columns;
    const { step } = this.form.elements;
    const chosen = step.value;
    step.replaceChildren(step.options[0], ...all.map((column) => new Option(column.name, column.id)));
    step.value = all.some((column) => column.id === chosen) ? chosen : "*";
    document.querySelector("#steps-menu").replaceChildren(...all.map((column) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.value = column.id;
      label.append(box, ` ${column.name}`);
      return label;
    }));
    this.told();
  }

  // The tabs count cases, which may take a moment: they come when they come.
  loadTabs() {
    clearTimeout(this.tabsLater);
    this.tabsLater = setTimeout(async () => {
      try {
        this.tabs.innerHTML = await send("GET", `/w/${this.page.slug}/views?${this.page.parameters}`);
        localise(this.tabs);
      } catch (error) { toast(error.message, "wrong"); }
    }, 30);
  }

  // Something changed, so other cases may fit: count now and then while it goes on.
  tabsSoon() {
    this.tabsDue ||= setTimeout(() => { this.tabsDue = 0; this.loadTabs(); }, COUNTED_MS);
  }

  counted() { this.told(); }

  told() {
    const { shown, all } = this.page.columns;
    this.steps.textContent = shown.length === all.length ? `${all.length} steps` : `${shown.length} of ${all.length} steps shown`;
    for (const box of document.querySelectorAll("#steps-menu input")) box.checked = !this.page.columns.hidden.has(box.value);
    this.page.grid?.root.parentElement.classList.toggle("nothing-fits", !this.page.rows.total && !this.plain);
  }

  with(change) {
    const asked = new URLSearchParams(this.page.parameters);
    asked.delete("view");
    change(asked);
    return String(asked);
  }

  sort(step, down) {
    this.go(this.with((asked) => {
      asked.delete("sort"); asked.delete("desc");
      if (step) asked.set("sort", step);
      if (step && down) asked.set("desc", "1");
    }));
  }

  hide(step) { this.setHidden(new Set([...this.page.columns.hidden, step])); }

  showSteps(menu) { this.setHidden(new Set([...menu.querySelectorAll("input")].filter((box) => !box.checked).map((box) => box.value))); }

  setHidden(hidden) {
    if (hidden.size >= this.page.columns.all.length) { toast("One step at least stays shown.", "wrong"); this.told(); return; }
    this.go(this.with((asked) => {
      asked.delete("hide");
      if (hidden.size) asked.set("hide", [...hidden].join(","));
    }), { refresh: false });
  }

  openFilter(step = "") {
    if (step) this.form.elements.step.value = step;
    this.fit();
    if (!this.filter.matches(":popover-open")) this.filter.showPopover();
    const at = document.querySelector("[data-open-filter]").getBoundingClientRect();
    this.filter.style.left = `${Math.max(8, Math.min(at.left, innerWidth - this.filter.offsetWidth - 8))}px`;
    this.filter.style.top = `${at.bottom + 4}px`;
    this.form.elements[step ? "field" : "step"].focus();
  }

  // A state is chosen, everything else is typed; only what has a size can be at least something.
  fit() {
    const { field, relation, value, state } = this.form.elements;
    const isState = field.value === "state";
    value.closest("label").hidden = isState;
    state.closest("label").hidden = !isState;
    const sized = field.value === "value" || field.value === "confidence";
    for (const option of relation.options) {
      option.hidden = isState ? !option.value.startsWith("is") : option.value.startsWith("at ") && !sized;
    }
    if (relation.selectedOptions[0]?.hidden) relation.value = "is";
    value.placeholder = field.value === "confidence" ? "0.9" : "";
  }

  add() {
    const { step, field, relation, value, state } = this.form.elements;
    const told = field.value === "state" ? state.value : value.value.trim();
    if (!told) { value.focus(); return; }
    this.filter.hidePopover();
    this.go(this.with((asked) => asked.append("if", `${step.value}:${field.value}:${relation.value}:${told}`)));
    value.value = "";
  }

  typed(field) {
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      const words = field.value.trim();
      this.go(this.with((asked) => { if (words) asked.set("q", words); else asked.delete("q"); }));
    }, TYPED_MS);
  }

  async save(form) {
    try {
      const { address } = await send("POST", `/w/${this.page.slug}/views?${this.page.parameters}`, { name: form.elements.name.value });
      toast(`Kept as ${form.elements.name.value}.`);
      await this.go(address);
    } catch (error) { toast(error.message, "wrong"); }
  }

  async drop() {
    const id = new URLSearchParams(this.page.parameters).get("view");
    try {
      await send("DELETE", `/w/${this.page.slug}/views/${id}`);
      await this.go("");
    } catch (error) { toast(error.message, "wrong"); }
  }
}
