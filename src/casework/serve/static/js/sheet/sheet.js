// The sheet page: puts grid, rows, columns, keys, bar and actions together.
import { inText } from "../keys.js";
import { listen } from "../live.js";
import { send } from "../http.js";
import { toast } from "../toast.js";
import { Actions } from "./actions.js";
import { Bar } from "./bar.js";
import { Columns } from "./columns.js";
import { watchFiles } from "./files.js";
import { Grid } from "./grid.js";
import { bindGrid } from "./hands.js";
import { ColumnMenu } from "./menu.js";
import { openPanel, watchPanel } from "./panel.js";
import { Rows } from "./rows.js";
import { Selection } from "./selection.js";
import { loadShapes } from "./shapes.js";
import { Tip } from "./tip.js";

const HEADS_MS = 1200;
const RUNNING_MS = 2000;
const AGES_MS = 10_000;

const told = JSON.parse(document.querySelector("#sheet-data").textContent);
const root = document.querySelector("#grid");

class SheetPage {
  constructor() {
    this.slug = told.slug;
    this.parameters = told.parameters;
    this.columns = new Columns(told.slug, told.columns, told);
    this.rows = new Rows(told.slug, {
      arrived: (indices) => this.grid.arrived(indices),
      counted: () => { this.grid.count(); this.grid.soon(); this.bar.counted(this.rows.total); },
      failed: (error) => toast(error.message, "wrong"),
    });
    this.rows.begin(told.parameters, told.window);
    this.columns.learn(told.window.rows);
    this.selection = new Selection(() => { this.grid.markAll(); this.actions.selected(); });
    this.grid = new Grid(root, {
      columns: this.columns, rows: this.rows, selection: this.selection,
      addressOf: (id) => `/w/${this.slug}/cases/${id}${this.parameters ? `?${this.parameters}` : ""}`,
    });
    this.actions = new Actions(this);
    this.bar = new Bar(this);
    this.menu = new ColumnMenu(this);
    this.tip = new Tip(this.grid);
    bindGrid(this);
    watchPanel(this);
    watchFiles(this);
    this.listen();
    this.heads();
    root.setAttribute("aria-busy", "false");
    document.documentElement.dataset.ready = "sheet";
    setInterval(() => this.ages(), AGES_MS);
  }

  // Show what another address says, without loading the page.
  show(parameters, place) {
    this.parameters = parameters;
    this.columns.place(place);
    this.rows.reset(parameters);
    this.selection.clear();
    root.scrollTop = 0;
    this.grid.active.row = Math.max(-1, Math.min(this.grid.active.row, 0));
    this.grid.layOut();
    this.rows.want(0, 63);
  }

  // Everything may have changed: look anew, and keep showing what is there until it comes.
  reload() {
    this.rows.outdate();
    this.grid.soon();
    this.headsSoon();
  }

  async heads() {
    const { columns } = await send("GET", `/w/${this.slug}/heads`);
    const same = this.columns.take(columns);
    if (same) this.grid.drawHeads();
    else { this.columns.learn([]); this.rows.outdate(); this.grid.layOut(); this.bar.columnsChanged(); }
    if (columns.some((column) => !column.exact)) this.headsSoon();
  }

  headsSoon() {
    this.headsLater ||= setTimeout(() => {
      this.headsLater = 0;
      this.heads().catch(() => {});
      this.bar.tabsSoon();
    }, HEADS_MS);
  }

  listen() {
    let changed = 0;
    listen(this.slug, {
      change: ({ cases, reload }) => {
        this.headsSoon();
        if (reload) return this.reload();
        if (this.bar.plain) return this.rows.refresh(cases, (at) => this.grid.inView(at)).catch(() => this.reload());
        changed ||= setTimeout(() => { changed = 0; this.rows.outdate(); this.grid.soon(); }, HEADS_MS);
        return null;
      },
      progress: (at) => {
        this.actions.progress(at);
        const running = at.state === "running";
        if (running && !this.running) this.running = setInterval(() => this.atWork(), RUNNING_MS);
        if (!running && this.running) { clearInterval(this.running); this.running = 0; this.reload(); }
      },
      procedure: () => { this.reload(); this.bar.refresh(); this.bar.standingSoon(); },
      back: () => this.reload(),
    }, { seq: told.window.seq });
  }

  // Cells that a run works on now are told by nobody: look at those in sight.
  atWork() {
    if (document.hidden) return;
    const [first, last] = this.grid.seen;
    const ids = [];
    for (let at = first; at <= last; at += 1) {
      const row = this.rows.get(at);
      if (row?.[4].some((cell) => cell.m === "running" || cell.m === "queued")) ids.push(row[0]);
    }
    if (ids.length) this.rows.refresh(ids, () => true).catch(() => {});
  }

  // Ages go on while nothing happens.
  ages() {
    if (document.hidden) return;
    for (const [at, row] of this.grid.drawn) {
      if (this.rows.get(at)?.[4].some((cell) => cell.a) && !inText(document.activeElement)) this.grid.fill(row);
    }
  }

  openPanel(step) { openPanel(this, step); }
}

await loadShapes(root.dataset.glyphs, told.words);
new SheetPage();
