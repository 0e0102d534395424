// Places that a value is taken from: words selected on a page, as they are shown to a person and told
// to the server, which looks for them there itself. A word is [text, left, top, right, bottom, line,
// start, end]; offsets count letters of the page's text, of which some are two units long here.
const folded = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
const runsOn = (before, after) => /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(after);
const inNumber = (before, after) => /\p{N}[.,]?$/u.test(before) && /^[.,]?\p{N}/u.test(after);

// The text of a page from its first to its last word of a selection, as it stands there.
export function textFrom(told, first, last) {
  return [...told.text].slice(told.words[first][6], told.words[last][7]).join("");
}

// The place of the words from first to last; `quote` where it is only a part of them.
export function placeOf({ document, page, name }, told, first, last, quote = textFrom(told, first, last)) {
  const lines = new Map();
  for (const [, x0, y0, x1, y1, line] of told.words.slice(first, last + 1)) {
    const known = lines.get(line) ?? [x0, y0, x1, y1];
    lines.set(line, [Math.min(known[0], x0), Math.min(known[1], y0), Math.max(known[2], x1), Math.max(known[3], y1)]);
  }
  return { document, page, name, quote, boxes: [...lines.values()] };
}

// A place of a field or of a suggestion, whose boxes begin with their page.
export function placeTold({ document, page, name, quote, boxes }) {
  return { document, page, name, quote, boxes: boxes.filter(([on]) => on === page).map(([, ...box]) => box) };
}

export const words = (place) => `from ${place.name}, page ${place.page}`;

// What the server takes of places.
export const sent = (...places) => places.filter(Boolean).map(({ document, page, quote, boxes }) => ({ document, page, quote, boxes }));

// A currency beside an amount: a sign or three letters.
const CURRENCY = /^(?:\p{Sc}|[a-z]{3}) ?(?=[-\d])|(?<=\d) ?(?:\p{Sc}|[a-z]{3})$/u;

// Whether a text that was changed by hand is still one that stands at the place: a part of its words,
// and none of a word or of a number. An amount that stands there without a currency may be given one.
export function bears(place, text) {
  const whole = folded(place.quote);
  const part = CURRENCY.test(whole) ? folded(text) : folded(text).replace(CURRENCY, "");
  for (let at = whole.indexOf(part); part && at >= 0; at = whole.indexOf(part, at + 1)) {
    const cuts = (one, other) => runsOn(one, other) || inNumber(one, other);
    const end = at + part.length;
    if (!cuts(whole.slice(0, at), whole.slice(at)) && !cuts(whole.slice(0, end), whole.slice(end))) return true;
  }
  return false;
}
