// The documents of a case: which one is open, its pages, zoom, small pages, and places on them. Only
// pages in or near the view are loaded; those far away are let go.
import { placeOf } from "../places.js";
import { drawBoxes, drawWords, pageFigure, pictureUrl, selectedWords, wordsOf } from "./paper.js";

const POINT = 96 / 72;
const LEAST = 0.2;
const MOST = 6;
const STEP = 1.2;
const SETTLE_MS = 140;
const NEAR = "120% 0px";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Viewer {
  constructor(desk, slug, { selected, pressed }) {
    this.desk = desk;
    this.slug = slug;
    this.pages = desk.querySelector(".pages");
    this.smalls = desk.querySelector(".smalls");
    this.tabs = [...desk.querySelectorAll(".doc-tab")];
    this.selected = selected;
    this.pressed = pressed;
    this.zoom = localStorage.getItem("case-zoom") ? Number(localStorage.getItem("case-zoom")) : null;
    this.boxes = () => [];
    this.hits = [];
    this.leaves = [];
    this.open = null;
    this.opening = null;
    this.watch = new IntersectionObserver((seen) => this.seen(seen), { root: this.pages, rootMargin: NEAR });
    this.count = new IntersectionObserver((seen) => this.counted(seen), { root: this.pages, threshold: [0, 0.2, 0.5, 0.8] });
    this.shares = new Map();
    this.wire();
  }

  wire() {
    for (const tab of this.tabs) tab.addEventListener("click", () => this.show(tab));
    this.pages.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.setZoom(this.scale() * Math.exp(-event.deltaY / 300), event);
    }, { passive: false });
    for (const button of this.desk.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.zoomBy(button.dataset.zoom));
    }
    this.desk.querySelector("[data-thumbs]").addEventListener("click", () => this.toggleSmalls());
    this.pages.addEventListener("mouseup", (event) => setTimeout(() => this.released(event)));
    this.pages.addEventListener("mousemove", (event) => {
      const leaf = event.target.closest?.(".leaf");
      if (leaf) leaf.classList.toggle("over-box", Boolean(this.boxAt(event)));
    });
    let late = 0;
    new ResizeObserver(() => {
      clearTimeout(late);
      late = setTimeout(() => { if (this.zoom === null) this.layOut(); }, SETTLE_MS);
    }).observe(this.pages);
  }

  tabOf(document, page) {
    const same = this.tabs.filter((tab) => tab.dataset.document === document);
    return same.find((tab) => {
      const [first, last] = [Number(tab.dataset.first), Number(tab.dataset.last)];
      return !last || (first <= page && page <= last);
    }) ?? same[0];
  }

  start() {
    const first = this.tabs.find((tab) => tab.dataset.state === "read") ?? this.tabs[0];
    return first ? this.show(first) : Promise.resolve();
  }

  async show(tab) {
    if (this.open === tab) return this.opening;
    this.open = tab;
    for (const one of this.tabs) one.setAttribute("aria-pressed", one === tab ? "true" : "false");
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { document: doc, name, first, last, pages } = tab.dataset;
    this.desk.querySelector("[data-title]").textContent = name;
    const download = this.desk.querySelector("[data-download]");
    download.hidden = false;
    download.href = `/w/${this.slug}/documents/${doc}/file`;
    for (const note of this.desk.querySelectorAll("[data-note-of]")) note.hidden = note.dataset.noteOf !== `${doc}:${first}`;
    this.opening = this.fill(tab, doc, name, first, last, Number(pages));
    return this.opening;
  }

  async fill(tab, doc, name, first, last, pages) {
    this.watch.disconnect();
    this.count.disconnect();
    this.shares.clear();
    this.leaves = [];
    this.pages.replaceChildren();
    this.smalls.replaceChildren();
    this.at("");
    if (!pages) {
      this.toggleSmalls(false);
      return;
    }
    this.pages.setAttribute("aria-busy", "true");
    let told;
    try {
      const answer = await fetch(`/w/${this.slug}/documents/${doc}/leaves?first=${first}&last=${last}`);
      told = await answer.json();
      if (!answer.ok) throw new Error([told.title, told.fix].filter(Boolean).join(" "));
    } catch (error) {
      if (this.open === tab) this.pages.append(words(error.message || "The pages cannot be loaded."));
      return;
    } finally {
      this.pages.removeAttribute("aria-busy");
    }
    if (this.open !== tab) return;
    this.leaves = told.pages.map((leaf) => ({ ...leaf, figure: pageFigure(name, leaf) }));
    this.pages.append(...this.leaves.map((leaf) => leaf.figure));
    this.pages.scrollTo(0, 0);
    const wide = matchMedia("(min-width: 100rem)").matches;
    this.toggleSmalls(this.leaves.length > 1 && (localStorage.getItem("case-smalls") ?? (wide ? "yes" : "no")) === "yes", false);
    this.layOut();
    for (const leaf of this.leaves) {
      this.watch.observe(leaf.figure);
      this.count.observe(leaf.figure);
    }
    this.at(1);
  }

  scale() {
    if (this.zoom !== null) return this.zoom;
    const widest = Math.max(...this.leaves.map((leaf) => leaf.width), 1);
    const room = this.pages.clientWidth - 2 * parseFloat(getComputedStyle(this.pages).paddingLeft || 0);
    return Math.min(2.2, Math.max(LEAST, room / (widest * POINT)));
  }

  layOut() {
    const scale = this.scale();
    for (const leaf of this.leaves) {
      leaf.figure.style.width = `${leaf.width * POINT * scale}px`;
      if (leaf.shown) this.picture(leaf);
    }
    const percent = new Intl.NumberFormat(undefined, { style: "percent" }).format(scale);
    const now = this.desk.querySelector(".zoom-now");
    now.textContent = this.zoom === null && !this.leaves.length ? "fit" : percent;
    now.setAttribute("aria-label", `Zoom ${percent}; fit to width`);
  }

  zoomBy(how) {
    if (how === "fit") {
      this.zoom = null;
      localStorage.removeItem("case-zoom");
      this.layOut();
      return;
    }
    this.setZoom(this.scale() * (how === "in" ? STEP : 1 / STEP));
  }

  setZoom(zoom, event = null) {
    const before = this.scale();
    this.zoom = Math.min(MOST, Math.max(LEAST, zoom));
    localStorage.setItem("case-zoom", this.zoom);
    const frame = this.pages.getBoundingClientRect();
    const [x, y] = event ? [event.clientX - frame.left, event.clientY - frame.top] : [frame.width / 2, frame.height / 3];
    const [left, top] = [this.pages.scrollLeft + x, this.pages.scrollTop + y];
    const grown = this.zoom / before;
    this.layOut();
    this.pages.scrollTo(left * grown - x, top * grown - y);
  }

  seen(entries) {
    for (const entry of entries) {
      const leaf = this.leaves.find((one) => one.figure === entry.target);
      if (!leaf) continue;
      if (entry.isIntersecting) this.load(leaf);
      else this.letGo(leaf);
    }
  }

  async load(leaf) {
    if (leaf.shown) return;
    leaf.shown = true;
    this.picture(leaf);
    this.drawOn(leaf);
    if (!leaf.read) return;
    try {
      const told = await wordsOf(this.slug, this.open.dataset.document, leaf.number);
      if (!leaf.shown) return;
      leaf.words = told;
      drawWords(leaf.figure.querySelector(".leaf-words"), told);
    } catch { /* the picture says it all; words come when they are asked for again */ }
  }

  letGo(leaf) {
    leaf.shown = false;
    const picture = leaf.figure.querySelector("img");
    picture.removeAttribute("src");
    picture.hidden = true;
    for (const layer of leaf.figure.querySelectorAll("svg")) layer.replaceChildren();
  }

  picture(leaf) {
    const picture = leaf.figure.querySelector("img");
    const url = pictureUrl(this.slug, this.open.dataset.document, leaf.number, leaf.width * POINT * this.scale());
    if (picture.getAttribute("src") === url) return;
    const next = new Image();
    next.decoding = "async";
    next.onload = () => {
      if (!leaf.shown) return;
      picture.src = url;
      picture.hidden = false;
      leaf.figure.classList.remove("undrawn");
      leaf.figure.querySelector(".leaf-why")?.remove();
    };
    next.onerror = () => this.undrawn(leaf, url);
    next.src = url;
  }

  // A page that cannot be drawn says why, and shows its words where it has some.
  async undrawn(leaf, url) {
    if (!leaf.shown || leaf.figure.querySelector(".leaf-why")) return;
    leaf.figure.classList.add("undrawn");
    let why = "This page cannot be drawn.";
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      why = [told.title, told.fix].filter(Boolean).join(" ") || why;
    } catch { /* the server is away: the plain words stand */ }
    const box = words(why);
    box.className = "leaf-why small";
    leaf.figure.append(box);
  }

  counted(entries) {
    for (const entry of entries) this.shares.set(entry.target, entry.intersectionRect.height);
    const best = [...this.shares].sort((one, other) => other[1] - one[1])[0];
    if (best && best[1] > 0) this.at(this.leaves.findIndex((leaf) => leaf.figure === best[0]) + 1);
  }

  at(place) {
    this.place = place || 1;
    const leaf = this.leaves[place - 1];
    this.desk.querySelector("[data-at]").textContent = leaf ? `page ${leaf.label || leaf.number} · ${place} of ${this.leaves.length}` : "";
    for (const [index, small] of [...this.smalls.children].entries()) {
      const here = index === place - 1;
      small.querySelector("button").setAttribute("aria-current", here ? "page" : "false");
      if (here) small.scrollIntoView({ block: "nearest" });
    }
  }

  toggleSmalls(on = this.smalls.hidden, keep = true) {
    this.smalls.hidden = !on;
    this.desk.querySelector("[data-thumbs]").setAttribute("aria-pressed", on ? "true" : "false");
    if (keep && this.leaves.length > 1) localStorage.setItem("case-smalls", on ? "yes" : "no");
    if (on && !this.smalls.children.length) this.fillSmalls();
    if (on) this.at(this.place);
  }

  fillSmalls() {
    const watch = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        const picture = target.querySelector("img");
        picture.src = picture.dataset.src;
        watch.unobserve(target);
      }
    }, { root: this.smalls, rootMargin: "60% 0px" });
    for (const leaf of this.leaves) {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      const picture = document.createElement("img");
      picture.alt = "";
      picture.dataset.src = pictureUrl(this.slug, this.open.dataset.document, leaf.number, 90);
      const paper = document.createElement("span");
      paper.className = "small-paper";
      paper.style.aspectRatio = `${leaf.width} / ${leaf.height}`;
      paper.append(picture);
      const label = document.createElement("span");
      label.textContent = leaf.label || leaf.number;
      button.setAttribute("aria-label", `Page ${leaf.label || leaf.number}`);
      button.append(paper, label);
      button.addEventListener("click", () => this.scrollTo(leaf.figure, 0));
      item.append(button);
      this.smalls.append(item);
      watch.observe(item);
    }
  }

  // Draw the boxes anew on all pages that are loaded. `boxes(document, page)` says which.
  redraw(boxes = this.boxes) {
    this.boxes = boxes;
    for (const leaf of this.leaves) if (leaf.shown) this.drawOn(leaf);
  }

  drawOn(leaf) {
    const doc = this.open.dataset.document;
    const hits = this.hits.filter((hit) => hit.document === doc).flatMap((hit) =>
      hit.boxes.filter((one) => one.page === leaf.number).map((one) => ({ box: one.box, kind: hit.now ? "hit now" : "hit" })));
    drawBoxes(leaf.figure.querySelector(".leaf-boxes"), [...this.boxes(doc, leaf.number), ...hits]);
  }

  // Show a place: the page with its box in the middle of the view.
  async reveal(doc, page, box) {
    const tab = this.tabOf(doc, page);
    if (!tab) return false;
    await this.show(tab);
    const leaf = this.leaves.find((one) => one.number === page);
    if (!leaf) return false;
    const height = leaf.figure.clientHeight;
    this.scrollTo(leaf.figure, box ? (box[1] + box[3]) / 2 / leaf.height * height : 0, box && box[0] / leaf.width * leaf.figure.clientWidth, Boolean(box));
    return true;
  }

  scrollTo(figure, down, across = 0, middle = false) {
    const room = this.pages.clientHeight;
    const top = figure.offsetTop - this.pages.offsetTop + down - (middle ? room * 0.4 : 8);
    const shown = this.pages.scrollTop;
    const left = figure.offsetLeft - this.pages.offsetLeft + across;
    const visible = middle && top + room * 0.4 > shown + room * 0.12 && top + room * 0.4 < shown + room * 0.88;
    const aside = left < this.pages.scrollLeft || left > this.pages.scrollLeft + this.pages.clientWidth - 40;
    const far = Math.abs(top - shown) > 2 * room;
    this.pages.scrollTo({
      top: visible ? shown : top,
      left: aside ? Math.max(0, left - this.pages.clientWidth / 3) : this.pages.scrollLeft,
      behavior: calm.matches || far ? "auto" : "smooth",
    });
  }

  leafOf(node) {
    const figure = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".leaf");
    return this.leaves.find((leaf) => leaf.figure === figure);
  }

  pointOn(event) {
    const leaf = this.leafOf(event.target);
    if (!leaf) return null;
    const frame = leaf.figure.getBoundingClientRect();
    return { leaf, x: (event.clientX - frame.left) / frame.width * leaf.width, y: (event.clientY - frame.top) / frame.height * leaf.height };
  }

  boxAt(event) {
    const point = this.pointOn(event);
    if (!point) return null;
    const found = this.boxes(this.open.dataset.document, point.leaf.number).find(({ box: [x0, y0, x1, y1] }) =>
      x0 - 2 <= point.x && point.x <= x1 + 2 && y0 - 2 <= point.y && point.y <= y1 + 2);
    return found ? { ...found, page: point.leaf.number, document: this.open.dataset.document } : null;
  }

  released(event) {
    const selection = getSelection();
    const leaf = this.leafOf(selection?.anchorNode);
    if (leaf?.words && !selection.isCollapsed && leaf === this.leafOf(selection.focusNode)) {
      const told = selectedWords(selection, leaf.words);
      const { document: doc, name } = this.open.dataset;
      if (told?.text.trim()) this.selected(placeOf({ document: doc, page: leaf.number, name }, leaf.words, told.first, told.last, told.text));
      return;
    }
    const box = this.boxAt(event);
    if (box && selection.isCollapsed) this.pressed(box, event);
  }
}

function words(text) {
  const box = document.createElement("p");
  box.className = "mute pages-why";
  box.textContent = text;
  return box;
}
