// The menu of a column: order, filter, hide, width, and what its step leads to.
export class ColumnMenu {
  constructor(page) {
    this.page = page;
    this.box = document.querySelector("#column-menu");
    this.box.addEventListener("click", (event) => this.press(event));
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("toggle", (event) => { if (event.newState === "closed" && this.column) this.back(); });
  }

  open(column, near) {
    if (!near) return;
    this.column = column ?? { id: "name", name: "Case", first: true };
    this.near = near;
    for (const item of this.box.querySelectorAll("[data-step-only]")) item.hidden = Boolean(this.column.first);
    for (const item of this.box.querySelectorAll("[data-case-only]")) item.hidden = !this.column.first;
    const calls = this.box.querySelector("[data-does=calls]");
    calls.href = `/w/${this.page.slug}/calls?step=${encodeURIComponent(this.column.id)}`;
    this.box.querySelector("[data-name]").textContent = this.column.name;
    const several = this.column.type === "money" && this.column.units?.size > 1; // amounts of two currencies have no order
    for (const item of this.box.querySelectorAll("[data-several]")) {
      item.dataset.plain ??= item.textContent;
      item.textContent = several ? item.dataset.several : item.dataset.plain;
    }
    this.box.showPopover();
    const at = near.getBoundingClientRect(), own = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
    this.box.style.top = `${Math.min(at.bottom, innerHeight - own.height - 8)}px`;
    this.items[0]?.focus();
  }

  get items() { return [...this.box.querySelectorAll("[role=menuitem]")].filter((item) => !item.hidden); }

  key(event) {
    const { items } = this;
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length].focus();
    else if (event.key === "Tab") this.box.hidePopover();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  back() {
    const { grid } = this.page;
    const at = this.column.first ? 0 : grid.columns.shown.indexOf(this.column) + 1;
    this.column = null;
    if (at >= 0) grid.moveTo(-1, at, { focus: !document.activeElement || document.activeElement === document.body || this.box.contains(document.activeElement) });
  }

  press(event) {
    const does = event.target.closest("[data-does]")?.dataset.does;
    if (!does || does === "calls") return;
    const { column, page } = this;
    const { grid, columns } = page;
    if (does === "wider" || does === "narrower") {
      columns.nudge(column, does === "wider" ? 1 : -1);
      grid.layOut();
      return;
    }
    this.box.hidePopover();
    if (does === "up" || does === "down") page.bar.sort(column.id, does === "down");
    else if (does === "arrived") page.bar.sort("", false);
    else if (does === "filter") page.bar.openFilter(column.id);
    else if (does === "hide") page.bar.hide(column.id);
    else if (does === "edit") page.openPanel(column.id);
    else if (does === "run") page.actions.plan({ steps: [column.id] });
  }
}
