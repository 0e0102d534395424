// The shapes of marks: taken once from the page's glyphs and copied into cells, which is much cheaper
// for a browser than a thousand references into another file.
const VOICES = {
  quoted: "proved", derived: "proved", reasoned: "proved", person: "person",
  unproved: "look", unreadable: "look", waiting_person: "look", stale: "look", audit: "look",
  conflict: "wrong", failed: "wrong", set_aside: "wrong", running: "busy turn",
};
const SVG = "http://www.w3.org/2000/svg";
const shapes = new Map();
let words = {};

export async function loadShapes(url, told) {
  words = told;
  const text = await (await fetch(url)).text();
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  for (const symbol of parsed.querySelectorAll("symbol")) {
    const name = symbol.id.slice(2);
    if (!symbol.id.startsWith("g-")) continue;
    const shape = document.createElementNS(SVG, "svg");
    shape.setAttribute("viewBox", symbol.getAttribute("viewBox"));
    shape.setAttribute("class", `g ${VOICES[name] ?? ""}`);
    shape.setAttribute("role", "img");
    shape.setAttribute("aria-label", words[name] ?? name);
    for (const child of symbol.children) shape.append(document.importNode(child, true));
    shapes.set(name, shape);
  }
}

export function shape(mark) {
  const found = shapes.get(mark);
  return found ? found.cloneNode(true) : document.createTextNode("");
}

export const markWords = (mark) => words[mark] ?? mark.replaceAll("_", " ");
