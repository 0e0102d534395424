// Keys and pointer on the grid: moving, selecting, resizing columns.
import { bindKeys } from "../keys.js";
import { send } from "../http.js";

export function bindGrid(page) {
  const { grid, selection } = page;
  const { root } = grid;
  root.addEventListener("keydown", (event) => keys(page, event));
  root.addEventListener("focusin", (event) => {
    const at = grid.at(event.target);
    if (at && !grid.isActive(at.row, at.column) && event.target.dataset.column !== undefined) grid.moveTo(at.row, at.column, { focus: false });
  });
  root.addEventListener("dblclick", (event) => { const at = grid.at(event.target); if (at?.row >= 0) open(page, at); });
  root.addEventListener("change", (event) => { if (event.target.dataset.pick) selection.toggle(event.target.dataset.pick); });
  document.addEventListener("keydown", (event) => { // nothing has the focus yet: arrows begin in the grid
    if (event.target === document.body && event.key.startsWith("Arrow") && !document.querySelector("dialog[open]")) keys(page, event);
  });
  pointer(page);
  resizing(page);
  const within = (action) => () => (root.contains(document.activeElement) ? action() : false);
  bindKeys("Sheet", {
    "← ↑ → ↓": ["move; with Shift select", () => false],
    "Home End": ["first, last column; with Ctrl case", () => false],
    "Enter": ["open the case, or the column's menu", within(() => enter(page))],
    " ": ["select the cell or the case", within(() => select(page))],
    "Ctrl A": ["select every case", () => false],
    "e": ["edit the step", () => edit(page)],
    "r": ["plan a run of what is selected", () => page.actions.plan()],
    "f": ["filter", () => page.bar.openFilter()],
    "Escape": ["clear the selection, close the panel", () => escape(page)],
  });
}

function keys(page, event) {
  const { grid, selection } = page;
  if (event.target.closest("input, select, textarea") || event.altKey || event.isComposing) return;
  const { row, column } = grid.active;
  const fast = event.ctrlKey || event.metaKey;
  const last = grid.rows.total - 1, end = grid.columns.shown.length;
  const to = {
    ArrowUp: [fast ? 0 : row - 1, column], ArrowDown: [fast ? last : row + 1, column],
    ArrowLeft: [row, fast ? 0 : column - 1], ArrowRight: [row, fast ? end : column + 1],
    Home: [fast ? 0 : row, 0], End: [fast ? last : row, end],
    PageUp: [Math.max(0, row - grid.page), column], PageDown: [row + grid.page, column],
  }[event.key];
  if (to) {
    if (!event.shiftKey) selection.anchor = null;
    else selection.anchor ??= { row: Math.max(0, row), column };
    grid.moveTo(...to);
    if (event.shiftKey) range(page, selection.anchor, grid.active);
    done(event);
  } else if (fast && event.key.toLowerCase() === "a") {
    selection.selectAll();
    done(event);
  } else if (fast && event.key.toLowerCase() === "c" && !String(getSelection())) {
    copy(page);
  } else if (event.shiftKey && event.key === "F10") {
    if (column) page.menu.open(grid.stepAt(column), grid.place({ row: -1, column }));
    done(event);
  }
}

function done(event) { event.preventDefault(); event.stopPropagation(); }

function enter(page) {
  const { row, column } = page.grid.active;
  if (row >= 0) return open(page, page.grid.active);
  page.menu.open(page.grid.stepAt(column), page.grid.place(page.grid.active));
  return true;
}

function open(page, { row, column }) {
  const data = page.rows.get(row);
  if (!data) return false;
  const step = page.grid.stepAt(column);
  dispatchEvent(new Event("within"));
  location.assign(page.grid.addressOf(data[0]) + (step ? `#f-${encodeURIComponent(step.id)}` : ""));
  return true;
}

function select(page) {
  const { row, column } = page.grid.active;
  const data = page.rows.get(row);
  if (!data) return false;
  page.selection.toggle(data[0], page.grid.stepAt(column)?.id);
  return true;
}

function edit(page) {
  const step = page.grid.stepAt(page.grid.active.column);
  if (!step) return false;
  page.openPanel(step.id);
  return true;
}

