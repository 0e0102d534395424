// Files from people to the server: dropped anywhere on an element, chosen, or a whole folder; sent a
// few at a time with progress for each and a way to stop. Knows nothing of what is done with them.
//
//   const files = await filesOf(event.dataTransfer);      [{ file, path }], folders walked
//   watchDrops(element, { over(on) {}, dropped(files) {} });
//   choose({ folder: false }).then(files => …);            the keyboard's way to the same
//   const sent = upload(files, url, { onFile(item) {}, onAll(done, total, bytes, of) {} });
//   await sent.done  → { sent: [paths], failed: [{ path, why }] };   sent.stop()
const AT_ONCE = 3;
const MOST_AT_ONCE = 20_000;
const TRIES = 2;

export const newBatch = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

// What was dropped, folders walked to their ends. Hidden files of systems are left out.
export async function filesOf(transfer) {
  const entries = [...(transfer.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map(named);
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found.filter(visible);
}

async function walk(entry, found) {
  if (found.length >= MOST_AT_ONCE) return;
  if (entry.isFile) {
    const file = await new Promise((good, bad) => entry.file(good, bad)).catch(() => null);
    if (file) found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((good) => reader.readEntries(good, () => good([])));
    if (!some.length) return;
    for (const inner of some) await walk(inner, found);
  }
}

const named = (file) => ({ file, path: file.webkitRelativePath || file.name });
const visible = ({ path }) => !path.split("/").some((part) => part.startsWith(".") || part.startsWith("~$"));
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

// Tell of files that are dragged over an element and dropped on it. Returns what stops it.
export function watchDrops(element, { over = () => {}, dropped }) {
  let depth = 0;
  const enter = (event) => { if (hasFiles(event)) { event.preventDefault(); if (depth++ === 0) over(true); } };
  const leave = (event) => { if (hasFiles(event) && --depth <= 0) { depth = 0; over(false); } };
  const hover = (event) => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } };
  const drop = async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    const files = await filesOf(event.dataTransfer);
    if (files.length) dropped(files);
  };
  const told = { dragenter: enter, dragleave: leave, dragover: hover, drop };
  for (const [name, does] of Object.entries(told)) element.addEventListener(name, does);
  return () => { for (const [name, does] of Object.entries(told)) element.removeEventListener(name, does); };
}

// The browser's own dialogue; [] when nothing was chosen.
export function choose({ folder = false, accept = "" } = {}) {
  return new Promise((good) => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.webkitdirectory = folder;
    input.accept = accept;
    input.hidden = true;
    input.addEventListener("change", () => { good([...input.files].map(named).filter(visible)); input.remove(); });
    input.addEventListener("cancel", () => { good([]); input.remove(); });
    document.body.append(input);
    input.click();
  });
}

export function upload(files, url, { onFile = () => {}, onAll = () => {} } = {}) {
  const items = files.map(({ file, path }) => ({ file, path, sent: 0, of: file.size, state: "waiting", why: "", answer: null }));
  const flying = new Set();
  let stopped = false;
  let next = 0;
  const all = () => onAll(
    items.filter((one) => one.state === "sent" || one.state === "failed").length, items.length,
    items.reduce((sum, one) => sum + one.sent, 0), items.reduce((sum, one) => sum + one.of, 0),
  );
  const tell = (item) => { onFile(item); all(); };
  const work = async () => {
    while (next < items.length && !stopped) {
      const item = items[next++];
      for (let tried = 1; tried <= TRIES && item.state !== "sent" && !stopped; tried++) {
        await sendOne(item, url, flying, tell);
        if ((item.status >= 400 && item.status < 500) || item.status === 507) break; // asking again helps nothing
      }
      tell(item);
    }
  };
  const done = Promise.all(Array.from({ length: AT_ONCE }, work)).then(() => ({
    sent: items.filter((one) => one.state === "sent").map((one) => one.path),
    failed: items.filter((one) => one.state === "failed").map(({ path, why }) => ({ path, why })),
    stopped,
    answers: items.map((one) => one.answer).filter(Boolean),
  }));
  const stop = () => { stopped = true; for (const request of flying) request.abort(); };
  return { items, done, stop };
}

function sendOne(item, url, flying, tell) {
  return new Promise((good) => {
    const request = new XMLHttpRequest();
    flying.add(request);
    const end = (state, why = "") => {
      flying.delete(request);
      Object.assign(item, { state, why, status: request.status });
      if (state === "sent") item.sent = item.of;
      good();
    };
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener("progress", (event) => {
      item.sent = Math.min(item.of, event.loaded);
      item.state = "sending";
      tell(item);
    });
    request.addEventListener("load", () => {
      const told = parsed(request.responseText);
      if (request.status < 400) { item.answer = told; end("sent"); }
      else end("failed", [told?.title, told?.fix].filter(Boolean).join(" ") || `The server answered ${request.status}.`);
    });
    request.addEventListener("error", () => end("failed", "The server does not answer."));
    request.addEventListener("abort", () => end("failed", "stopped"));
    const form = new FormData();
    form.append("file", item.file, item.path);
    request.send(form);
  });
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

// A line that tells how far an upload has come, with a button that stops it. `host` is emptied when
// it ends well; what failed stays there by name, with why.
export function showUpload(host, files, url) {
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "Files sent");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.textContent = "Stop";
  const line = document.createElement("div");
  line.className = "uploading";
  line.append(words, bar, stop);
  host.replaceChildren(line);
  host.hidden = false;
  const sending = upload(files, url, {
    onAll(done, total, bytes, of) {
      words.textContent = `Sending ${total === 1 ? files[0].path : `${total} files`}: ${done} of ${total}`;
      bar.max = of || 1;
      bar.value = bytes;
    },
  });
  stop.addEventListener("click", sending.stop);
  const done = sending.done.then((told) => {
    host.replaceChildren();
    host.hidden = !told.failed.length;
    if (told.failed.length) host.append(failures(told.failed));
    return told;
  });
  return { ...sending, done };
}

function failures(failed) {
  const list = document.createElement("ul");
  list.className = "not-sent";
  for (const { path, why } of failed) {
    const line = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = path;
    line.append(name, ` was not sent: ${why}`);
    list.append(line);
  }
  return list;
}
