// The rows of a sheet as windows from the server. Keeps a bounded number of them, gives up on windows
// that were scrolled past, and fetches changed rows anew.
import { send, Problem } from "../http.js";

const BLOCK = 64;
const KEPT = 40;
const AGAIN_MS = 1500;
const TRIES_MS = [500, 1500, 4000];

export class Rows {
  constructor(slug, { arrived, counted, failed }) {
    this.slug = slug;
    this.told = { arrived, counted, failed };
    this.parameters = "";
    this.total = 0;
    this.seq = 0;
    this.blocks = new Map();
    this.at = new Map();
    this.turn = 0;
  }

  // Begin with what the page brought along.
  begin(parameters, window) {
    this.parameters = parameters;
    this.total = window.total;
    this.seq = window.seq;
    for (let first = 0; first < window.rows.length; first += BLOCK) this.put(first / BLOCK, window.rows.slice(first, first + BLOCK));
    this.heed(window);
  }

  // Show something else: what was read is of no use any more. `keep` shows it until the new is there.
  reset(parameters) {
    this.parameters = parameters;
    this.forget();
  }

  forget() {
    this.turn += 1;
    for (const block of this.blocks.values()) block.abort?.abort();
    this.blocks.clear();
    this.at.clear();
  }

  get(index) {
    const block = this.blocks.get(Math.floor(index / BLOCK));
    return block?.rows?.[index % BLOCK];
  }

  indexOf(id) {
    return this.at.get(id);
  }

  // See to it that these rows are or will be there; windows that nobody looks at are given up.
  want(first, last) {
    const low = Math.max(0, Math.floor(first / BLOCK));
    const high = Math.floor(Math.min(Math.max(0, this.total - 1), last) / BLOCK);
    for (const [number, block] of this.blocks) {
      if (block.abort && (number < low - 1 || number > high + 1)) {
        block.abort.abort();
        this.blocks.delete(number);
      }
    }
    for (let number = low; number <= high; number += 1) {
      const block = this.blocks.get(number);
      if (!block || (block.stale && !block.abort)) this.fetch(number);
      else { this.blocks.delete(number); this.blocks.set(number, block); }
    }
    for (const [number, block] of this.blocks) {
      if (this.blocks.size <= KEPT) break;
      if (number < low - 1 || number > high + 1) this.drop(number, block);
    }
  }

  // Everything may be different: what is seen is fetched anew and shown until then as it was.
  outdate() {
    for (const block of this.blocks.values()) block.stale = true;
  }

  // These cases changed: rows that are kept but not in sight are fetched when they come into it.
  async refresh(ids, inSight) {
    const seen = ids.filter((id) => inSight(this.at.get(id)));
    for (const id of ids) {
      const index = this.at.get(id);
      if (index !== undefined && !inSight(index)) this.blocks.get(Math.floor(index / BLOCK)).stale = true;
    }
    if (!seen.length) return;
    const turn = this.turn;
    const { rows } = await send("POST", `/w/${this.slug}/rows`, { cases: seen });
    if (turn !== this.turn) return;
    const changed = [];
    for (const row of rows) {
      const index = this.at.get(row[0]);
      const block = index === undefined ? null : this.blocks.get(Math.floor(index / BLOCK));
      if (!block?.rows) continue;
      block.rows[index % BLOCK] = row;
      changed.push(index);
    }
    if (changed.length) this.told.arrived(changed);
  }

  // A row of this place, fetched if need be.
  async row(index) {
    this.want(index, index);
    await this.blocks.get(Math.floor(index / BLOCK))?.waiting;
    return this.get(index);
  }

  async fetch(number, tried = 0) {
    const turn = this.turn;
    const abort = new AbortController();
    const before = this.blocks.get(number);
    const block = { rows: before?.rows, abort, stale: false };
    this.blocks.set(number, block);
    const joint = this.parameters ? "&" : "";
    const url = `/w/${this.slug}/window?${this.parameters}${joint}first=${number * BLOCK}&count=${BLOCK}`;
    block.waiting = send("GET", url, undefined, { signal: abort.signal }).then((window) => {
      if (turn !== this.turn || this.blocks.get(number) !== block) return;
      if (window.total !== this.total) {
        this.total = window.total;
        this.told.counted(window.total);
      }
      this.put(number, window.rows);
      this.heed(window);
      this.told.arrived(window.rows.map((_, at) => number * BLOCK + at));
    }).catch((error) => {
      if (error.name === "AbortError" || turn !== this.turn || this.blocks.get(number) !== block) return;
      this.blocks.delete(number);
      if (before?.rows) this.blocks.set(number, { ...before, stale: true });
      const refused = error instanceof Problem && error.status < 500;
      if (refused || tried >= TRIES_MS.length) this.told.failed(error);
      else setTimeout(() => { if (turn === this.turn) this.fetch(number, tried + 1); }, TRIES_MS[tried]);
    });
  }

  // While the server is still making its index more may be found: look again.
  heed(window) {
    if (window.exact !== false) return;
    clearTimeout(this.again);
    this.again = setTimeout(() => { this.outdate(); this.told.counted(this.total); }, AGAIN_MS);
  }

  put(number, rows) {
    this.blocks.delete(number);
    this.blocks.set(number, { rows });
    rows.forEach((row, at) => this.at.set(row[0], number * BLOCK + at));
  }

  drop(number, block) {
    block.abort?.abort();
    for (const row of block.rows ?? []) this.at.delete(row[0]);
    this.blocks.delete(number);
  }
}
