// Composers, of the channel and of a thread: Enter sends, what is typed outlives a reload, files come by the button, by
// drag or by paste.

import { as, channel } from "./texts.js"
import { arrived, attach } from "./uploads.js"
import { post, tell } from "./wire.js"

export const field = document.querySelector("#composer textarea")

export const toBottom = (log) => { log.scrollTop = log.scrollHeight }

export function write(words, into = field) {
  if (into.value !== words) into.value = words
  into.dispatchEvent(new Event("input", { bubbles: true }))
  into.focus()
}

// Around what is selected, or where the cursor is, which then stands within.
export function insert(into, before, after = "") {
  const { selectionStart: from, selectionEnd: to } = into
  into.setRangeText(before + into.value.slice(from, to) + after, from, to, "end")
  if (from === to) into.selectionStart = into.selectionEnd = to + before.length
  write(into.value, into)
}

function enlivenComposer(form) {
  const pane = form.closest(".pane")
  const field = form.elements.text
  const picker = form.querySelector("input[type=file]")
  const list = form.querySelector(".files")
  const { thread } = form.dataset
  const draft = `draft ${as} ${channel} ${thread}`

  function grow() {
    field.style.height = "auto"
    field.style.height = `${field.scrollHeight + 2}px`
  }

  function remember() {
    if (field.value) sessionStorage.setItem(draft, field.value)
    else sessionStorage.removeItem(draft)
  }

  const add = (files) => attach(files, list, tell)

  async function send() {
    const said = field.value
    const lines = [...list.children]
    if (!said.trim() && !lines.length) return
    field.value = ""
    grow()
    try {
      await arrived(list)
      const files = lines.map((line) => line.dataset.file).filter(Boolean)
      if (!said.trim() && !files.length) return
      await post("/say", { channel, text: said, files, thread })
      for (const line of lines) line.remove()
      tell()
      remember()
    } catch (error) {
      field.value ||= said
      grow()
      tell(error.message)
    }
    toBottom(pane.querySelector(".log"))
  }

  field.value ||= sessionStorage.getItem(draft) ?? ""
  grow()
  field.addEventListener("input", () => {
    grow()
    remember()
  })
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return
    event.preventDefault()
    form.requestSubmit()
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    send()
  })
  for (const button of form.querySelectorAll("[data-mark]")) button.addEventListener("click", () => insert(field, button.dataset.mark, button.dataset.mark))
  form.querySelector(".attach").addEventListener("click", () => picker.click())
  picker.addEventListener("change", () => {
    add(picker.files)
    picker.value = ""
    field.focus()
  })
  field.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return
    event.preventDefault()
    add(event.clipboardData.files)
  })
  const drops = (kind, isOver) => pane.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return
    event.preventDefault()
    pane.classList.toggle("dropping", isOver)
    if (kind !== "drop") return
    add(event.dataTransfer.files)
    field.focus()
  })
  drops("dragenter", true)
  drops("dragover", true)
  drops("drop", false)
  pane.addEventListener("dragleave", (event) => {
    if (!pane.contains(event.relatedTarget)) pane.classList.remove("dropping")
  })
}

for (const form of document.querySelectorAll(".composer")) enlivenComposer(form)
// What one may say with one press; an archived channel has none of it.
document.addEventListener("click", ({ target }) => {
  const hint = target.closest(".hint")
  if (!hint) return
  const { message } = hint.dataset
  if (!message) return write(hint.textContent)
  post("/say", { channel, text: message }).then(() => tell(), (error) => tell(error.message))
  field.focus()
})
