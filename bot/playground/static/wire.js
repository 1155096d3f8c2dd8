// What the page tells the server: who does it is added here. A refusal is an Error whose message a person can read.

import { as, texts } from "./texts.js"

export async function post(path, body) {
  return send(path, { headers: { "content-type": "application/json" }, body: JSON.stringify({ as, ...body }) })
}

// What needs no answer: the page says what was wrong, or that nothing is any more.
export function done(path, body) {
  return post(path, body).then(() => tell(), ({ message }) => tell(message))
}

// The bytes of a file as they are, under their own type.
export async function upload(file) {
  const query = new URLSearchParams({ as, name: file.name })
  return send(`/upload?${query}`, { headers: { "content-type": file.type || "application/octet-stream" }, body: file })
}

// Where a control stands: the message or the view that holds it, its block and its action.
export function locate(control) {
  const { block, action } = control.dataset
  const { view, ts } = control.closest("[data-view], [data-ts]").dataset
  return { place: view ?? ts, block, action }
}

async function send(path, options) {
  let answer
  try {
    answer = await fetch(path, { method: "POST", ...options })
  } catch {
    throw new Error(texts.not_sent)
  }
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) {
    const words = texts.refusals[body.error] ?? `${texts.refused}: ${body.error ?? answer.status}`
    throw Object.assign(new Error(words), { errors: body.errors ?? {} })
  }
  return body
}

const problem = document.getElementById("problem")
export function tell(words = "") {
  problem.textContent = words
}
