// What is chosen or written in a control of a block.

import { chosen } from "./selects.js"

// Its value: a string, a list where there may be several, or null where there is none.
export function valueOf(control) {
  const { element } = control.dataset
  if (element === "datetimepicker") {
    const [day, time] = [".date", ".time"].map((part) => control.querySelector(part).dataset.value)
    return day && time ? { local: `${day}T${time}` } : null
  }
  if (element === "datepicker") return control.querySelector(".date").dataset.value || null
  if (control.classList.contains("select")) return chosen(control)
  if (element === "checkboxes") return [...control.querySelectorAll("input:checked")].map((box) => box.value)
  if (element === "radio_buttons") return control.querySelector("input:checked")?.value ?? null
  if (element === "file_input") return [...control.querySelectorAll(".files li")].map((file) => file.dataset.file)
  return control.querySelector("input, textarea")?.value || null
}

// What is in the input blocks of a view, by block.
export function valuesIn(view) {
  const controls = [...view.querySelectorAll("[data-input] .control[data-element]")]
  return Object.fromEntries(controls.map((control) => [control.dataset.block, valueOf(control)]))
}
