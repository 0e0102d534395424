// Home and drafts: files dropped anywhere become a draft, lists stay fresh while somebody looks, and
// a new worksheet can be made by keyboard alone.
import { send } from "../http.js";
import { localise } from "../locale.js";
import { toast } from "../toast.js";
import { choose, showUpload, watchDrops } from "../upload.js";
import { showWaiting } from "../waiting.js";

const BUSY_MS = 1000;
const QUIET_MS = 3000;
const parts = [...document.querySelectorAll("[data-live]")];
let mark = "";

// Bars are drawn by the shares that the server counted.
function draw(root) {
  for (const bar of root.querySelectorAll("[data-flex]")) bar.style.flex = bar.dataset.flex;
}

async function refresh() {
  await Promise.all(parts.map(async (part) => {
    const html = await send("GET", part.dataset.live, undefined, { headers: { Accept: "text/html", "HX-Request": "true" } });
    if (part.contains(document.activeElement) && document.activeElement.matches("a, button")) await keepFocus(part, html);
    else part.innerHTML = html;
    draw(part);
    localise(part);
  }));
  const told = document.querySelector("#side [data-waiting]");
  if (told) showWaiting(Number(told.dataset.waiting));
}

// What has the focus keeps it, if it is there again.
function keepFocus(part, html) {
  const href = document.activeElement.getAttribute("href");
  part.innerHTML = html;
  if (href) part.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
}

async function look() {
  let pause = QUIET_MS;
  try {
    if (!document.hidden) {
      const told = await send("GET", "/home/mark");
      if (told.mark !== mark) {
        mark = told.mark;
        await refresh();
      }
      if (told.busy) pause = BUSY_MS;
    }
  } catch {
    pause = QUIET_MS * 3; // the server is away; what stands here stays
  }
  setTimeout(look, pause);
}

async function draftId() {
  const known = document.querySelector("[data-draft]")?.dataset.draft;
  return known ?? (await send("POST", "/new")).id;
}

async function take(files) {
  if (!files.length) return;
  try {
    const id = await draftId();
    const sending = showUpload(document.querySelector("#upload-place"), files, `/new/${id}/files`);
    document.querySelector("#new-worksheet").scrollIntoView({ block: "nearest" });
    const told = await sending.done;
    if (told.sent.length) await htmx.ajax("POST", `/new/${id}/look`, { target: "#draft", swap: "outerHTML" });
  } catch (problem) {
    toast(problem.message, "wrong");
  }
}

watchDrops(document.body, {
  over: (on) => document.body.classList.toggle("is-dropping", on),
  dropped: take,
});

document.addEventListener("click", async (event) => {
  const chosen = event.target.closest("[data-choose]");
  if (chosen) take(await choose({ folder: chosen.dataset.choose === "folder" }));
  const renamed = event.target.closest("[data-rename]");
  if (renamed) {
    const field = document.getElementById(renamed.dataset.rename);
    field.focus();
    field.select();
  }
});

// A type that needs its options or fields is written: nothing is sent before it is.
document.addEventListener("change", (event) => {
  const like = event.target.selectedOptions?.[0]?.dataset.parts;
  if (!like) return;
  event.stopPropagation();
  const field = event.target.parentElement.querySelector(".type-parts");
  event.target.hidden = true;
  field.hidden = field.disabled = false;
  field.value = field.dataset.like = like;
  field.focus();
  field.setSelectionRange(like.indexOf(":") + 2, like.length);
}, true);

function written(field, wanted) {
  if (field.dataset.sent) return;
  if (wanted) {
    field.dataset.sent = "yes";
    return htmx.trigger(field, "parts");
  }
  const select = field.parentElement.querySelector("select");
  field.hidden = field.disabled = true;
  select.hidden = false;
  select.selectedIndex = [...select.options].findIndex((one) => one.defaultSelected);
}

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".type-parts") || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const field = event.target;
  written(field, event.key === "Enter");
  if (event.key === "Escape") field.parentElement.querySelector("select").focus();
}, true);

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.(".type-parts") && !target.hidden) written(target, target.value !== target.dataset.like);
});

document.querySelector("[data-folder]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const id = await draftId();
    await htmx.ajax("POST", `/new/${id}/folder`, { target: "#draft", swap: "outerHTML", values: { folder: event.target.elements.folder.value } });
  } catch (problem) {
    toast(problem.message, "wrong");
  }
});

// In a field of a proposed step Enter says that it is done, and Escape takes it back.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(".inline-name");
  if (!field) return;
  if (event.key === "Enter") field.blur();
  if (event.key === "Escape") { field.value = field.defaultValue; field.blur(); }
});

draw(document);
if (parts.length) look();
