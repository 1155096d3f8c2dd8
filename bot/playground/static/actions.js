// What a person does in a block goes to the server: pressed buttons, choices, words. Confirmations come first.

import { insert } from "./composer.js"
import { confirmed } from "./dialogs.js"
import { valueOf } from "./controls.js"
import { on } from "./events.js"
import { close, open } from "./popups.js"
import { done, locate, post, tell } from "./wire.js"

const isBusy = (node) => node.closest("[aria-busy=true]")

// One after the other, so that an app that is told of a button knows what was put in just before.
let last = Promise.resolve()
function act(path, control, shown, more) {
  const told = last.then(() => post(path, { ...locate(control), ...more })).then(() => tell(), ({ message }) => {
    tell(message)
    shown.removeAttribute("aria-busy")
  })
  last = told
  return told
}

async function agreed(control, opener) {
  const template = control.querySelector("template[data-confirm]")
  return !template || await confirmed(template, opener)
}

// A message says by itself what it waits for, in a fragment that comes; a view goes on.
async function press(control, button, path, more) {
  if (!await agreed(control, button)) return
  button.setAttribute("aria-busy", "true")
  await act(path, control, button, more)
  if (control.closest("[data-view]")) button.removeAttribute("aria-busy")
}

on("click", "[data-press]", (button, event) => {
  const control = button.closest(".control")
  if (isBusy(button)) return event.preventDefault()
  if (control.querySelector("template[data-confirm]")) event.preventDefault()
  const { value } = button.dataset
  press(control, button, "/press", value === undefined ? {} : { value })
})

// Choices and words; an input block only keeps them, unless the app asks to be told.
async function choose(control, takeBack = () => {}) {
  if (await agreed(control, control.querySelector("input, button"))) await act("/choose", control, control, { value: valueOf(control) })
  else takeBack()
}
on("change", ".ticks, .text-input", (control, { target }) => {
  if (isBusy(control) || target.validity.badInput) return
  choose(control, () => {
    if (target.type === "checkbox") target.checked = !target.checked
    else if (target.type === "radio") for (const radio of control.querySelectorAll("input")) radio.checked = radio.defaultChecked
    else target.value = target.defaultValue
  })
})
on("chosen", ".control", (control) => {
  if (control.dataset.element !== "datetimepicker" || valueOf(control)) choose(control)
})

// Text that an app wants to hear of at Enter, or at each character after a short pause; elsewhere Enter submits.
let typing
on("keydown", ".text-input", (control, event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.matches("textarea")) return
  if (control.dataset.dispatches === undefined && control.closest("dialog")) return
  event.preventDefault()
  choose(control)
})
on("input", ".text-input[data-each-character][data-dispatches]", (control) => {
  clearTimeout(typing)
  typing = setTimeout(() => choose(control), 400)
})

on("click", "[data-react]", (button) => done("/react", { ts: button.closest("[data-ts]").dataset.ts, name: button.dataset.react }))

// Overflow menus
on("click", ".overflow > [aria-haspopup]", (opener) => {
  if (isBusy(opener)) return
  const menu = opener.parentElement.querySelector("[role=menu]")
  if (!menu.hidden) return close({ focus: true })
  open(menu, opener)
  menu.querySelector("[role=menuitem]").focus()
})
on("click", ".overflow [role=menuitem]", (item) => {
  const { shortcut, insert: sign } = item.dataset
  if (sign) {
    close()
    return insert(item.closest("form").elements.text, sign)
  }
  if (shortcut) {
    close({ focus: true })
    const ts = item.closest("[data-ts]")?.dataset.ts
    return done("/shortcut", { shortcut, ts })
  }
  const control = item.closest(".control")
  close({ focus: true })
  press(control, control.querySelector("[aria-haspopup]"), "/choose", { value: item.dataset.value })
})
on("keydown", ".overflow [role=menu]", (menu, event) => {
  const items = [...menu.querySelectorAll("[role=menuitem]")]
  const now = items.indexOf(event.target)
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key]
  if (event.key === "Tab") return close()
  if (to === undefined) return
  event.preventDefault()
  items[(to + items.length) % items.length].focus()
})
