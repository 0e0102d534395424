// Draws one cell from what the server says of it. Everything goes in as text, never as markup.
import { shape, markWords } from "./shapes.js";

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const formats = new Map();
const known = new Set(Intl.supportedValuesOf?.("unit") ?? []);
const MINUTE = 60, HOUR = 3600, DAY = 86_400;

// Fills an element with a cell. `column` knows its decimals and its one unit, where it has one.
export function drawCell(place, cell, column) {
  place.replaceChildren();
  const numeric = column.numeric && (cell.n || (cell.v && !cell.z));
  place.className = [
    "gc", numeric ? "num" : "", cell.z ? "none" : "", cell.g ? `c-${cell.g}` : "",
    cell.k ? "c-stale" : "", cell.p ? "is-person" : "", column.lit ? "editing" : "",
  ].filter(Boolean).join(" ");
  place.append(cell.m === "person" ? "" : shape(cell.m));
  const first = span("v", firstLine(cell, column));
  place.append(first);
  const second = secondLine(cell);
  if (cell.w !== undefined) propose(place, first, cell, numeric);
  else if (second) place.append(small(second));
  if (cell.p) place.append(shape("person"));
  const unseen = [cell.u ? "" : confidence(cell), cell.p ? decided(cell) : ""].filter(Boolean).join(", ");
  if (unseen) place.append(span("vh", `. ${unseen}`));
}

// All that is known of a cell, in lines of text.
export function tellCell(cell, column) {
  const told = [[firstLine(cell, column), "v"], [markWords(cell.m), "m"]];
  if (cell.w !== undefined) told.push([`proposed: ${cell.w}`, ""]);
  if (cell.t || cell.s) told.push([cell.t || cell.s, ""]);
  if (cell.a) told.push([`for ${ageOf(cell.a)}`, ""]);
  if (confidence(cell)) told.push([confidence(cell), ""]);
  if (cell.p) told.push([decided(cell), ""]);
  return told;
}

export function ageOf(since) {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000 - since));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) {
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    return `${Math.floor(seconds / HOUR)} h${minutes ? ` ${String(minutes).padStart(2, "0")}` : ""}`;
  }
  const hours = Math.floor((seconds % DAY) / HOUR);
  return `${Math.floor(seconds / DAY)} d${hours ? ` ${hours} h` : ""}`;
}

export function decimalsOf(cell) {
  if (!cell.n) return 0;
  const point = String(cell.n[0]).indexOf(".");
  return point < 0 ? 0 : Math.min(6, String(cell.n[0]).length - point - 1);
}

function firstLine(cell, column) {
  if (cell.n) return numberOf(cell.n, column);
  if (cell.d) return dateOf(cell.d);
  const aged = cell.a && ["waiting", "queued", "running"].some((word) => cell.m.startsWith(word));
  if (aged && cell.m === "running") return ageOf(cell.a);
  return aged ? `${cell.v} · ${ageOf(cell.a)}` : cell.v ?? "";
}

function secondLine(cell) {
  return cell.s ?? "";
}

function numberOf([amount, unit], column) {
  const figures = column.decimals ?? 0;
  const exact = String(amount);
  if (!/^-?\d+(\.\d+)?$/.test(exact)) return unit ? `${exact} ${unit}` : exact;
  const least = Math.max(figures, 0);
  if (!unit || unit === column.unit) return formatOf(least).format(exact);
  if (column.type === "quantity" && known.has(unit)) return formatOf(least, unit).format(exact);
  return `${formatOf(least).format(exact)} ${unit}`;
}

// A number; with a unit that the viewer's language knows in that language: `1 year`, `24 months`.
function formatOf(figures, unit = undefined) {
  const key = `${figures} ${unit ?? ""}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(undefined, {
      minimumFractionDigits: figures, maximumFractionDigits: Math.max(figures, 6),
      ...(unit && { style: "unit", unit, unitDisplay: "long" }),
    }));
  }
  return formats.get(key);
}

function dateOf(day) {
  if (Array.isArray(day)) return spanOf(...day.map((one) => new Date(`${one}T00:00:00Z`)));
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.valueOf()) ? day : date.format(at);
}

// A period, in the shortest way that the viewer's language has: `13 – 19 Oct 2020`.
function spanOf(first, last) {
  return first <= last ? date.formatRange(first, last) : `${date.format(first)} – ${date.format(last)}`;
}

function propose(place, first, cell, numeric) {
  const added = document.createElement("ins");
  added.textContent = cell.w;
  if (numeric) {
    const line = small("→ ");
    line.append(added);
    place.append(line);
  } else {
    first.append(" → ", added);
    if (cell.s) place.append(small(cell.s));
  }
}

const confidence = (cell) => (cell.c === undefined ? (cell.u ? `how sure: ${cell.u}` : "") : `${cell.c} % likely to be right`);

function decided(cell) {
  const how = { accepted: "accepted by", corrected: "corrected by", adopted: "accepted among many by" };
  return `${how[cell.pk] ?? "verified by"} ${cell.p}`;
}

function small(text) {
  const line = document.createElement("small");
  line.textContent = text;
  return line;
}

function span(kind, text) {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = text;
  return made;
}
