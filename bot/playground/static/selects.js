// Selects: a field that filters its list while one types. What is chosen stands in data-value, or in chips.

import { on } from "./events.js"
import { close, isOpen, open } from "./popups.js"
import { fill } from "./texts.js"
import { locate, post } from "./wire.js"

const parts = (node) => {
  const control = node.closest(".select")
  const [field, list, chips] = ["[role=combobox]", "[role=listbox]", ".chips"].map((part) => control.querySelector(part))
  return { control, field, list, chips }
}
export const options = (list) => [...list.querySelectorAll("[role=option]")]
export const shown = (list) => options(list).filter((option) => !option.hidden)
export const active = (list) => list.querySelector(".active:not([hidden])")
const label = (option) => option.querySelector("span").textContent.trim()
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

export const chosen = (control) => control.querySelector(".chips")
  ? [...control.querySelectorAll(".chips li")].map((chip) => chip.dataset.value)
  : control.dataset.value ?? null

// A chip is drawn by the server without its button, so that all chips come from one place.
export function enlivenSelects(root) {
  for (const list of root.querySelectorAll(".select .chips")) for (const chip of list.children) addRemove(chip)
  for (const { field, control } of [...root.querySelectorAll(".select")].map(parts)) {
    if (!control.classList.contains("multiple")) field.dataset.label ??= field.value
  }
}

function addRemove(chip) {
  if (chip.querySelector("button")) return
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "×"
  button.setAttribute("aria-label", fill(chip.parentElement.dataset.remove, { name: chip.textContent.trim() }))
  chip.append(button)
}

function show(select, query) {
  const { field, list, control } = select
  if (control.getAttribute("aria-busy") === "true") return
  if (control.dataset.minQuery !== undefined) ask(select, query)
  else filter(select, query)
  open(list, field)
  point(select, query)
}

// What fits best is what Enter takes, once something is typed; a time may be one that is not in the list.
function point(select, query) {
  activate(select, query.trim() && !select.control.matches(".time") && shown(select.list)[0])
}

function typedTime({ control, field }) {
  const found = control.matches(".time") && field.value.trim().match(/^([01]?\d|2[0-3])[:h. ]?([0-5]\d)$/)
  return found && `${found[1].padStart(2, "0")}:${found[2]}`
}

function take(select, value, words) {
  const { control, field } = select
  const same = control.dataset.value === value
  control.dataset.dirty = ""
  control.dataset.value = value
  field.value = field.dataset.label = words
  mark(select)
  return same || changed(control)
}

function filter({ list }, query) {
  const wanted = folded(query.trim())
  for (const option of options(list)) option.hidden = !folded(option.textContent).includes(wanted)
  for (const group of list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])")
  note(list, shown(list).length ? "" : list.dataset.none)
}

function note(list, words) {
  list.querySelector(".note")?.remove()
  if (!words) return
  const line = document.createElement("p")
  line.className = "note"
  line.setAttribute("role", "status")
  line.textContent = words
  list.append(line)
}

// Options that the app knows: asked for after a pause in typing; an answer that was overtaken is dropped.
let asked = 0
function ask(select, query) {
  const mine = ++asked
  const { control, list } = select
  const few = control.dataset.minQuery
  if (query.trim().length < few) {
    list.replaceChildren()
    return note(list, fill(list.dataset.more, { n: few }))
  }
  setTimeout(async () => {
    if (mine !== asked) return
    try {
      const { html } = await post("/options", { ...locate(control), query: query.trim() })
      if (mine !== asked) return
      list.innerHTML = html
      mark(select)
      note(list, shown(list).length ? "" : list.dataset.none)
      point(select, query)
    } catch (error) {
      list.replaceChildren()
      note(list, error.message)
    }
    if (isOpen(list)) open(list, select.field)
  }, 250)
}

function mark({ control, list }) {
  const values = [chosen(control)].flat()
  for (const option of options(list)) option.setAttribute("aria-selected", String(values.includes(option.dataset.value)))
}

