// What is selected: cases × steps, or every case of what is shown. Kept by id, so that sorting and
// filtering leave it alone.
export class Selection {
  constructor(changed) {
    this.changed = changed;
    this.cases = new Set();
    this.steps = new Set();
    this.all = false;
    this.anchor = null;
  }

  get empty() { return !this.all && !this.cases.size; }
  has(id) { return this.all || this.cases.has(id); }
  hasStep(id) { return !this.steps.size || this.steps.has(id); }

  clear() {
    if (this.empty) return;
    this.set([], []);
  }

  // Exactly these cases and steps; no steps means all of them.
  set(cases, steps, { all = false } = {}) {
    this.cases = new Set(cases);
    this.steps = new Set(steps);
    this.all = all;
    this.changed();
  }

  // A case, or a cell of it, more or less. What is selected is always cases × steps.
  toggle(id, step) {
    if (this.all) { this.all = false; this.cases.clear(); }
    const whole = !this.steps.size;
    if (this.cases.has(id) && (!step || whole || this.steps.has(step))) this.cases.delete(id);
    else {
      const first = !this.cases.size;
      this.cases.add(id);
      if (!step) this.steps.clear();
      else if (first || !whole) this.steps.add(step);
    }
    if (!this.cases.size) this.steps.clear();
    this.changed();
  }

  selectAll() { this.set([], [], { all: true }); }

  // As a request says it.
  told(parameters) {
    return { cases: [...this.cases], steps: [...this.steps], all: this.all, query: this.all ? parameters : "" };
  }
}
