// The side panel of a step: while one types, its words are looked at, its draft is tried on the pinned
// cases beside what is in force, and what applying it would do is told. Nothing is changed before a
// button says so.
import { listen } from "../live.js";
import { toast } from "../toast.js";
import { complete, placeAtCaret } from "./complete.js";
import { watchChange } from "./change.js";
import { forget, keep, keptOf } from "./kept.js";
import { fragment, later, put, told } from "./part.js";
import { paint } from "./words.js";

const LOOK_MS = 150;
const TRY_MS = 600;
const POLL_MS = 150;
const WITHIN_MS = 1000;
const NOT_TYPED = ["panel", "step", "after", "over"];
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
let open = null;

export function wire(root) {
  open?.close();
  const change = root.querySelector("#change");
  open = root.querySelector("#step-form") ? new StepPanel(root) : null;
  if (open || !change) return;
  open = watchChange(change); // a comparison by itself
  open.refresh();
}

class StepPanel {
  constructor(root) {
    this.root = root;
    this.base = `/w/${root.dataset.slug}`;
    this.form = root.querySelector("#step-form");
    this.area = root.querySelector("#step-instruction");
    this.mirror = root.querySelector(".mirror");
    this.names = [...root.querySelectorAll("[data-names] li")].map((item) => ({ name: item.textContent, type: item.dataset.type, by: item.dataset.by }));
    this.known = new Set(this.names.map(({ name }) => name.toLowerCase()));
    this.form.elements.panel.value = crypto.randomUUID?.() ?? String(Math.random());
    this.was = this.area.value;
    this.slug = root.dataset.slug;
    this.step = this.form.elements.step.value;
    this.begun = JSON.stringify(this.typed());
    this.asked = null;
    this.number = 0;
    this.tries = 0;
    this.lookSoon = later(LOOK_MS, () => { this.looked = this.look(); });
    this.trySoon = later(TRY_MS, () => this.tryOnceLooked());
    this.change = watchChange(root.querySelector("#change"), { settled: (data) => this.decided(data) });
    if (root.dataset.trying) this.change.refresh();
    this.listen();
    this.deaf = listen(root.dataset.slug, { back: () => this.back() });
    this.paint();
    this.look(false);
    this.offer();
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
    // once the place for the panel is shown
    requestAnimationFrame(() => (this.form.elements.name.value ? this.area : this.form.elements.name).focus({ preventScroll: true }));
  }

