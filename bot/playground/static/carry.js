// A fragment that replaces another keeps what a person did in it: words, choices, folds, pages, the focus.

import { closeWithin } from "./popups.js"

const fields = "input:not([type=file]), textarea"

// Where a control is found again: by its id; a menu of Home also by what it does, since its block may have another name
// by then. Not so a button: what does the same there does it to something else.
export const placeOf = ({ id, parentElement }) => [`[id="${id}"]`, `#home [data-action="${parentElement?.dataset.action}"] > input`]
export const found = (places) => places.map((place) => document.querySelector(place)).find(Boolean)

export function replace(old, fresh) {
  const focus = old.contains(document.activeElement) ? document.activeElement : null
  const searches = focus?.matches("[role=combobox][aria-expanded=true]")
  closeWithin(old)
  const selection = focus && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null
  const twin = (node) => node.id && fresh.querySelector(`#${CSS.escape(node.id)}`)
  const kept = [...old.querySelectorAll(fields)].filter((field) => !field.closest(".select"))
  for (const field of kept) {
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked === field.defaultChecked) continue
      const same = [...fresh.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)].find(({ value }) => value === field.value)
      if (same) same.checked = field.checked
    } else if (field.value !== field.defaultValue && twin(field)) twin(field).value = field.value
  }
  for (const select of old.querySelectorAll(".select")) keepSelect(select, twin(select.querySelector("[role=combobox]")))
  for (const date of old.querySelectorAll(".date[data-dirty]")) {
    const button = twin(date.querySelector(".pick"))
    if (!button) continue
    Object.assign(button.parentElement.dataset, { value: date.dataset.value, dirty: "" })
    button.querySelector("span").textContent = date.querySelector(".pick span").textContent
  }
  for (const files of old.querySelectorAll(".file-input")) {
    twin(files.querySelector("input"))?.parentElement.querySelector(".files").replaceWith(files.querySelector(".files"))
  }
  keepByOrder(old, fresh, "details", (before, now) => { now.open = before.open })
  keepByOrder(old, fresh, ".data-table", (before, now) => Object.assign(now.dataset, { ...now.dataset, ...before.dataset }))
  const place = old.querySelector(".view-body")?.scrollTop
  old.replaceWith(fresh)
  if (place) fresh.querySelector(".view-body").scrollTop = place
  return () => {
    if (!focus) return
    const now = found(placeOf(focus))
    now?.focus({ preventScroll: true })
    if (now && selection?.[0] != null && now.setSelectionRange) now.setSelectionRange(...selection)
    if (searches) now?.dispatchEvent(new Event("input", { bubbles: true })) // its list is open again
  }
}

function keepSelect(old, field) {
  const fresh = field?.closest(".select")
  const before = old.querySelector("[role=combobox]")
  if (!fresh) return
  if (before === document.activeElement) field.value = before.value // words of a search that goes on
  if (old.dataset.dirty === undefined) return
  fresh.dataset.dirty = ""
  field.value = before.value
  if (before.dataset.label !== undefined) field.dataset.label = before.dataset.label
  if (old.dataset.value === undefined) delete fresh.dataset.value
  else fresh.dataset.value = old.dataset.value
  const chips = old.querySelector(".chips")
  if (chips) fresh.querySelector(".chips").replaceWith(chips)
}

// Folds and tables have no ids: the one at the same place is the same if it bears the same name.
const nameOf = (node) => (node.querySelector("summary strong") ?? node.querySelector("summary, caption"))?.textContent
function keepByOrder(old, fresh, selector, keep) {
  const now = fresh.querySelectorAll(selector)
  old.querySelectorAll(selector).forEach((before, index) => {
    if (now[index] && nameOf(now[index]) === nameOf(before)) keep(before, now[index])
  })
}
