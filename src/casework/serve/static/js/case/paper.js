// A page on the screen: its picture in the size that is shown, its words as text that can be
// selected, and the boxes of places over it. Knows documents, not cases.
import { textFrom } from "../places.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTHS = [96, 192, 320, 480, 640, 848, 1072, 1280, 1600, 2000, 2496, 3200, 4000];
const kept = new Map();
const MOST_KEPT = 60;

export const pictureUrl = (slug, document, page, width) => {
  const wanted = width * Math.min(2, devicePixelRatio || 1);
  return `/w/${slug}/documents/${document}/pages/${page}.png?w=${WIDTHS.find((one) => one >= wanted) ?? WIDTHS.at(-1)}`;
};

export function svg(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// The words of a page, asked for once.
export async function wordsOf(slug, doc, page) {
  const key = `${slug}/${doc}/${page}`;
  if (!kept.has(key)) {
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value);
    const asked = fetch(`/w/${slug}/documents/${doc}/pages/${page}/words`).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.json();
    });
    asked.catch(() => kept.delete(key));
    kept.set(key, asked);
  }
  return kept.get(key);
}

// An empty page of the right size, to be filled when it comes into view.
export function pageFigure(name, leaf) {
  const figure = document.createElement("figure");
  figure.className = "leaf";
  figure.dataset.page = leaf.number;
  figure.style.aspectRatio = `${leaf.width} / ${leaf.height}`;
  const picture = document.createElement("img");
  picture.alt = `${name}, page ${leaf.label || leaf.number}`;
  picture.decoding = "async";
  picture.draggable = false;
  picture.hidden = true;
  const size = { viewBox: `0 0 ${leaf.width} ${leaf.height}`, preserveAspectRatio: "none" };
  figure.append(
    picture,
    svg("svg", { ...size, class: "leaf-boxes", "aria-hidden": "true" }),
    svg("svg", { ...size, class: "leaf-words" }),
  );
  return figure;
}

// The words as transparent text over the picture; each keeps its span in the text of the page.
export function drawWords(layer, told) {
  layer.replaceChildren();
  let line = null;
  let at = -1;
  for (const [index, [text, x0, y0, x1, y1, number]] of told.words.entries()) {
    if (number !== at) {
      line = svg("text", { "xml:space": "preserve" });
      layer.append(line, "\n");
      at = number;
    }
    const word = svg("tspan", {
      x: x0, y: y1 - (y1 - y0) * 0.22, "font-size": Math.max(1, (y1 - y0) * 0.86),
      textLength: Math.max(0.5, x1 - x0), lengthAdjust: "spacingAndGlyphs",
    });
    word.textContent = text;
    word.dataset.word = index;
    line.append(word, " ");
  }
}

// The words that a selection touches, as they stand on the page; '' where it is none of a page.
export function selectedWords(selection, told) {
  if (!selection || selection.isCollapsed) return null;
  const ends = [wordOf(selection.anchorNode, selection), wordOf(selection.focusNode, selection)];
  if (ends.some((one) => one === null)) return null;
  const [first, last] = ends[0] <= ends[1] ? ends : [ends[1], ends[0]];
  if (first === last) {
    const part = selection.toString().trim();
    const whole = told.words[first][0];
    return { text: part && whole.includes(part) ? part : whole, first, last };
  }
  return { text: textFrom(told, first, last), first, last };
}

function wordOf(node, selection) {
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const own = element?.closest?.("[data-word]");
  if (own) return Number(own.dataset.word);
  const layer = element?.closest?.(".leaf-words");
  if (!layer) return null;
  const words = [...layer.querySelectorAll("[data-word]")].filter((one) => selection.containsNode(one, true));
  if (!words.length) return null;
  return Number(words[node === selection.anchorNode ? 0 : words.length - 1].dataset.word);
}

// boxes: [{ box: [x0, y0, x1, y1], kind: "on clash hit", field }]
export function drawBoxes(layer, boxes) {
  layer.replaceChildren(
    ...boxes.map(({ box: [x0, y0, x1, y1], kind = "", field = "" }) => {
      const rect = svg("rect", {
        class: `box ${kind}`, x: x0 - 2, y: y0 - 1.5, width: x1 - x0 + 4, height: y1 - y0 + 3, rx: 1,
      });
      rect.dataset.of = field;
      return rect;
    }),
  );
}
