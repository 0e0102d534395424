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

export function watchPanel(page) {
  const shown = (on) => {
    panel.hidden = !on;
    work.classList.toggle("with-panel", on);
    const step = on ? panel.querySelector("[data-step]")?.dataset.step ?? "" : "";
    for (const column of page.columns.all) column.lit = Boolean(step) && column.id === step;
    page.grid.measure();
    page.grid.scrollTo(page.grid.active);
    page.grid.redraw();
  };
  const close = () => {
    if (panel.hidden) return;
    panel.replaceChildren();
    shown(false);
    page.grid.moveTo(page.grid.active.row, page.grid.active.column);
  };
  panel.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === panel) shown(panel.childElementCount > 0); });
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close-panel]")) close(); });
  panel.addEventListener("panel:close", close);
  document.querySelector("[data-new-step]")?.addEventListener("click", () => openPanel(page, null));
}
