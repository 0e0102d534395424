// Files dropped anywhere on the page, or chosen: sent with progress, added, and told of one by one.
import { localise } from "../locale.js";
import { send } from "../http.js";
import { toast } from "../toast.js";
import { choose, newBatch, showUpload, watchDrops } from "../upload.js";

const ASK_MS = 600;

export function watchFiles(page) {
  const veil = document.querySelector("#drop");
  const may = document.querySelector("[data-add-files]") !== null;
  if (!may) return;
  watchDrops(document.body, {
    over: (on) => { veil.hidden = !on; },
    dropped: (files) => { veil.hidden = true; take(page, files); },
  });
  document.addEventListener("click", async (event) => {
    const folder = event.target.closest("[data-add-folder]");
    if (!folder && !event.target.closest("[data-add-files]")) return;
    const files = await choose({ folder: Boolean(folder) });
    if (files.length) take(page, files);
  });
}

async function take(page, files) {
  const host = place();
  const batch = newBatch();
  const told = await showUpload(host.querySelector("[data-sending]"), files, `/uploads/${batch}`).done;
  if (!told.sent.length) { if (!told.failed.length) host.remove(); return; }
  await add(page, host, batch);
}

async function add(page, host, batch) {
  try {
    const { job } = await send("POST", `/w/${page.slug}/files`, { batch });
    await follow(page, host, batch, job);
  } catch (error) {
    toast(error.message, "wrong");
    host.remove();
  }
}

async function follow(page, host, batch, job) {
  const words = host.querySelector("[data-became]");
  for (;;) {
    words.innerHTML = await send("GET", `/w/${page.slug}/files/${batch}/${job}`);
    localise(words);
    if (!words.querySelector("[data-adding]")) break;
    await new Promise((good) => setTimeout(good, ASK_MS));
  }
  words.querySelector("[data-again]")?.addEventListener("click", () => add(page, host, batch));
  document.querySelector(".empty:not(.fits)")?.remove();
  page.rows.outdate();
  page.rows.want(0, 0);
  page.headsSoon();
  page.bar.loadTabs();
}

// Where one upload is told of; several may go on.
function place() {
  const host = document.createElement("section");
  host.className = "became";
  host.setAttribute("aria-label", "Files being added");
  for (const name of ["sending", "became"]) {
    const part = document.createElement("div");
    part.dataset[name] = "";
    host.append(part);
  }
  host.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) host.remove(); });
  document.querySelector("#run").after(host);
  return host;
}
