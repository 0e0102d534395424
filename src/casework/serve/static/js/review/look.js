// The pages of one item: the place of a choice in the middle, other places and pages by step, the whole
// page, and words that are selected on it. Of a blind item there are no places.
import { send } from "../http.js";
import { placeOf } from "../places.js";

const NS = "http://www.w3.org/2000/svg";

export class Look {
  constructor(card) {
    this.card = card;
    this.view = card.querySelector("[data-view]");
    this.leaves = [...this.view.querySelectorAll("[data-leaf]")];
    this.at = 0;
    this.words = new Map();
    this.places = this.read(card.querySelector("[data-choice='1']"));
    for (const button of card.querySelectorAll("[data-choice]")) {
      for (const kind of ["mouseenter", "focus"]) button.addEventListener(kind, () => this.follow(button));
    }
    this.view.addEventListener("pointerdown", (event) => this.select(event));
    this.show();
  }

  // The places of a choice: each with the page of the item, boxes in points, and what stands there.
  read(button) {
    return JSON.parse(button?.dataset.places || "[]");
  }

  // The same as places of documents.
  placesOf(button) {
    return this.read(button).map(({ leaf, boxes, quote }) => ({ ...pageOf(this.leaves[leaf]), quote, boxes }));
  }

  follow(button) {
    const places = this.read(button);
    if (!places.length || JSON.stringify(places) === JSON.stringify(this.places)) return;
    this.places = places;
    this.at = 0;
    this.show();
  }

  get count() { return this.places.length || this.leaves.length; }

  step(by) {
    if (!this.count) return;
    this.at = (this.at + by + this.count) % this.count;
    this.show();
  }

  whole() {
    this.view.classList.toggle("whole");
    this.bring();
  }

  show() {
    const place = this.places[this.at];
    const leaf = this.leaves[place ? place.leaf : this.at] ?? this.leaves[0];
    if (!leaf) return;
    for (const one of this.leaves) one.hidden = one !== leaf;
    this.draw(leaf);
    this.card.querySelector("figcaption [data-caption]").textContent = leaf.dataset.caption;
    const told = this.card.querySelector("[data-place]");
    if (this.places.length) told.textContent = `place ${this.at + 1} of ${this.count}`;
    else if (!this.card.dataset.blind) told.textContent = this.leaves.length > 1 ? `page ${this.at + 1} of ${this.count}` : "";
    const boxes = this.places.filter((one) => this.leaves[one.leaf] === leaf);
    this.mark(leaf, boxes, place);
    this.leaf = leaf;
    this.bring();
    this.ahead();
  }

  draw(leaf) {
    if (leaf.firstChild) return;
    const { width, height } = leaf.dataset;
    const picture = document.createElement("img");
    picture.alt = leaf.dataset.caption;
    picture.decoding = "async";
    picture.draggable = false;
    picture.src = leaf.dataset.src;
    if (Number(width)) { picture.width = Math.round(width * 2); picture.height = Math.round(height * 2); }
    picture.addEventListener("error", () => {
      const line = document.createElement("p");
      line.className = "small mute undrawn";
      line.textContent = `${leaf.dataset.caption} cannot be drawn. Open the case to see why.`;
      leaf.replaceChildren(line);
    }, { once: true });
    const marks = document.createElementNS(NS, "svg");
    marks.setAttribute("viewBox", `0 0 ${Number(width) || 1} ${Number(height) || 1}`);
    marks.setAttribute("aria-hidden", "true");
    leaf.append(picture, marks);
  }

  // The page behind this one is loaded too, so that turning it costs nothing.
  ahead() {
    const next = this.leaves[this.leaves.indexOf(this.leaf) + 1];
    if (next && !this.places.length) new Image().src = next.dataset.src;
  }

  mark(leaf, places, strong) {
    const marks = leaf.querySelector("svg");
    if (!marks) return;
    marks.replaceChildren();
    for (const place of places) for (const box of place.boxes) marks.append(rect(box, place === strong ? "box on" : "box"));
  }

  // The place stands in the middle of what is seen; without one the page begins at its top.
  bring() {
    const place = this.places[this.at];
    const height = Number(this.leaf?.dataset.height);
    if (!place || !height) return;
    const run = () => {
      const scale = this.leaf.clientHeight / height;
      const [, y0, , y1] = place.boxes[0];
      this.view.scrollTop = ((y0 + y1) / 2) * scale - this.view.clientHeight / 2;
    };
    run();
    requestAnimationFrame(run);
  }

  async select(event) {
    if (event.button || !this.leaf || event.pointerType === "touch") return;
    const leaf = this.leaf;
    const svg = leaf.querySelector("svg");
    if (!svg || !leaf.contains(event.target)) return;
    event.preventDefault();
    const begun = point(svg, event);
    let last = begun;
    const move = (moved) => { last = point(svg, moved); if (this.words.has(leaf)) this.paint(leaf, svg, begun, last); };
    const up = async () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      await this.load(leaf);
      const place = this.paint(leaf, svg, begun, last);
      if (place && !this.card.inert) this.card.dispatchEvent(new CustomEvent("place:text", { detail: place, bubbles: true }));
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    this.load(leaf);
  }

  async load(leaf) {
    if (this.words.has(leaf)) return;
    try { this.words.set(leaf, await send("GET", leaf.dataset.words)); } catch { this.words.set(leaf, { text: "", words: [] }); }
  }

  // Mark the words between two points; their place, or null where there are none.
  paint(leaf, svg, from, to) {
    for (const old of svg.querySelectorAll(".picked")) old.remove();
    const told = this.words.get(leaf) ?? { text: "", words: [] };
    const ends = [nearest(told.words, from), nearest(told.words, to)].sort((one, other) => one - other);
    if (ends[0] < 0) return null;
    for (const [, ...box] of told.words.slice(ends[0], ends[1] + 1)) svg.append(rect(box, "picked"));
    return placeOf(pageOf(leaf), told, ...ends);
  }
}

function pageOf({ dataset }) {
  return { document: dataset.document, page: Number(dataset.page), name: dataset.name };
}

function rect([x0, y0, x1, y1], kind) {
  const made = document.createElementNS(NS, "rect");
  const room = kind === "picked" ? 0 : 2;
  for (const [name, value] of Object.entries({ x: x0 - room, y: y0 - room, width: x1 - x0 + 2 * room, height: y1 - y0 + 2 * room, rx: 1 })) made.setAttribute(name, value);
  made.setAttribute("class", kind);
  return made;
}

function point(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [at.x, at.y];
}

// The word under a point, or the one beside it on the same line; -1 far from any.
function nearest(words, [x, y]) {
  let best = -1;
  let least = 24;
  words.forEach(([, x0, y0, x1, y1], number) => {
    const far = Math.hypot(Math.max(x0 - x, 0, x - x1), 2 * Math.max(y0 - y, 0, y - y1));
    if (far < least) { least = far; best = number; }
  });
  return best;
}
