// Requests of a page's own modules: the token goes along, a problem comes back as an Error.
export class Problem extends Error {
  constructor(told, status) {
    super([told.title, told.fix].filter(Boolean).join(" "));
    this.code = told.code;
    this.status = status;
  }
}

export async function send(method, url, body = undefined, options = {}) {
  const headers = { Accept: "application/json", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
  const form = body instanceof FormData || body instanceof URLSearchParams;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, {
    method, headers, body: body === undefined || form ? body : JSON.stringify(body), ...options,
  }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new TypeError("The studio does not answer. Is it running? Try again when it is back.");
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok) {
    const told = kind.includes("json") ? await answer.json() : { title: `The server answered ${answer.status}.` };
    throw new Problem(told, answer.status);
  }
  return kind.includes("json") ? answer.json() : answer.text();
}