function escape(page) {
  if (document.querySelector("dialog[open], :popover-open")) return false; // it is what closes
  if (!page.selection.empty) { page.selection.clear(); return true; }
  return document.querySelector("[data-close-panel]")?.click() ?? false;
}

// Everything between two cells; rows that are not here yet are asked for by their ids.
async function range(page, from, to) {
  const [first, last] = [Math.min(from.row, to.row), Math.max(0, from.row, to.row)];
  const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column)];
  const steps = left === 0 ? [] : page.columns.shown.slice(left - 1, right).map((column) => column.id);
  let ids = [];
  for (let at = Math.max(0, first); at <= last; at += 1) ids.push(page.rows.get(at)?.[0]);
  if (ids.includes(undefined)) {
    const joint = page.parameters ? "&" : "";
    const found = await send("GET", `/w/${page.slug}/ids?${page.parameters}${joint}first=${Math.max(0, first)}&count=${last - Math.max(0, first) + 1}`);
    ids = found.ids;
  }
  page.selection.set(ids, steps);
}

// Press and pull over cells to select them; with Ctrl one more, with Shift up to here.
function pointer(page) {
  const { grid, selection } = page;
  let from = null;
  grid.root.addEventListener("pointerdown", (event) => {
    const at = grid.at(event.target);
    if (!at || event.button || event.target.closest("a, input, .grip")) return;
    if (at.row < 0) return;
    const data = page.rows.get(at.row);
    if (event.shiftKey) { selection.anchor ??= { ...grid.active }; range(page, selection.anchor, at); event.preventDefault(); }
    else if (event.ctrlKey || event.metaKey) { if (data) selection.toggle(data[0], grid.stepAt(at.column)?.id); }
    else { selection.anchor = null; from = event.pointerType === "mouse" ? at : null; if (!event.target.closest("a")) selection.clear(); }
    grid.moveTo(at.row, at.column);
  });
  grid.root.addEventListener("pointerover", (event) => {
    if (!from || !(event.buttons & 1)) return;
    const at = grid.at(event.target);
    if (!at || at.row < 0 || (at.row === from.row && at.column === from.column)) return;
    getSelection()?.removeAllRanges();
    selection.anchor = from;
    grid.moveTo(at.row, at.column);
    range(page, from, at);
  });
  addEventListener("pointerup", () => { from = null; });
  grid.root.addEventListener("click", (event) => {
    const at = grid.at(event.target);
    if (at?.row !== -1 || event.target.closest(".grip")) return;
    grid.moveTo(-1, at.column);
    page.menu.open(grid.stepAt(at.column), grid.place(at));
  });
}

function resizing(page) {
  const { grid, columns } = page;
  grid.root.addEventListener("pointerdown", (event) => {
    const id = event.target.dataset?.grip;
    if (id === undefined) return;
    event.preventDefault();
    const column = columns.all.find((one) => one.id === id);
    const begun = event.clientX, width = columns.widthOf(column);
    const pull = (moved) => { columns.setWidth(id, width + moved.clientX - begun); grid.layOut(); };
    addEventListener("pointermove", pull);
    addEventListener("pointerup", () => removeEventListener("pointermove", pull), { once: true });
  });
  grid.root.addEventListener("dblclick", (event) => {
    const id = event.target.dataset?.grip;
    if (id === undefined) return;
    columns.resetWidth(id);
    grid.layOut();
  });
}

// What is selected (or the active cell) as a table that spreadsheets take.
function copy(page) {
  const { grid, rows, selection } = page;
  const lines = [];
  for (const [at, row] of [...grid.drawn].sort((a, b) => a[0] - b[0])) {
    const data = rows.get(at);
    if (!data || (selection.empty ? at !== grid.active.row : !selection.has(data[0]))) continue;
    const cells = [...row.children].filter((cell) => (selection.empty
      ? Number(cell.dataset.column) === grid.active.column
      : cell.getAttribute("aria-selected") === "true"));
    lines.push(cells.map((cell) => (cell.querySelector(".v, a")?.textContent ?? "").replace(/[\t\r\n]+/g, " ")).join("\t"));
  }
  if (lines.length) navigator.clipboard?.writeText(lines.join("\n"));
}
