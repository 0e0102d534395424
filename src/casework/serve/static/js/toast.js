// A short word at the foot of the page, read aloud by screen readers. Returns what takes it away.
const SHOWN_MS = 6000;

export function toast(words, voice = "", action = null) {
  const box = document.createElement("div");
  box.className = `toast ${voice}`;
  box.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action[0];
    button.addEventListener("click", () => { box.remove(); action[1](); });
    box.append(button);
  }
  document.querySelector(".toasts").append(box);
  setTimeout(() => box.remove(), voice === "wrong" ? 2 * SHOWN_MS : SHOWN_MS);
  return () => box.remove();
}
