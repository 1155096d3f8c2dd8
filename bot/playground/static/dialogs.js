// Dialogs: confirmations, and the views of an app one upon another. The newest is on top and takes the keys.

import { found, placeOf, replace } from "./carry.js"
import { valuesIn } from "./controls.js"
import { on } from "./events.js"
import { enlivenSelects } from "./selects.js"
import { texts } from "./texts.js"
import { arrived, attach } from "./uploads.js"
import { post } from "./wire.js"

// Ask what a template asks, then give the focus back; true if the person agrees.
export function confirmed(template, opener) {
  const dialog = document.createElement("dialog")
  dialog.setAttribute("role", "dialog")
  dialog.setAttribute("aria-modal", "true")
  dialog.append(template.content.cloneNode(true))
  dialog.setAttribute("aria-label", dialog.querySelector("h2").textContent)
  document.body.append(dialog)
  return new Promise((resolve) => {
    dialog.querySelector("[data-accept]").addEventListener("click", () => dialog.close("yes"))
    dialog.querySelector("[data-deny]").addEventListener("click", () => dialog.close())
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close() })
    dialog.addEventListener("close", () => {
      dialog.remove()
      opener.focus()
      resolve(dialog.returnValue === "yes")
    })
    dialog.showModal()
  })
}

// Views: those that changed are replaced with all that was typed in them, those that are gone are closed.
let opener // its place: what it stands in may be drawn anew meanwhile
export function showViews({ order, fragments }, fragment) {
  const before = [...document.querySelectorAll("dialog[data-view]")]
  if (!before.length) opener = placeOf(document.activeElement)
  for (const old of before) {
    if (order.includes(old.dataset.view)) continue
    old.close()
    old.remove()
  }
  for (const id of order) {
    if (!fragments[id]) continue
    const fresh = fragment(fragments[id])
    const old = document.getElementById(fresh.id)
    const refocus = old ? replace(old, fresh) : () => {}
    if (!old) document.body.append(fresh)
    enlivenSelects(fresh)
    fresh.showModal()
    if (!old && !fresh.querySelector("[autofocus]")) fresh.querySelector("[data-input] :is(input, textarea)")?.focus()
    refocus()
    fresh.querySelector(".wrong :is(input, textarea, .pick)")?.focus()
  }
  // A replaced dialog comes on top: those that lie above it are raised again.
  const top = order.length ? document.querySelector(`dialog[data-view="${CSS.escape(order.at(-1))}"]`) : null
  if (top && order.length > 1 && !fragments[order.at(-1)]) {
    top.close()
    top.showModal()
  }
  if (before.length && !order.length) found([...opener, "#composer textarea", "main .tabs [aria-current]"])?.focus()
}

const say = (dialog, words) => { dialog.querySelector(".view-problem").textContent = words }

// Gives what was wrong, by block; null where nothing was.
async function tellApp(dialog, path, body) {
  try {
    await post(path, { view: dialog.dataset.view, ...body })
    say(dialog, "")
    return null
  } catch (error) {
    say(dialog, error.message)
    return error.errors ?? {}
  }
}

// `cancel` is what Escape does: the app is told, and the server takes the view away.
document.addEventListener("cancel", (event) => {
  const dialog = event.target.closest?.("dialog[data-view]")
  if (!dialog || event.target !== dialog) return
  event.preventDefault()
  tellApp(dialog, "/close", {})
}, true)
on("click", "dialog[data-view] [data-close]", (button) => { tellApp(button.closest("dialog"), "/close", {}) })
// The answer is awaited: by then the server has closed the view, or shows what was wrong with it.
on("submit", "dialog[data-view]", async (dialog, event) => {
  event.preventDefault()
  const button = dialog.querySelector("[type=submit]")
  if (!button || button.getAttribute("aria-busy") === "true") return
  button.setAttribute("aria-busy", "true")
  for (const list of dialog.querySelectorAll(".files")) await arrived(list)
  const wrong = await tellApp(dialog, "/submit", { values: valuesIn(dialog) })
  document.querySelector(`#${CSS.escape(dialog.id)} [type=submit]`)?.removeAttribute("aria-busy")
  if (wrong) showErrors(dialog, wrong)
})

// What Slack itself asks for before an app sees it. A field with something that is no number is not empty.
function showErrors(dialog, errors) {
  for (const block of dialog.querySelectorAll("[data-input]")) {
    const isBad = block.querySelector("input")?.validity.badInput
    const why = isBad ? "not_number" : errors[block.dataset.input]
    block.classList.toggle("wrong", Boolean(why))
    block.querySelector(".error").textContent = why ? texts.invalid[why] ?? why : ""
  }
  dialog.querySelector(".wrong :is(input, textarea, .pick)")?.focus()
}

on("change", ".file-input", (control, { target }) => {
  if (target.type !== "file") return
  const dialog = control.closest("dialog")
  attach(target.files, control.querySelector(".files"), (words) => dialog && say(dialog, words), Number(control.dataset.most))
  target.value = ""
})
