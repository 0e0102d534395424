// The fields of the form: which one has the attention, its places one after the other, and the boxes
// that all of them have on a page.
export class Fields {
  constructor(form, viewer) {
    this.form = form;
    this.viewer = viewer;
    this.now = "";
    this.turn = 0;
    this.places = new Map();
    this.taken = () => {};
    this.read();
  }

  all() {
    return [...this.form.querySelectorAll(".field")];
  }

  open() {
    return this.all().filter((field) => !field.classList.contains("folded") || field.dataset.field === this.now);
  }

  get(id = this.now) {
    return id ? this.form.querySelector(`.field[data-field="${CSS.escape(id)}"]`) : null;
  }

  read() {
    this.places = new Map(this.all().map((field) => [field.dataset.field, JSON.parse(field.dataset.places || "[]")]));
  }

  placesOf(id = this.now) {
    return this.places.get(id) ?? [];
  }

  // Give a field the attention. `look` shows its first place; `focus` moves the keyboard there.
  take(id, { look = true, focus = true, place = 1 } = {}) {
    const field = this.get(id);
    if (!field) return;
    const same = id === this.now;
    this.now = id;
    for (const one of this.all()) {
      one.classList.toggle("on", one === field);
      one.tabIndex = one === field ? 0 : -1;
    }
    for (const one of this.form.querySelectorAll("[data-goto]")) one.classList.toggle("is-now", one.dataset.goto === id && one.classList.contains("goto"));
    if (focus && !field.contains(document.activeElement)) field.focus({ preventScroll: true });
    if (focus) field.scrollIntoView({ block: "nearest" });
    if (!same) this.turn = 0;
    if (look && this.placesOf().length) this.show(place);
    else { this.tell(); this.draw(); }
    this.taken(field);
    history.replaceState(null, "", `${location.pathname}${location.search}#f-${id}`);
  }

  step(by) {
    const fields = this.open();
    const at = fields.indexOf(this.get());
    const next = fields[Math.min(fields.length - 1, Math.max(0, at + by))];
    if (next) this.take(next.dataset.field);
  }

  // The next field that a person should look at, after this one and round.
  nextWaiting() {
    const fields = this.all();
    const at = fields.indexOf(this.get());
    const next = [...fields.slice(at + 1), ...fields.slice(0, at + 1)].find((field) => field.dataset.needs);
    if (next) this.take(next.dataset.field);
    return Boolean(next);
  }

  turnBy(by) {
    const count = this.placesOf().length;
    if (count) this.show(((this.turn - 1 + by + count) % count) + 1);
  }

  show(number) {
    const places = this.placesOf();
    const place = places.find((one) => one.n === number) ?? places[0];
    if (!place) return;
    this.turn = place.n;
    this.tell();
    const now = this.get().querySelector("[data-place-now]");
    const [page, ...box] = place.boxes[0] ?? [place.page];
    this.draw();
    this.viewer.reveal(place.document, page, box.length ? box : null).then((there) => {
      if (!there && now) now.textContent += " (this document is not here)";
      this.draw();
    });
  }

  // Which of its places a field shows, in words; the same again where the field was laid out anew.
  tell() {
    const places = this.placesOf();
    const place = places.find((one) => one.n === this.turn);
    const field = this.get();
    if (!place || !field) return;
    const now = field.querySelector("[data-place-now]");
    const of = place.of ? `, of ${place.of}` : "";
    const told = place.grade === "none" ? "; these words were not found there" : "";
    if (now) now.textContent = `${places.indexOf(place) + 1} of ${places.length}: ${place.name}, page ${place.page}${of}${told}`;
    const quote = field.querySelector("[data-place-quote]");
    if (quote) quote.textContent = place.quote;
    for (const spot of field.querySelectorAll("[data-spot]")) spot.classList.toggle("on", Number(spot.dataset.spot) === place.n);
  }

  draw() {
    this.viewer.redraw((document, page) => this.boxesOn(document, page));
  }

  boxesOn(document, page) {
    const others = [];
    const own = [];
    const seen = new Set();
    for (const [field, places] of this.places) {
      for (const place of places) {
        if (place.document !== document) continue;
        const mine = field === this.now;
        if (!mine && place.part === "input") continue;
        for (const [on, ...box] of place.boxes) {
          if (on !== page) continue;
          const key = `${mine}:${box}`;
          if (seen.has(key)) continue;
          seen.add(key);
          const kind = [place.part === "clash" ? "clash" : "", mine ? "mine" : "", mine && place.n === this.turn ? "on" : ""].join(" ").trim();
          (mine ? own : others).push({ box, kind, field });
        }
      }
    }
    const covered = new Set(own.map(({ box }) => String(box)));
    return [...others.filter(({ box }) => !covered.has(String(box))), ...own];
  }
}
