// News of a worksheet as they happen: one stream for a page, however many of its modules listen. The
// browser comes again by itself and tells what it saw last; where it gives up, we come again, later
// each time. Also fills the count of what waits in the navigation.
//
//   const stop = listen(slug, { change({ cases, reload }) {}, progress(e) {}, waits(e) {}, back() {} });
const KINDS = ["change", "progress", "waits", "procedure"];
const FIRST_MS = 1000;
const LAST_MS = 30_000;
const AWAY_MS = 4000; // a restart is quicker, and need not be told
const streams = new Map();

export function listen(slug, handlers, { seq = null } = {}) {
  let stream = streams.get(slug);
  if (!stream) streams.set(slug, (stream = new Stream(slug, seq)));
  stream.add(handlers);
  return () => stream.remove(handlers);
}

class Stream {
  constructor(slug, seq) {
    this.slug = slug;
    this.last = seq;
    this.wait = FIRST_MS;
    this.handlers = new Set();
    this.kinds = new Set();
    this.known = new Map();
    this.open();
  }

  add(handlers) {
    this.handlers.add(handlers);
    for (const kind of Object.keys(handlers)) this.hear(kind);
    for (const [kind, data] of this.known) handlers[kind]?.(data);
  }

  remove(handlers) {
    this.handlers.delete(handlers);
    if (this.handlers.size) return;
    this.source?.close();
    clearTimeout(this.later);
    streams.delete(this.slug);
  }

  open() {
    const since = this.last === null ? "" : `?seq=${this.last}`;
    this.source = new EventSource(`/w/${this.slug}/live${since}`);
    this.kinds.clear();
    for (const kind of KINDS) this.hear(kind);
    for (const handlers of this.handlers) for (const kind of Object.keys(handlers)) this.hear(kind);
    this.source.addEventListener("open", () => {
      this.wait = FIRST_MS;
      if (this.lost) this.tell("back", {});
      this.lost = false;
    });
    this.source.addEventListener("error", () => {
      this.lost = true;
      this.tell("away", {});
      if (this.source.readyState !== EventSource.CLOSED) return;
      this.later = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(LAST_MS, this.wait * 2);
    });
  }

  hear(kind) {
    if (this.kinds.has(kind) || kind === "back" || kind === "away") return;
    this.kinds.add(kind);
    this.source.addEventListener(kind, (event) => {
      if (event.lastEventId) this.last = event.lastEventId;
      this.tell(kind, JSON.parse(event.data));
    });
  }

  tell(kind, data) {
    if (kind === "progress" || kind === "waits") this.known.set(kind, data);
    if (kind === "waits") showWaits(this.slug, data.count);
    for (const handlers of [...this.handlers]) handlers[kind]?.(data);
  }
}

let telling = null;

function told(away) {
  if (away) {
    telling ??= setTimeout(() => showAway("The studio does not answer. What stands here stays, and the page goes on by itself when it is back."), AWAY_MS);
    return;
  }
  clearTimeout(telling);
  telling = null;
  showAway("");
}

function showAway(words) { document.querySelector("[data-away]").textContent = words; }

function showWaits(slug, count) {
  for (const place of document.querySelectorAll("[data-waits]")) {
    if (place.dataset.waits !== slug) continue;
    place.textContent = count ? new Intl.NumberFormat().format(count) : "";
  }
}

// A page that is kept for going back must not hold a stream open.
addEventListener("pagehide", () => { for (const stream of streams.values()) stream.source?.close(); });
addEventListener("pageshow", (event) => { if (event.persisted) for (const stream of streams.values()) stream.open(); });

const here = document.querySelector("[data-waits]")?.dataset.waits;
if (here) listen(here, { away: () => told(true), back: () => told(false) }, { seq: document.querySelector("[data-seq]")?.dataset.seq ?? null });
