// The menu of commands while one types "/": those that go on as what was typed, accents or not.

import { field, write } from "./composer.js"
import { activate, active, folded, move, options, shown } from "./selects.js"

const menu = document.getElementById("commands")
const select = { field, list: menu }

function show(open) {
  menu.hidden = !open
  activate(select, null)
}

function look() {
  const typed = folded(field.value)
  if (!typed.startsWith("/") || typed.includes("\n")) return show(false)
  for (const option of options(menu)) {
    const command = folded(option.dataset.command)
    option.hidden = !(command.startsWith(typed.trimEnd()) || typed.startsWith(`${command} `))
  }
  // Of two that fit, such as "deny" and "deny add", the longer one is meant once it is typed.
  const typedOut = shown(menu).filter((option) => typed.startsWith(`${folded(option.dataset.command)} `))
  const longest = Math.max(0, ...typedOut.map((option) => option.dataset.command.length))
  for (const option of typedOut) {
    if (option.dataset.command.length < longest && !folded(option.dataset.command).startsWith(typed.trimEnd())) option.hidden = true
  }
  show(shown(menu).length > 0)
}

function take(option) {
  write(`${option.dataset.command} `)
  activate(select, null)
}

if (field && menu) {
  field.addEventListener("input", look)
  field.addEventListener("blur", () => show(false))
  menu.addEventListener("mousedown", (event) => event.preventDefault()) // the field keeps the focus
  menu.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]")
    if (option) take(option)
  })
  // Before the composer, which sends at Enter: only what was picked by an arrow is taken instead.
  field.addEventListener("keydown", (event) => {
    if (menu.hidden || event.isComposing) return
    const { key } = event
    const picked = active(menu)
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault()
      move(select, key === "ArrowDown" ? 1 : -1)
    } else if (key === "Escape") {
      event.preventDefault()
      show(false)
    } else if (key === "Enter" && picked && !event.shiftKey) {
      event.preventDefault()
      take(picked)
    } else if (key === "Enter") show(false)
    else if (key === "Tab" && !event.shiftKey) {
      const option = picked ?? shown(menu)[0]
      if (folded(field.value).startsWith(`${folded(option.dataset.command)} `)) return
      event.preventDefault()
      take(option)
    }
  }, true)
}
