// All of a cell in words, beside it: shown while the pointer rests on it or the keyboard is there.
import { tellCell } from "./cell.js";
import { shape } from "./shapes.js";

const HOVER_MS = 450, FOCUS_MS = 900;

export class Tip {
  constructor(grid) {
    this.grid = grid;
    this.box = document.createElement("div");
    this.box.className = "tip";
    this.box.hidden = true;
    this.box.setAttribute("role", "tooltip");
    this.box.id = "cell-tip";
    document.body.append(this.box);
    const { root } = grid;
    root.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse" && !event.buttons) this.later(event.target, HOVER_MS); });
    root.addEventListener("pointerleave", () => this.hide());
    root.addEventListener("pointerdown", () => this.hide());
    root.addEventListener("focusin", (event) => this.later(event.target, FOCUS_MS));
    root.addEventListener("focusout", () => this.hide());
    root.addEventListener("scroll", () => this.hide(), { passive: true });
    root.addEventListener("keydown", () => this.hide());
  }

  later(target, wait) {
    const place = target.closest?.("[role=gridcell]");
    if (place && place === this.of) return;
    this.hide();
    if (!place) return;
    this.of = place;
    this.timer = setTimeout(() => this.show(place), wait);
  }

  show(place) {
    const at = this.grid.at(place);
    const row = at && this.grid.rows.get(at.row);
    const column = at && this.grid.stepAt(at.column);
    if (!row || !column || !place.isConnected || document.querySelector("dialog[open]")) return;
    const cell = row[4][this.grid.columns.all.indexOf(column)];
    if (!cell) return;
    this.box.replaceChildren(...tellCell(cell, column).map(([words, kind]) => {
      const line = document.createElement("p");
      if (kind === "v") line.className = "value";
      if (kind === "m") line.append(shape(cell.m), " ");
      line.append(words);
      return line;
    }));
    this.box.hidden = false;
    const near = place.getBoundingClientRect(), own = this.box.getBoundingClientRect();
    const below = near.bottom + 6 + own.height < innerHeight;
    this.box.style.left = `${Math.max(8, Math.min(near.left, innerWidth - own.width - 8))}px`;
    this.box.style.top = `${below ? near.bottom + 6 : near.top - own.height - 6}px`;
  }

  hide() {
    clearTimeout(this.timer);
    this.of = null;
    this.box.hidden = true;
  }
}
