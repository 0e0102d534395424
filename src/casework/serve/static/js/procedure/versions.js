// Versions of a procedure: what differs, what each would recompute, and the way back to one.
import { fragment, put, told } from "../steps/part.js";

export function watchVersions(place, base, { back }) {
  const diff = async (number, to = "") => {
    const shown = place.querySelector(`#diff-${number}`);
    put(shown, await fragment("GET", `${base}/versions/${number}${to ? `?to=${to}` : ""}`));
    shown.hidden = false;
  };
  place.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    try {
      if (button.dataset.diff) {
        const open = button.getAttribute("aria-expanded") === "true";
        button.setAttribute("aria-expanded", String(!open));
        if (open) place.querySelector(`#diff-${button.dataset.diff}`).hidden = true;
        else await diff(button.dataset.diff);
      } else if (button.dataset.recompute) {
        button.disabled = true;
        put(place.querySelector(`[data-plan-of="${button.dataset.recompute}"]`), await fragment("GET", `${base}/versions/${button.dataset.recompute}/plan`));
        button.disabled = false;
      } else if (button.dataset.back) back({}, button.dataset.back);
    } catch (error) { told(error); }
  });
  place.addEventListener("change", (event) => {
    const { diffTo } = event.target.dataset;
    if (diffTo) diff(diffTo, event.target.value).catch(told);
  });
  return {
    async refresh() {
      try { put(place, await fragment("GET", `${base}/versions`)); } catch (error) { told(error); }
    },
    // two texts beside each other, line by line, where both were edited
    text(theirs, mine) {
      const shown = document.createElement("div");
      shown.className = "diff";
      const kept = new Set(mine.split("\n"));
      const own = new Set(theirs.split(/\r\n?|\n/));
      for (const [line, kind] of [...theirs.split(/\r\n?|\n/).filter((one) => !kept.has(one)).map((one) => [one, "del"]), ...mine.split("\n").filter((one) => !own.has(one)).map((one) => [one, "ins"])]) {
        const row = document.createElement(kind);
        row.textContent = `${kind === "del" ? "- in the file: " : "+ here: "}${line}`;
        shown.append(row);
      }
      place.prepend(shown);
    },
  };
}