  listen() {
    const { form, root, area } = this;
    const list = root.querySelector("#step-names");
    form.addEventListener("input", () => { this.keep(); root.classList.remove("applied"); this.count = false; this.tries += 1; this.paint(); this.lookSoon(); this.trySoon(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.try(); });
    complete(area, list, root.querySelector("[data-names-said]"), () => this.names, () => form.dispatchEvent(new Event("input")));
    new MutationObserver(() => { if (!list.hidden) placeAtCaret(list, area, this.mirror); }).observe(list, { childList: true });
    area.addEventListener("scroll", () => { this.mirror.scrollTop = area.scrollTop; });
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("change", (event) => { if (event.target.closest(".scope")) this.impact(); });
    root.addEventListener("submit", (event) => {
      const pins = event.target.closest("[data-pins]");
      if (!pins) return;
      event.preventDefault();
      this.pin(new URLSearchParams({ case: pins.elements.case.value }));
    });
  }

  clicked(event) {
    const { dataset } = event.target.closest("button") ?? {};
    if (!dataset) return;
    if (dataset.kept) this.offered(dataset.kept);
    else if ("count" in dataset) { this.count = true; event.target.closest("button").disabled = true; this.impact(); }
    else if (dataset.line) this.toLine(Number(dataset.line));
    else if (dataset.act) this.act(dataset.act, event.target.closest("button"));
    else if (dataset.pin) this.pin(new URLSearchParams({ case: dataset.pin }));
    else if (dataset.unpin) this.pin(new URLSearchParams({ case: dataset.unpin, off: "yes" }));
    else if (dataset.remove) this.remove(dataset.remove);
  }

  // what is told to the server: the form, the scope beside it, and the filter of the sheet
  data() {
    const told = new URLSearchParams(new FormData(this.form));
    told.set("filter", this.root.dataset.filter);
    const scope = this.root.querySelector('.scope input[name="scope"]:checked');
    if (scope) told.set("scope", scope.value);
    for (const field of this.root.querySelectorAll(".where [name]:not([type=radio])")) told.set(field.name, field.value);
    return told;
  }

  // what was typed, by the names of the fields
  typed() {
    return Object.fromEntries([...new FormData(this.form)].filter(([name]) => !NOT_TYPED.includes(name)));
  }

  keep() {
    const fields = this.typed();
    if (JSON.stringify(fields) === this.begun) forget(this.slug, this.step);
    else keep(this.slug, this.step, { at: Date.now(), over: this.form.elements.over.value, fields });
  }

  // what was typed before a reload, or before the panel was closed, may be taken up again
  offer() {
    const kept = keptOf(this.slug, this.step);
    if (!kept || JSON.stringify(kept.fields) === this.begun) return;
    this.before = kept;
    const line = this.root.querySelector("[data-kept-line]");
    line.querySelector("[data-kept-at]").textContent = hour.format(kept.at);
    line.querySelector("[data-kept-since]").hidden = kept.over === this.form.elements.over.value;
    line.hidden = false;
  }

  offered(what) {
    const { fields } = this.before;
    this.root.querySelector("[data-kept-line]").hidden = true;
    if (what === "take") {
      for (const [name, value] of Object.entries(fields)) if (this.form.elements[name]) this.form.elements[name].value = value;
      this.form.dispatchEvent(new Event("input"));
    } else this.keep();
    this.area.focus();
  }

  // with mistakes in the text, what was tried is of the text before them and is not to be applied
  mistaken() {
    const wrong = this.right === false;
    this.root.classList.toggle("mistaken", wrong);
    for (const button of this.root.querySelectorAll("#step-impact [data-act]")) button.disabled = wrong;
    this.root.querySelector("[data-of-last]").hidden = !(wrong && this.root.querySelector("#step-sample [data-draft]"));
  }

  paint() {
    paint(this.mirror, this.area.value, this.was, this.known);
  }

  async look(thenTry = true) {
    const mine = ++this.number;
    if (!this.form.elements.name.value.trim()) return;
    let html;
    try { html = await fragment("POST", `${this.base}/steps/look`, this.data()); } catch (error) { return this.failed(error); }
    if (mine !== this.number || !this.root.isConnected) return;
    const look = put(this.root.querySelector("#step-told"), html);
    this.right = look?.dataset.right === "yes";
    this.changed = look?.dataset.changed === "yes";
    this.root.querySelector("[data-draft-tag]").hidden = !this.changed;
    this.area.toggleAttribute("aria-invalid", look?.dataset.right === "no");
    this.mistaken();
    if (look?.dataset.type) this.guess(look.dataset);
    if (!thenTry) return;
    if (!this.right || !this.changed) { this.trySoon.cancel(); this.stopped(); }
  }

  guess({ type, by }) {
    this.form.elements.key_type.placeholder = type;
    const guessed = this.form.elements.key_by.options[0];
    guessed.textContent = `${by} (guessed)`;
  }

  // the draft that is being tried is of no use any more
  stopped() {
    this.asked?.abort();
    this.asked = null;
    fragment("POST", `${this.base}/steps/stop`, new URLSearchParams({ panel: this.form.elements.panel.value })).catch(() => {});
  }

  // a slow server may not have told yet what the words mean: only then is known whether to try them
  async tryOnceLooked() {
    const mine = ++this.tries;
    await this.looked;
    if (mine === this.tries && this.root.isConnected) await this.try();
  }

  async try() {
    if (this.right === false || !this.changed) return;
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const place = this.root.querySelector("#step-sample");
    const options = { signal: asked.signal };
    place.setAttribute("aria-busy", "true");
    try {
      let draft = put(place, await fragment("POST", `${this.base}/steps/sample`, this.data(), options));
      this.impact();
      while (draft?.dataset.done === "no" && this.asked === asked && this.root.isConnected) {
        await new Promise((done) => setTimeout(done, POLL_MS));
        const html = await fragment("GET", `${this.base}/steps/sample/${draft.dataset.draft}?panel=${encodeURIComponent(this.form.elements.panel.value)}`, undefined, options);
        if (!html) this.missed = true; // a server that was started anew does not know it
        if (!html || this.asked !== asked) return;
        draft = put(place, html);
      }
      if (this.asked === asked) this.impact();
    } catch (error) {
      this.failed(error);
    } finally {
      if (this.asked === asked) place.removeAttribute("aria-busy");
    }
  }

  async impact() {
    if (this.right === false) return;
    const mine = (this.impacts = (this.impacts ?? 0) + 1);
    try {
      const data = this.data();
      data.set("turn", mine);
      if (this.count) data.set("count", "yes");
      const html = await fragment("POST", `${this.base}/steps/impact`, data);
      if (mine === this.impacts && this.root.isConnected) put(this.root.querySelector("#step-impact"), html);
      this.mistaken();
    } catch (error) { this.failed(error); }
  }

  failed(error) {
    if (error.name !== "AbortError") this.missed = true;
    told(error);
  }

  // the server was away: what was typed meanwhile is looked at, and tried, now
  async back() {
    if (!this.missed) return;
    this.missed = false;
    await this.look(false);
    if (this.root.isConnected && !this.missed) this.try();
  }

  async act(what, button) {
    button.disabled = true;
    this.lookSoon.cancel();
    this.trySoon.cancel();
    await this.look(false); // the last letters may not have been looked at
    if (this.right === false) return;
    const data = this.data();
    try {
      if (what === "apply") {
        this.change.show(await fragment("POST", `${this.base}/steps/apply`, data));
        this.root.classList.add("applied");
        this.root.querySelector("#change").scrollIntoView({ block: "nearest" });
      } else {
        const html = await fragment("POST", `${this.base}/steps/${what}`, data);
        toast(new DOMParser().parseFromString(html, "text/html").body.textContent.trim());
      }
      await this.again();
    } catch (error) { told(error); } finally { button.disabled = false; }
  }

  // what was written is in the file now: the panel goes on from there
  async again() {
    this.was = this.area.value;
    this.begun = JSON.stringify(this.typed());
    this.paint();
    this.changed = false;
    forget(this.slug, this.step);
    this.root.querySelector("[data-draft-tag]").hidden = true;
    const now = await (await fetch(`${this.base}/procedure/now`, { headers: { Accept: "application/json" } })).json();
    this.form.elements.over.value = now.sha256;
    const look = this.root.querySelector("[data-look]");
    if (!this.form.elements.step.value && look) this.form.elements.step.value = this.root.querySelector("[data-path]")?.dataset.path ?? slugOf(this.form.elements.name.value);
    this.root.querySelector("#step-impact").replaceChildren();
  }

  async pin(data) {
    try {
      const html = await fragment("POST", `${this.base}/pins`, data);
      const place = this.root.querySelector("[data-pins]");
      const shell = document.createElement("div");
      put(shell, html);
      shell.querySelector("details").open = place.querySelector("details").open;
      place.replaceWith(shell.firstElementChild);
      this.root.dispatchEvent(new CustomEvent("panel:pins", { bubbles: true }));
      if (this.changed) this.try();
    } catch (error) { told(error); }
  }

  async remove(step) {
    const data = new URLSearchParams({ step, over: this.form.elements.over.value });
    try {
      await fragment("POST", `${this.base}/steps/remove`, data);
      toast("The step is out of the procedure; its cells are kept.");
      forget(this.slug, this.step);
      this.root.dispatchEvent(new CustomEvent("panel:close", { bubbles: true }));
    } catch (error) { told(error); }
  }

  // nothing is tried any more: the panel shows again what a draft would do
  decided(data) {
    if (data?.open === "no" && data.running === "no") this.root.classList.remove("applied");
  }

  toLine(line) {
    const lines = this.area.value.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }

  close() {
    this.trySoon.cancel();
    this.lookSoon.cancel();
    if (this.asked) this.stopped();
    this.deaf();
    this.change.close();
  }
}

// Leaving the page for good loses what is typed; going to another one of the studio and back does not.
let within = 0;
addEventListener("within", () => { within = Date.now(); });
addEventListener("click", (event) => { if (event.target.closest?.("a[href]")) within = Date.now(); }, true);
addEventListener("beforeunload", (event) => { if (open?.changed && Date.now() - within > WITHIN_MS) event.preventDefault(); });

const slugOf = (name) => name.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

const panel = document.querySelector("#panel");
if (panel) {
  panel.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== panel) return;
    const root = panel.querySelector("[data-step-panel]");
    if (root) wire(root);
  });
  const step = new URLSearchParams(location.search).get("step");
  if (step) addEventListener("load", () => htmx.ajax("GET", `${location.pathname}/steps/${encodeURIComponent(step)}`, { target: panel, swap: "innerHTML" }));
  panel.addEventListener("panel:close", () => { open?.close(); open = null; });
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close-panel]")) { open?.close(); open = null; } });
}
