// The count in the navigation of what waits for whoever looks, in all worksheets.
export function showWaiting(count) {
  const place = document.querySelector("[data-waits-anywhere]");
  if (place) place.textContent = count ? new Intl.NumberFormat().format(count) : "";
}

export async function countWaiting() {
  try {
    const answer = await fetch("/home/waits");
    if (answer.ok) showWaiting((await answer.json()).count);
  } catch { /* the server is away: nothing is better than an old count */ }
}