export function activate({ field, list }, option) {
  for (const other of list.querySelectorAll(".active")) other.classList.remove("active")
  if (!option) return field.removeAttribute("aria-activedescendant")
  option.classList.add("active")
  option.id ||= `${list.id}-${options(list).indexOf(option)}`
  field.setAttribute("aria-activedescendant", option.id)
  option.scrollIntoView({ block: "nearest" })
}

export function move(select, step) {
  const all = shown(select.list)
  const now = all.indexOf(active(select.list))
  activate(select, all.at(Math.max(now, step < 0 ? 0 : -1) + step) ?? all[0])
}

function choose(select, option) {
  const { control, field, chips } = select
  if (!chips) {
    close({ focus: true })
    return take(select, option.dataset.value, label(option))
  }
  const has = [...chips.children].find((chip) => chip.dataset.value === option.dataset.value)
  if (has) has.remove()
  else if (chips.children.length < Number(control.dataset.most ?? Infinity)) {
    const chip = document.createElement("li")
    chip.dataset.value = option.dataset.value
    chip.append(Object.assign(document.createElement("span"), { textContent: label(option) }))
    chips.append(chip)
    addRemove(chip)
  } else return
  field.value = ""
  if (control.dataset.minQuery === undefined) filter(select, "")
  open(select.list, field)
  edited(select)
}

function edited(select) {
  select.control.dataset.dirty = ""
  mark(select)
  changed(select.control)
}

// Of several an app is told at once, when the list closes.
function changed(control) {
  if (control.querySelector("[role=listbox]").hidden) control.dispatchEvent(new CustomEvent("chosen", { bubbles: true }))
  else control.dataset.pending = ""
}
on("popup-closed", ".select[data-pending]", (control) => {
  delete control.dataset.pending
  changed(control)
})

on("focusin", ".select:not(.multiple) [role=combobox]", (field) => field.select())
on("click", ".select", (control, { target }) => {
  const select = parts(control)
  const option = target.closest("[role=option]")
  if (option) return choose(select, option)
  const remove = target.closest(".chips button")
  if (remove) {
    remove.parentElement.remove()
    select.field.focus()
    return edited(select)
  }
  if (target.closest("template, [role=listbox]")) return
  select.field.focus()
  if (isOpen(select.list)) return
  if (!select.chips) setTimeout(() => select.field.select()) // once the click itself has put the caret
  show(select, select.chips ? select.field.value : "")
})
on("input", ".select [role=combobox]", (field) => show(parts(field), field.value))
on("keydown", ".select [role=combobox]", (field, event) => {
  if (event.isComposing) return
  const select = parts(field)
  const { list, chips } = select
  const picked = active(list)
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault()
    if (!isOpen(list)) show(select, chips ? field.value : "")
    move(select, event.key === "ArrowDown" ? 1 : -1)
  } else if (event.key === "Enter") {
    event.preventDefault()
    const time = typedTime(select)
    if (time && !picked) {
      close()
      return take(select, time, time)
    }
    if (isOpen(list) && picked) choose(select, picked)
    else if (!isOpen(list)) show(select, "")
  } else if (event.key === "Tab") close()
  else if (event.key === "Backspace" && chips && !field.value && chips.lastElementChild) {
    chips.lastElementChild.remove()
    edited(select)
  }
})
// Words that are no choice do not stay; an optional field that was emptied is empty.
on("focusout", ".select [role=combobox]", (field) => {
  const select = parts(field)
  const { control, chips } = select
  const time = typedTime(select)
  if (time) take(select, time, time)
  else if (chips) field.value = ""
  else if (!field.value.trim() && control.closest("[data-optional]")) {
    delete control.dataset.value
    field.dataset.label = ""
  } else field.value = field.dataset.label ?? ""
})
// A click in the list must not take the focus away from the field.
on("mousedown", ".select [role=listbox]", (list, event) => event.preventDefault())
