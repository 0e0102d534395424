// Numbers, money and moments in the viewer's own locale and zone. The server's text stands where the
// browser cannot tell.
const number = new Intl.NumberFormat();
const styles = {
  short: { dateStyle: "medium", timeStyle: "short" },
  today: { timeStyle: "short" },
  time: { hour: "2-digit", minute: "2-digit" },
  date: { dateStyle: "medium" },
  day: { dateStyle: "medium", timeZone: "UTC" },
};

export function localise(root) {
  for (const data of root.querySelectorAll?.("data.n[value]") ?? []) data.textContent = number.format(data.value);
  for (const data of root.querySelectorAll?.("data.usd[value]") ?? []) data.textContent = dollars(Number(data.value));
  for (const data of root.querySelectorAll?.("data.amount[value]") ?? []) data.textContent = amount(data.value, Number(data.dataset.figures));
  for (const time of root.querySelectorAll?.("time[datetime]") ?? []) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const style = styleOf(time.dataset.style, at);
    time.textContent = new Intl.DateTimeFormat(undefined, style).format(at);
    if (time.dataset.style === "day") continue; // a day without an hour is the same everywhere
    time.title = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }).format(at);
  }
}

// A moment of today is told by its hour alone; its title has all of it.
function styleOf(name, at) {
  if (name && name !== "short") return styles[name] ?? styles.short;
  return at.toDateString() === new Date().toDateString() ? styles.today : styles.short;
}

export function dollars(value) {
  const figures = value === 0 || value >= 0.005 ? 2 : 4;
  return new Intl.NumberFormat(undefined, {
    style: "currency", currency: "USD", minimumFractionDigits: figures, maximumFractionDigits: figures,
  }).format(value);
}

// A decimal as it is, however long, with so many decimals.
export function amount(value, figures) {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: figures, maximumFractionDigits: figures }).format(value);
}
