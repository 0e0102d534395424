// The place beside the grid where a step is written: shows itself when something was put into it, and
// lights the column that it is about.
const panel = document.querySelector("#panel");
const work = panel.parentElement;

export function openPanel(page, step) {
  const cell = page.rows.get(page.grid.active.row);
  const about = new URLSearchParams(page.parameters);
  if (cell && step) about.set("case", cell[0]);
  const url = `/w/${page.slug}/steps/${step ?? "new"}`;
  htmx.ajax("GET", `${url}${String(about) ? `?${about}` : ""}`, { target: panel, swap: "innerHTML" });
}

// The change that is being tried, old beside new.
export function openCompare(page) {
  htmx.ajax("GET", `/w/${page.slug}/compare`, { target: panel, swap: "innerHTML" });
}

export function watchPanel(page) {
  const shown = (on) => {
    panel.hidden = !on;
    work.classList.toggle("with-panel", on);
    const step = on ? panel.querySelector("[data-step]")?.dataset.step ?? "" : "";
    for (const column of page.columns.all) column.lit = Boolean(step) && column.id === step.split(".")[0];
    const lit = page.columns.shown.findIndex((column) => column.lit);
    pinned();
    page.grid.measure();
    page.grid.layOut();
    page.grid.scrollTo(lit < 0 ? page.grid.active : { row: page.grid.active.row, column: lit + 1 });
    page.grid.redraw();
    if (on && matchMedia("(max-width: 70rem)").matches) panel.scrollIntoView({ block: "start" }); // it stands below
  };
  // the cases that drafts are tried on say so as long as a step is being written
  const pinned = () => { page.grid.pinned = new Set([...panel.querySelectorAll("[data-unpin]")].map((button) => button.dataset.unpin)); };
  const close = () => {
    if (panel.hidden) return;
    panel.replaceChildren();
    shown(false);
    page.grid.moveTo(page.grid.active.row, page.grid.active.column);
  };
  panel.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === panel) shown(panel.childElementCount > 0); });
  if (panel.childElementCount) shown(true); // a step that the address names may be there before the grid
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close-panel]")) close(); });
  panel.addEventListener("panel:close", close);
  panel.addEventListener("panel:pins", () => { pinned(); page.grid.redraw(); });
  document.querySelector("[data-new-step]")?.addEventListener("click", () => openPanel(page, null));
}
