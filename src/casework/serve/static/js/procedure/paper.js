// The text behind the text area, line by line: numbers, headings, names of steps in braces, lit lines
// and lines with a mistake. Same words in the same places, so that what is typed lies on it.
const REFERENCE = /\\[{}]|\{[^{}\n]*\}/g;
const HEADING = /^ {0,3}#{1,6}(\s|$)/;
const KEY = /^ {0,3}[-*+][ \t]+[a-z][\w /-]{0,30}[ \t]*:/;

export class Paper {
  constructor(area, mirror) {
    this.area = area;
    this.mirror = mirror;
    this.steps = [];
    this.mistakes = new Map();
    this.known = new Set();
    this.drawnLines = [];
    this.draw();
  }

  // Only lines whose words changed are made anew: a long procedure stays quick to type in.
  draw(steps = this.steps, mistakes = null) {
    this.steps = steps;
    const known = new Set(steps.map((step) => step.name));
    const fresh = known.size !== this.known.size || [...known].some((name) => !this.known.has(name));
    this.known = known;
    if (mistakes) this.mistakes = new Map(mistakes.map(({ line, words }) => [line, words]));
    const lines = this.area.value.split("\n");
    const rows = this.mirror.children;
    while (rows.length > lines.length) this.mirror.lastElementChild.remove();
    for (const [at, text] of lines.entries()) {
      let row = rows[at];
      if (!row) { row = document.createElement("div"); this.mirror.append(row); this.drawnLines[at] = undefined; }
      if (fresh || this.drawnLines[at] !== text) this.line(row, text);
      this.drawnLines[at] = text;
      const words = this.mistakes.get(at + 1) ?? "";
      if ((row.dataset.mistake ?? "") !== words) {
        if (words) row.dataset.mistake = words; else delete row.dataset.mistake;
      }
    }
    this.drawnLines.length = lines.length;
  }

  line(row, text) {
    row.className = HEADING.test(text) ? "heading" : KEY.test(text) ? "key-line" : "";
    row.replaceChildren();
    let at = 0;
    for (const found of text.matchAll(REFERENCE)) {
      if (found[0].startsWith("\\")) continue;
      row.append(text.slice(at, found.index));
      const piece = document.createElement("span");
      const name = found[0].slice(1, -1).trim().toLowerCase();
      piece.className = this.known.has(name) || name.includes(".") || name === "today" || !this.known.size ? "ref" : "ref unknown";
      piece.textContent = found[0];
      row.append(piece);
      at = found.index + found[0].length;
    }
    row.append(text.slice(at) || (at ? "" : "\u200b"));
  }

  light(lines, caret) {
    for (const [at, row] of [...this.mirror.children].entries()) {
      row.classList.toggle("lit", Boolean(lines) && lines[0] <= at + 1 && at + 1 <= lines[1]);
      row.classList.toggle("caret-line", at + 1 === caret);
    }
  }

  show(line) {
    this.mirror.children[line - 1]?.scrollIntoView({ block: "center" });
  }
}
