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
    for (const [key, [what]] of Object.entries(bindings)) {
      if (!what) continue; // told by another key of its kind
      const term = document.createElement("dt");
      const shape = document.createElement("kbd");
      shape.textContent = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
      term.append(shape);
      const told = document.createElement("dd");
      told.textContent = what;
      table.append(term, told);
    }
    list.append(title, table);
  }
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !keysOff();
  box.addEventListener("change", () => turnKeys(box.checked));
  label.append(box, " Single letters work as keys");
  list.append(label);
  dialog.showModal();
}
