// The columns of a sheet: their widths (kept in this browser), which are hidden, and their heads.
import { dollars } from "../locale.js";
import { decimalsOf } from "./cell.js";

const WIDTHS_REM = { number: 7, percent: 6, money: 8.75, quantity: 7, date: 7.25, "yes/no": 7.5, choice: 7.5, table: 6.5, period: 12 };
const OTHER_REM = 9.5, WORDY_REM = 22, FIRST_REM = 10.5, LEAST_REM = 4, STEP_REM = 1.5, MOST_REM = 60, UNIT_REM = 2;
const TONES = [["verified", "p"], ["proved", "q"], ["look", "l"], ["wrong", "w"], ["rest", ""]];
const TONE_WORDS = { verified: "verified", proved: "proved", look: "to look at", wrong: "wrong", rest: "waiting or absent" };
const count = new Intl.NumberFormat();

export class Columns {
  constructor(slug, columns, place) {
    this.key = `sheet:${slug}:widths`;
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.widths = read(this.key);
    this.spare = 0;
    this.all = columns;
    this.place(place);
  }

  // What an address says: hidden steps and the order.
  place({ hidden, sort, descending }) {
    this.hidden = new Set(hidden);
    this.sort = sort;
    this.descending = descending;
    this.shown = this.all.filter((column) => !this.hidden.has(column.id));
  }

  // New heads from the server; what the page knows of a column besides stays.
  take(columns) {
    const known = new Map(this.all.map((column) => [column.id, column]));
    const same = columns.length === this.all.length && columns.every((column, at) => column.id === this.all[at].id && column.name === this.all[at].name && column.type === this.all[at].type);
    this.all = columns.map((column) => {
      const { decimals, unit, units, lit } = known.get(column.id) ?? {};
      return { ...column, decimals, unit, units, lit };
    });
    this.shown = this.all.filter((column) => !this.hidden.has(column.id));
    return same;
  }

  get firstWidth() { return this.widths[""] ?? Math.round(this.rem * (innerWidth < 30 * this.rem ? 7 : FIRST_REM)) + this.spare; }

  widthOf(column) {
    const mixed = column.numeric && column.units?.size > 1 ? UNIT_REM : 0;
    const own = Math.round(((WIDTHS_REM[column.type] ?? OTHER_REM) + mixed) * this.rem);
    return this.widths[column.id] ?? own + (this.wordy(column) ? this.spare : 0);
  }

  // Columns of words, which are cut where they are narrow, and whose width nobody has chosen.
  wordy(column) { return (!(column.type in WIDTHS_REM) || column.type === "choice") && !(column.id in this.widths); }

  // Room that is left in a window goes to the names of the cases and to columns of words, in equal parts.
  useRoom(width) {
    this.spare = 0;
    const free = width - this.firstWidth - this.shown.reduce((sum, column) => sum + this.widthOf(column), 0);
    const taking = this.shown.filter((column) => this.wordy(column)).length + ("" in this.widths ? 0 : 1);
    if (free > 0 && taking) this.spare = Math.min(Math.floor(free / taking), (WORDY_REM - OTHER_REM) * this.rem);
  }

  setWidth(id, px) {
    this.widths[id] = Math.round(Math.min(MOST_REM * this.rem, Math.max(LEAST_REM * this.rem, px)));
    localStorage.setItem(this.key, JSON.stringify(this.widths));
  }

  nudge(column, direction) { this.setWidth(column.id, this.widthOf(column) + direction * STEP_REM * this.rem); }

  resetWidth(id) {
    delete this.widths[id];
    localStorage.setItem(this.key, JSON.stringify(this.widths));
  }

  // Learn from rows that came how many decimals their numbers have, and whether all have one unit.
  // Tells whether any column is to be drawn anew for it.
  learn(rows) {
    let changed = false;
    this.all.forEach((column, at) => {
      if (!column.numeric) return;
      const units = (column.units ??= new Set());
      const before = `${column.decimals}${column.unit}`;
      for (const row of rows) {
        const cell = row?.[4][at];
        if (!cell?.n) continue;
        units.add(cell.n[1] ?? "");
        column.decimals = Math.max(column.decimals ?? 0, decimalsOf(cell));
      }
      column.unit = units.size === 1 ? [...units][0] : undefined;
      changed ||= before !== `${column.decimals}${column.unit}`;
    });
    return changed;
  }
}

export function drawHead(place, column, { sort, descending }) {
  place.replaceChildren();
  const name = document.createElement("strong");
  name.textContent = column.name;
  const sorted = sort === column.id;
  if (sorted) name.append(arrow(descending));
  const unit = column.unit && column.type !== "percent" ? ` · ${column.unit}` : "";
  place.append(name, tiny(column.type + unit, column.by), bar(column), tiny(told(column.settled, column.exact), column.cost === null ? "" : dollars(column.cost)));
  place.setAttribute("aria-sort", sorted ? (descending ? "descending" : "ascending") : "none");
  place.title = `${column.name} · ${column.type}${unit} · by ${column.by}${column.owner ? ` · owner ${column.owner}` : ""}`;
}

export function drawCorner(place, total, { sort, descending }) {
  place.replaceChildren();
  const name = document.createElement("strong");
  name.textContent = "Case";
  if (sort === "name" || sort === "arrived") name.append(arrow(descending));
  const line = document.createElement("span");
  line.className = "tiny";
  line.textContent = count.format(total);
  place.append(name, line);
}

function bar(column) {
  const made = document.createElement("div");
  made.className = "split";
  made.setAttribute("role", "img");
  const words = [];
  for (const [tone, kind] of TONES) {
    const cells = column.tones[tone];
    if (!cells) continue;
    const part = document.createElement("i");
    if (kind) part.className = kind;
    part.style.flex = cells;
    made.append(part);
    words.push(`${count.format(cells)} ${TONE_WORDS[tone]}`);
  }
  made.setAttribute("aria-label", words.join(", ") || "not counted yet");
  return made;
}

const told = (settled, exact) => (exact || settled ? `${exact ? "" : "≥ "}${count.format(settled)}` : "…");

function arrow(descending) {
  const made = document.createElement("span");
  made.className = "order";
  made.setAttribute("aria-hidden", "true");
  made.textContent = descending ? " ↓" : " ↑";
  return made;
}

function tiny(left, right) {
  const line = document.createElement("span");
  line.className = "tiny";
  for (const words of [left, right]) {
    const part = document.createElement("span");
    part.textContent = words;
    line.append(part);
  }
  return line;
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
}

