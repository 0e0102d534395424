// Keys of a page, by group. Single letters work only while no text field has the focus, and can be
// turned off; `?` shows them all.
const groups = new Map();
const OFF = "keys-off";

export const keysOff = () => localStorage.getItem(OFF) === "yes";
export const turnKeys = (on) => localStorage.setItem(OFF, on ? "no" : "yes");

// bindings: { "j": ["next field", (event) => …], "Enter": […] }; a key may stand in several groups,
// the one bound last wins. Returns what takes the group away again.
export function bindKeys(group, bindings) {
  groups.set(group, { ...groups.get(group), ...bindings });
  return () => groups.delete(group);
}

export function inText(target) {
  return target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = inText(event.target);
  if (typing && event.key !== "Escape") return;
  if (event.key.length === 1 && event.key !== "?" && keysOff()) return;
  if (document.querySelector("dialog[open]") && event.key !== "Escape") return;
  if (event.key === "Enter" && event.target.closest?.("a, button, summary, [role=button]")) return;
  if (event.key === " " && event.target.closest?.("button, summary, input, [role=button]")) return;
  for (const bindings of [...groups.values()].reverse()) {
    const found = bindings[event.key] ?? bindings[event.key.toLowerCase()];
    if (!found) continue;
    if (found[1](event) !== false) event.preventDefault();
    return;
  }
});

export function showKeys() {
  const dialog = document.querySelector("dialog.keys-help");
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren();
  for (const [name, bindings] of groups) {
    const title = document.createElement("h3");
    title.textContent = name;
    const table = document.createElement("dl");
    for (const [key, what] of told(bindings)) {
      const term = document.createElement("dt");
      const shape = document.createElement("kbd");
      shape.textContent = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
      term.append(shape);
      const words = document.createElement("dd");
      words.textContent = what;
      table.append(term, words);
    }
    list.append(title, table);
  }
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = !keysOff();
  box.onchange = () => turnKeys(box.checked);
  dialog.showModal();
}

// The keys of a group with what they do, in the order in which they were bound but for figures, which
// an object keeps before all others; those of one kind ("choice 1" to "choice 9") in one line. What
// has no words is told by another key of its kind.
function told(bindings) {
  const named = Object.entries(bindings).filter(([, [what]]) => what).map(([key, [what]]) => [key, what]);
  const figure = ([key]) => /^[0-9]$/.test(key);
  const kinds = new Map();
  for (const [key, what] of named.filter(figure)) {
    const kind = what.endsWith(` ${key}`) ? what.slice(0, -key.length) : what;
    kinds.set(kind, [...(kinds.get(kind) ?? []), [key, what]]);
  }
  const figures = [...kinds].map(([kind, all]) => {
    const [first, last] = [all[0][0], all.at(-1)[0]];
    return all.length === 1 ? all[0] : [`${first} … ${last}`, `${kind}${first} to ${last}`];
  });
  return [...named.filter((one) => !figure(one)), ...figures];
}
