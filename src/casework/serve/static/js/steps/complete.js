// `{` completes names of steps in a text area: a listbox by the caret. Arrows choose, Enter and Tab
// take, Escape closes. `names()` gives [{ name, type }], those whose beginning fits first.
const OPEN = /(?:^|[^\\])\{([^{}\n]{0,60})$/;
const MOST = 8;

export function complete(area, list, said, names, taken = () => {}) {
  let shown = [];
  let chosen = 0;

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute("aria-activedescendant");
    shown = [];
  };
  const mark = () => {
    for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(at === chosen));
    const item = list.children[chosen];
    if (!item) return;
    area.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const take = (at) => {
    const begun = area.value.slice(0, area.selectionStart).match(OPEN)[1].length;
    const end = area.value.slice(area.selectionStart).match(/^[^{}\n]{0,60}\}/);
    const from = area.selectionStart - begun;
    const to = area.selectionStart + (end && end[0].trim() === "}" ? end[0].length : 0);
    area.focus();
    area.setSelectionRange(from, to);
    const words = `${shown[at].name}}`;
    // what a browser undoes with Ctrl+Z, where it can
    if (!document.execCommand?.("insertText", false, words)) area.setRangeText(words, from, to, "end");
    close();
    taken();
  };
  const look = () => {
    const found = area.selectionStart === area.selectionEnd && area.value.slice(0, area.selectionStart).match(OPEN);
    if (!found) return close();
    const wanted = found[1].trim().toLowerCase();
    const fits = names().filter(({ name }) => name.toLowerCase().includes(wanted));
    fits.sort((a, b) => Number(b.name.toLowerCase().startsWith(wanted)) - Number(a.name.toLowerCase().startsWith(wanted)));
    shown = fits.slice(0, MOST);
    if (!shown.length) return close();
    chosen = 0;
    list.replaceChildren(...shown.map(({ name, type }, at) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      const word = document.createElement("span");
      word.textContent = name;
      const told = document.createElement("span");
      told.className = "tiny mute";
      told.textContent = type;
      item.append(word, told);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(at); });
      return item;
    }));
    list.hidden = false;
    mark();
    said.textContent = `${shown.length} ${shown.length === 1 ? "step" : "steps"}: ${shown[0].name}`;
  };

  area.addEventListener("input", look);
  area.addEventListener("click", look);
  area.addEventListener("blur", close);
  area.addEventListener("keyup", (event) => { if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) look(); });
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (chosen + step + shown.length) % shown.length;
      mark();
      said.textContent = shown[chosen].name;
    } else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// Puts a list below the caret: `mirror` holds the same text in the same places.
export function placeAtCaret(list, area, mirror) {
  const box = caretBox(area, mirror);
  if (!box) return;
  const most = area.clientWidth - list.offsetWidth;
  list.style.top = `${box.bottom + 4}px`;
  list.style.left = `${Math.max(0, Math.min(box.left, most))}px`;
}

function caretBox(area, mirror) {
  const walker = document.createTreeWalker(mirror, NodeFilter.SHOW_TEXT);
  let left = area.selectionStart;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left > node.length) { left -= node.length; continue; }
    const range = document.createRange();
    range.setStart(node, left);
    range.collapse(true);
    const at = range.getBoundingClientRect();
    const around = mirror.parentElement.getBoundingClientRect();
    return { left: at.left - around.left, bottom: at.bottom - around.top };
  }
  return null;
}
