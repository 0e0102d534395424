// The line between documents and values, moved by pointer or arrow keys; kept for the next case.
const KEPT = "case-desk";
const STEP = 2;
const LEAST = 20;
const MOST = 70;

export function wireDivider(main, divider) {
  function set(share) {
    const kept = Math.round(Math.min(MOST, Math.max(LEAST, share)));
    main.style.setProperty("--desk", `${kept}%`);
    divider.setAttribute("aria-valuenow", kept);
    localStorage.setItem(KEPT, kept);
  }

  const before = Number(localStorage.getItem(KEPT));
  if (before) set(before);
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.classList.add("held");
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.classList.contains("held")) return;
    const frame = main.getBoundingClientRect();
    set((event.clientX - frame.left) / frame.width * 100);
  });
  for (const name of ["pointerup", "pointercancel"]) divider.addEventListener(name, () => divider.classList.remove("held"));
  divider.addEventListener("dblclick", () => {
    localStorage.removeItem(KEPT);
    main.style.removeProperty("--desk");
  });
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    set(Number(divider.getAttribute("aria-valuenow")) + by);
  });
}
