// The grid: draws the rows and columns that are in sight and no others, over rows of one fixed height.
// Keeps one cell active (roving tabindex) and drawn even when it is scrolled away.
import { drawCell } from "./cell.js";
import { drawCorner, drawHead } from "./columns.js";

const OVER_ROWS = 8;
const OVER_PX = 240;
const TALLEST_PX = 12_000_000;
const SETTLE_MS = 70;
const many = new Intl.PluralRules("en");

export class Grid {
  constructor(root, { columns, rows, selection, addressOf }) {
    Object.assign(this, { root, columns, rows, selection, addressOf });
    this.head = root.querySelector(".g-head");
    this.body = root.querySelector(".g-body");
    this.headRow = this.head.firstElementChild;
    this.drawn = new Map();
    this.active = { row: 0, column: 0 };
    this.range = [0, -1];
    this.scrolledAt = 0;
    root.addEventListener("scroll", () => this.soon(), { passive: true });
    this.sizes = new ResizeObserver(() => {
      this.measure();
      if (this.laidOutFor !== this.view.width) this.layOut();
      this.soon();
    });
    this.sizes.observe(root);
    this.measure();
    this.layOut();
  }

  measure() {
    this.rowHeight = parseFloat(getComputedStyle(document.documentElement).fontSize) * 2.25;
    this.headHeight = this.head.offsetHeight;
    this.view = { height: Math.max(0, this.root.clientHeight - this.headHeight), width: this.root.clientWidth };
  }

  // Widths of the columns, and how tall all rows are together.
  layOut() {
    const { columns } = this;
    columns.useRoom(this.view.width);
    this.laidOutFor = this.view.width;
    const widths = columns.shown.map((column) => columns.widthOf(column));
    this.lefts = [];
    let left = columns.firstWidth;
    for (const width of widths) { this.lefts.push(left); left += width; }
    this.width = left;
    this.root.style.setProperty("--columns", `${columns.firstWidth}px ${widths.map((px) => `${px}px`).join(" ")} minmax(0, 1fr)`);
    this.root.style.setProperty("--width", `${left}px`);
    this.root.setAttribute("aria-colcount", columns.shown.length + 1);
    this.range = [0, -1];
    this.count();
    this.redraw();
  }

  count() {
    this.whole = this.rows.total * this.rowHeight;
    this.body.style.height = `${Math.min(this.whole, TALLEST_PX)}px`;
    this.root.setAttribute("aria-rowcount", this.rows.total + 1);
    drawCorner(this.corner(), this.rows.total, this.columns);
    this.active.row = Math.min(this.active.row, Math.max(-1, this.rows.total - 1));
  }

  corner() {
    if (!this.cornerCell) {
      this.cornerCell = element("div", "gch first", "columnheader");
      this.cornerCell.setAttribute("aria-colindex", 1);
      this.cornerCell.dataset.column = 0;
    }
    return this.cornerCell;
  }

