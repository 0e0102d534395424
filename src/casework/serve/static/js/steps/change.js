// A change that is tried, old beside new: shows how far it is, and carries out what is decided of it.
import { listen } from "../live.js";
import { fragment, later, put, told } from "./part.js";

const EVERY_MS = 500;
const OWN_MS = 2000;

export function watchChange(place, { settled = () => {} } = {}) {
  const base = `/w/${place.dataset.slug}/change`;
  let timer = 0;
  let gone = false;
  let decided = 0; // when something was decided here: the news of it is ours

  const show = (html) => {
    if (gone || !place.isConnected) return;
    const root = put(place, html);
    place.hidden = root?.dataset.empty === "yes";
    clearTimeout(timer);
    if (root?.dataset.running === "yes") timer = setTimeout(() => refresh(root.dataset.job), EVERY_MS);
    settled(root?.dataset);
  };
  const refresh = async (job = "", whole = "") => {
    const asked = new URLSearchParams({ ...(job && { job }), ...(whole && { all: whole }) });
    try { show(await fragment("GET", `${base}?${asked}`)); } catch (error) { told(error); }
  };
  const act = async (what, data = {}) => {
    decided = Number.MAX_SAFE_INTEGER;
    const form = new URLSearchParams();
    if (data.ofCell) form.set("cell", data.ofCell);
    if (data.ofStep) form.set("step", data.ofStep);
    if (data.ofKind) form.set("kind", data.ofKind);
    if (what === "restore") form.set("restore", "yes");
    if (data.asNew) form.set("as_new", "yes");
    try { show(await fragment("POST", `${base}/${what === "restore" ? "drop" : what}`, form)); } catch (error) { told(error); refresh(); } finally { decided = Date.now(); }
  };
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-change-act], [data-change-whole]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.changeWhole) { refresh("", button.dataset.changeWhole); return; }
    button.disabled = true;
    act(button.dataset.changeAct, button.dataset);
  });
  const again = later(200, () => { if (place.isConnected && place.firstElementChild?.dataset.running !== "yes") refresh(); });
  const stop = listen(place.dataset.slug, { procedure() { if (Date.now() - decided > OWN_MS) again(); } });
  return { show, refresh, act, close() { gone = true; clearTimeout(timer); stop(); } };
}
