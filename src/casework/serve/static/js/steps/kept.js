// What somebody typed for a step and has not handed in yet, kept for this tab, so that a reload or a
// look at a case loses nothing. `""` is a new step. Tells the page (`drafts`) when that changes.
const PREFIX = "step-draft:";

const keyOf = (slug, step) => `${PREFIX}${slug}:${step}`;

// draft: { at: milliseconds, over: the text it was begun on, fields: { name: value } }
export function keep(slug, step, draft) {
  try { sessionStorage.setItem(keyOf(slug, step), JSON.stringify(draft)); } catch { return; } // no room: it stays in the page
  dispatchEvent(new Event("drafts"));
}

export function forget(slug, step) {
  if (sessionStorage.getItem(keyOf(slug, step)) === null) return;
  sessionStorage.removeItem(keyOf(slug, step));
  dispatchEvent(new Event("drafts"));
}

export function keptOf(slug, step) {
  try { return JSON.parse(sessionStorage.getItem(keyOf(slug, step))); } catch { return null; }
}

// All of a sheet, the newest first: { step, name, at }.
export function allKept(slug) {
  const found = [];
  for (let at = 0; at < sessionStorage.length; at += 1) {
    const key = sessionStorage.key(at);
    if (!key.startsWith(keyOf(slug, ""))) continue;
    const step = key.slice(keyOf(slug, "").length), draft = keptOf(slug, step);
    if (draft) found.push({ step, name: draft.fields.name, at: draft.at });
  }
  return found.sort((one, two) => two.at - one.at);
}