  soon() { this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.draw(); }); }

  // Draw everything in sight anew.
  redraw() {
    for (const row of this.drawn.values()) row.remove();
    this.drawn.clear();
    this.range = [0, -1];
    this.draw();
  }

  // How far all rows are pushed up: equal to the scroll position, but for sheets taller than
  // browsers can make an element.
  get offset() {
    const top = this.root.scrollTop;
    if (this.whole <= TALLEST_PX) return top;
    return (top / Math.max(1, TALLEST_PX - this.view.height)) * (this.whole - this.view.height);
  }

  draw() {
    if (!this.view.width) this.measure();
    const offset = this.offset;
    const first = Math.max(0, Math.floor(offset / this.rowHeight) - OVER_ROWS);
    const last = Math.min(this.rows.total - 1, Math.ceil((offset + this.view.height) / this.rowHeight) + OVER_ROWS);
    const shift = offset - this.root.scrollTop;
    this.seen = [first, last];
    this.ask(first, last, offset);
    if (this.columnsInSight()) { this.drawHeads(); for (const row of this.drawn.values()) this.adjust(row); }
    const wanted = new Set();
    for (let at = first; at <= last; at += 1) wanted.add(at);
    if (this.active.row >= 0 && this.active.row < this.rows.total) wanted.add(this.active.row);
    for (const [at, row] of this.drawn) if (!wanted.has(at)) { row.remove(); this.drawn.delete(at); }
    let before = null;
    for (const at of [...wanted].sort((a, b) => b - a)) {
      let row = this.drawn.get(at);
      if (!row) {
        row = this.make(at);
        this.drawn.set(at, row);
        this.body.insertBefore(row, before);
      }
      row.style.transform = `translateY(${at * this.rowHeight - shift}px)`;
      before = row;
    }
  }

  // Ask for rows when the scrolling rests, at once when it goes slowly.
  ask(first, last, offset) {
    const fast = Math.abs(offset - this.scrolledAt) > 2 * this.view.height;
    this.scrolledAt = offset;
    clearTimeout(this.asking);
    if (fast) this.asking = setTimeout(() => this.rows.want(...this.seen), SETTLE_MS);
    else this.rows.want(first, last);
  }

  // Which columns are in sight; tells whether others are than before.
  columnsInSight() {
    const left = this.root.scrollLeft + this.columns.firstWidth - OVER_PX;
    const right = this.root.scrollLeft + this.view.width + OVER_PX;
    const { lefts } = this;
    let first = 0;
    while (first < lefts.length - 1 && lefts[first + 1] <= left) first += 1;
    let last = first;
    while (last < lefts.length - 1 && lefts[last + 1] < right) last += 1;
    if (first === this.range[0] && last === this.range[1]) return false;
    this.range = [first, last];
    return true;
  }

  drawHeads() {
    const cells = [this.corner()];
    for (const at of this.inSight(-1)) {
      const column = this.columns.shown[at - 1];
      const place = element("div", `gch${column.lit ? " editing" : ""}`, "columnheader");
      this.setPlace(place, at);
      drawHead(place, column, this.columns);
      place.append(grip(column));
      cells.push(place);
    }
    this.headRow.replaceChildren(...cells);
    for (const cell of cells) cell.tabIndex = this.isActive(-1, Number(cell.dataset.column)) ? 0 : -1;
  }

  make(at) {
    const row = element("div", "gr", "row");
    row.setAttribute("aria-rowindex", at + 2);
    row.dataset.row = at;
    this.fill(row);
    return row;
  }

  // Fill a row with its cells in sight, or with what holds their place.
  fill(row) {
    const at = Number(row.dataset.row);
    const data = this.rows.get(at);
    const held = row.contains(document.activeElement) && document.activeElement !== row;
    row.replaceChildren(this.rowHead(at, data));
    row.classList.toggle("loading", !data);
    row.setAttribute("aria-busy", data ? "false" : "true");
    if (!data) row.append(veil());
    if (data || at === this.active.row) for (const column of this.inSight(at)) row.append(this.cell(at, column, data));
    this.mark(row, data);
    if (held) this.place(this.active)?.focus({ preventScroll: true });
  }

  // Other columns are in sight: only the cells that come or go are touched.
  adjust(row) {
    const at = Number(row.dataset.row), data = this.rows.get(at);
    if (!data || row.classList.contains("loading")) { this.fill(row); return; }
    const wanted = new Set(this.inSight(at)), there = new Map();
    for (const place of [...row.children].slice(1)) {
      const column = Number(place.dataset.column);
      if (wanted.has(column) || place === document.activeElement) there.set(column, place);
      else place.remove();
    }
    if (wanted.size === there.size) return;
    let before = row.firstElementChild;
    for (const column of wanted) {
      const place = there.get(column) ?? this.cell(at, column, data);
      if (!there.has(column)) before.after(place);
      before = place;
    }
    this.mark(row, data);
  }

  // Positions (1 is the first step) of the columns that are drawn, the active one among them.
  inSight(at) {
    const [first, last] = this.range;
    const found = [];
    for (let column = first + 1; column <= last + 1; column += 1) found.push(column);
    const { active } = this;
    const far = active.column > 0 && (active.column <= first || active.column > last + 1);
    if (at === active.row && far && active.column <= this.columns.shown.length) found.push(active.column);
    return found.sort((a, b) => a - b);
  }

  rowHead(at, data) {
    const place = element("div", "grh", "rowheader");
    this.setPlace(place, 0);
    place.tabIndex = this.isActive(at, 0) ? 0 : -1;
    if (!data) { place.append(element("span", "hold")); return place; }
    const [id, name, documents, aside] = data;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.tabIndex = -1;
    box.setAttribute("aria-label", `Select ${name}`);
    box.dataset.pick = id;
    const link = document.createElement("a");
    link.href = this.addressOf(id);
    link.tabIndex = -1;
    link.textContent = name;
    const line = document.createElement("small");
    line.textContent = aside ? "set aside" : `${documents} ${many.select(documents) === "one" ? "doc" : "docs"}`;
    if (this.pinned?.has(id)) line.textContent += " · pinned";
    if (aside) line.title = aside;
    place.append(box, link, line);
    return place;
  }

  cell(at, position, data) {
    const place = element("div", "gc", "gridcell");
    const column = this.columns.shown[position - 1];
    if (data) drawCell(place, data[4][this.columns.all.indexOf(column)] ?? { m: "idle" }, column);
    else place.append(element("span", "hold"));
    this.setPlace(place, position);
    place.tabIndex = this.isActive(at, position) ? 0 : -1;
    return place;
  }

  setPlace(place, column) {
    place.setAttribute("aria-colindex", column + 1);
    place.dataset.column = column;
    if (column) place.style.gridColumn = column + 1;
  }

  // Show what is selected of a row.
  mark(row, data = this.rows.get(Number(row.dataset.row))) {
    const chosen = data && this.selection.has(data[0]);
    row.classList.toggle("chosen", Boolean(chosen));
    for (const place of row.children) {
      if (place.dataset.column === undefined) continue;
      const column = this.columns.shown[place.dataset.column - 1];
      const selected = Boolean(chosen && (!column || this.selection.hasStep(column.id)));
      place.setAttribute("aria-selected", selected && (column || !this.selection.steps.size) ? "true" : "false");
      const box = place.firstElementChild;
      if (!column && box?.dataset?.pick) box.checked = Boolean(chosen);
    }
  }

  markAll() { for (const row of this.drawn.values()) this.mark(row); }

  // Rows came, or came anew.
  arrived(indices) {
    if (this.columns.learn(indices.map((at) => this.rows.get(at)))) this.layOut();
    else for (const at of indices) { const row = this.drawn.get(at); if (row) this.fill(row); }
  }

  redrawAll() {
    this.drawHeads();
    for (const row of this.drawn.values()) this.fill(row);
  }

  inView(at) { return at !== undefined && at >= this.seen[0] && at <= this.seen[1]; }
  isActive(row, column) { return this.active.row === row && this.active.column === column; }

  place({ row, column }) {
    const parent = row < 0 ? this.headRow : this.drawn.get(row);
    return parent?.querySelector(`[data-column="${column}"]`);
  }

  // Make another cell the active one and bring it into sight.
  moveTo(row, column, { focus = true } = {}) {
    const before = this.active;
    this.active = {
      row: Math.max(-1, Math.min(this.rows.total - 1, row)),
      column: Math.max(0, Math.min(this.columns.shown.length, column)),
    };
    const old = this.place(before);
    if (old) old.tabIndex = -1;
    this.scrollTo(this.active);
    this.draw();
    if (!this.place(this.active)) {
      if (this.active.row < 0) this.drawHeads();
      else if (this.drawn.has(this.active.row)) this.fill(this.drawn.get(this.active.row));
    }
    const now = this.place(this.active);
    if (!now) return;
    now.tabIndex = 0;
    if (focus) now.focus({ preventScroll: true });
  }

  scrollTo({ row, column }) {
    const { root, rowHeight, view } = this;
    if (row >= 0) {
      const top = row * rowHeight, offset = this.offset;
      const by = top < offset ? top - offset : Math.max(0, top + rowHeight - offset - view.height);
      if (by && this.whole <= TALLEST_PX) root.scrollTop += by;
      else if (by) root.scrollTop = ((offset + by) / (this.whole - view.height)) * (TALLEST_PX - view.height);
    }
    if (column < 1) return;
    const left = this.lefts[column - 1];
    const right = left + this.columns.widthOf(this.columns.shown[column - 1]);
    if (left < root.scrollLeft + this.columns.firstWidth) root.scrollLeft = left - this.columns.firstWidth;
    else if (right > root.scrollLeft + view.width) root.scrollLeft = right - view.width;
  }

  // What stands at an event's target: { row, column }, row −1 for the heads.
  at(target) {
    const place = target.closest?.("[data-column]");
    if (!place || !this.root.contains(place)) return null;
    const row = place.closest("[data-row]");
    return { row: row ? Number(row.dataset.row) : -1, column: Number(place.dataset.column) };
  }

  stepAt(column) { return this.columns.shown[column - 1]; }
  get page() { return Math.max(1, Math.floor(this.view.height / this.rowHeight) - 1); }
}

// Holds the place of a row's cells until they come.
function veil() {
  const made = element("span", "veil");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function grip(column) {
  const made = element("span", "grip");
  made.dataset.grip = column.id;
  made.setAttribute("aria-hidden", "true");
  return made;
}

function element(name, kind, role) {
  const made = document.createElement(name);
  made.className = kind;
  if (role) made.setAttribute("role", role);
  return made;
}
