// The menu of a narrow window: what does not fit into the bar. In a wide one its buttons stand in the
// bar itself, and there is nothing to open.

// Put a popover where it was asked for.
export function beside(popover, near) {
  const at = near.getBoundingClientRect(), own = popover.getBoundingClientRect();
  const below = at.bottom + own.height + 8 < innerHeight;
  popover.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  popover.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - own.height - 4)}px`;
}

// The button that opens a popover: of several the one that is seen.
export function openerOf(id) {
  const found = [...document.querySelectorAll(`[popovertarget="${id}"]`)];
  return found.find((button) => button.checkVisibility()) ?? found[0];
}

export function watchMore(menu) {
  const items = () => [...menu.querySelectorAll("button")].filter((button) => button.checkVisibility());
  menu.addEventListener("toggle", (event) => {
    if (event.target !== menu || event.newState !== "open") return;
    beside(menu, openerOf(menu.id));
    items()[0]?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    if (!menu.matches(":popover-open")) return;
    const all = items(), at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    all[(to + all.length) % all.length].focus();
    event.preventDefault();
  });
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && !button.hasAttribute("popovertarget") && menu.matches(":popover-open")) menu.hidePopover();
  });
  matchMedia("(max-width: 40rem)").addEventListener("change", () => { if (menu.matches(":popover-open")) menu.hidePopover(); });
}
