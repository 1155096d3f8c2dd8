// The menu of commands while one types "/": those that go on as what was typed, accents or not.

import { field, write } from "./composer.js"

const menu = document.getElementById("commands")
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
const options = menu ? [...menu.querySelectorAll("[role=option]")] : []
const shown = () => options.filter((option) => !option.hidden)

function show(open) {
  menu.hidden = !open
  if (!open) activate(null)
}

function activate(option) {
  for (const other of options) {
    other.classList.toggle("active", other === option)
    other.setAttribute("aria-selected", String(other === option))
  }
  if (!option) return field.removeAttribute("aria-activedescendant")
  field.setAttribute("aria-activedescendant", option.id)
  option.scrollIntoView({ block: "nearest" })
}

function look() {
  const typed = folded(field.value)
  if (!typed.startsWith("/") || typed.includes("\n")) return show(false)
  for (const option of options) {
    const command = folded(option.dataset.command)
    option.hidden = !(command.startsWith(typed.trimEnd()) || typed.startsWith(`${command} `))
  }
  // Of two that fit, such as "deny" and "deny add", the longer one is meant once it is typed.
  const typedOut = shown().filter((option) => typed.startsWith(`${folded(option.dataset.command)} `))
  const longest = Math.max(0, ...typedOut.map((option) => option.dataset.command.length))
  for (const option of typedOut) {
    if (option.dataset.command.length < longest && !folded(option.dataset.command).startsWith(typed.trimEnd())) option.hidden = true
  }
  activate(null)
  show(shown().length > 0)
}

function take(option) {
  write(`${option.dataset.command} `)
  activate(null)
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
    const all = shown()
    const now = all.findIndex((option) => option.classList.contains("active"))
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      const step = event.key === "ArrowDown" ? 1 : -1
      activate(all[now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length])
    } else if (event.key === "Escape") {
      event.preventDefault()
      show(false)
    } else if (event.key === "Enter" && now >= 0 && !event.shiftKey) {
      event.preventDefault()
      take(all[now])
    } else if (event.key === "Enter") show(false)
    else if (event.key === "Tab" && !event.shiftKey) {
      const option = all[Math.max(now, 0)]
      if (folded(field.value).startsWith(`${folded(option.dataset.command)} `)) return
      event.preventDefault()
      take(option)
    }
  }, true)
}
