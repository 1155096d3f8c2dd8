// Dates: a month at a time, drawn by the server. Arrows go by days and weeks, Page Up and Page Down by months.

import { on } from "./events.js"
import { close, isOpen, open } from "./popups.js"
import { post, tell } from "./wire.js"

// The month so many days and months on, or with the chosen day; `focus` is what takes the focus in it.
async function draw(picker, days = 0, months = 0, focus = "[tabindex='0']") {
  const popup = picker.querySelector(".calendar")
  const chosen = picker.dataset.value
  const at = isOpen(popup) ? popup.querySelector("table")?.dataset.at : chosen
  try {
    const { html } = await post("/month", { at: at ?? chosen, days, months, chosen })
    popup.innerHTML = html
    open(popup, picker.querySelector(".pick"))
    popup.querySelector(focus).focus()
  } catch ({ message }) {
    tell(message)
  }
}

// No day empties it again.
function choose(picker, { day, words }) {
  const button = picker.querySelector(".pick")
  picker.dataset.value = day
  picker.dataset.dirty = ""
  const span = button.querySelector("span")
  span.textContent = words ?? span.dataset.empty
  if (button.dataset.name) button.setAttribute("aria-label", `${button.dataset.name}: ${words}`)
  close({ focus: true })
  picker.dispatchEvent(new CustomEvent("chosen", { bubbles: true }))
}

on("click", ".date", (picker, { target }) => {
  if (picker.closest("[aria-busy=true]")) return
  const pressed = target.closest("[data-day], [data-months]")?.dataset ?? {}
  if ("day" in pressed) choose(picker, pressed)
  else if (pressed.months) draw(picker, 0, Number(pressed.months), `[data-months="${pressed.months}"]`)
  else if (target.closest(".pick")) {
    if (isOpen(picker.querySelector(".calendar"))) close({ focus: true })
    else draw(picker)
  }
})
on("keydown", "td [data-day]", (button, event) => {
  const [days, months] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [-7, 0], ArrowDown: [7, 0], PageUp: [0, -1], PageDown: [0, 1] }[event.key] ?? []
  if (days === undefined) return
  event.preventDefault()
  const table = button.closest("table")
  const all = [...table.querySelectorAll("[data-day]")]
  const next = days && all[all.indexOf(button) + days]
  table.dataset.at = (next || button).dataset.day
  if (next) next.focus()
  else draw(button.closest(".date"), days, months)
})
on("focusout", ".date", (picker, { relatedTarget: to }) => {
  if (to && !picker.contains(to) && isOpen(picker.querySelector(".calendar"))) close()
})
