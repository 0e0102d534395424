// An instruction behind its text area: the same words again, with the steps that it names tinted and
// what is new since it was opened underlined. Draws with text nodes only.
const REFERENCE = /\\[{}]|\{[^{}\n]*\}?/g;
const MOST_TOKENS = 1200;

export function paint(mirror, text, before, known) {
  const added = before === null || !before.trim() ? [] : addedIn(before, text);
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(REFERENCE)) {
    if (found[0].startsWith("\\")) continue;
    pieces.push([at, found.index, ""]);
    const name = found[0].replace(/[{}]/g, "").trim().toLowerCase();
    const whole = found[0].endsWith("}");
    pieces.push([found.index, found.index + found[0].length, !whole || known.has(name) ? "ref" : "ref unknown"]);
    at = found.index + found[0].length;
  }
  pieces.push([at, text.length, ""]);
  mirror.replaceChildren();
  for (const [from, to, kind] of pieces) for (const [a, b, isNew] of cut(from, to, added)) {
    if (a === b) continue;
    const piece = document.createElement(isNew ? "ins" : "span");
    if (kind) piece.className = kind;
    piece.textContent = text.slice(a, b);
    mirror.append(piece);
  }
  mirror.append("\u200b"); // a last empty line has a height too
}

function* cut(from, to, added) {
  let at = from;
  for (const [start, end] of added) {
    if (end <= at || start >= to) continue;
    if (start > at) yield [at, start, false];
    yield [Math.max(at, start), Math.min(to, end), true];
    at = Math.min(to, end);
  }
  if (at < to) yield [at, to, false];
}

// Stretches of `text` whose words are not in `before`, by the longest common run of words.
export function addedIn(before, text) {
  const split = (all) => [...all.matchAll(/\s+|[^\s]+/g)].map((found) => [found[0], found.index]);
  const old = split(before).map(([word]) => word);
  const now = split(text);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start][0]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end][0]) end++;
  const left = old.slice(start, old.length - end);
  const fresh = now.slice(start, now.length - end);
  if (!fresh.length) return [];
  const kept = left.length * fresh.length > MOST_TOKENS * 100 ? new Set() : common(left, fresh.map(([word]) => word));
  const found = [];
  for (const [place, [word, at]] of fresh.entries()) {
    if (kept.has(place)) continue;
    const last = found.at(-1);
    if (last && last[1] === at) last[1] = at + word.length;
    else if (word.trim()) found.push([at, at + word.length]);
  }
  return found;
}

function common(old, now) {
  const width = now.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) for (let j = now.length - 1; j >= 0; j--) {
    const at = i * width + j;
    table[at] = old[i] === now[j] ? table[at + width + 1] + 1 : Math.max(table[at + width], table[at + 1]);
  }
  const kept = new Set();
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    if (old[i] === now[j]) { kept.add(j); i++; j++; } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++; else j++;
  }
  return kept;
}
