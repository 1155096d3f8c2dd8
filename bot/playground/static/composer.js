// Composers, of the channel and of a thread: Enter sends, what is typed outlives a reload, files come by the button, by
// drag or by paste.

import { on } from "./events.js"
import { as, channel } from "./texts.js"
import { arrived, attach } from "./uploads.js"
import { done, post, tell } from "./wire.js"

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
  if (before[0] === "@" && /\S$/.test(into.value.slice(0, from))) before = ` ${before}`
  into.setRangeText(before + into.value.slice(from, to) + after, from, to, "end")
  if (from === to) into.selectionStart = into.selectionEnd = to + before.length
  write(into.value, into)
}

export const focusLast = () => [...document.querySelectorAll(".composer textarea")].at(-1)?.focus({ preventScroll: true })

export function enlivenComposer(form) {
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

  const remember = () => { sessionStorage[draft] = field.value }
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
      const also = form.elements.broadcast
      await post("/say", { channel, text: said, files, thread, broadcast: also?.checked })
      if (also) also.checked = false
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

  field.value ||= sessionStorage[draft] ?? ""
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
on("click", "[data-mark]", ({ form, dataset: { mark } }) => insert(form.elements.text, mark, mark))
// At the beginning of each line that is selected, or of the one where the cursor is.
on("click", "[data-line]", ({ form, dataset: { line } }) => {
  const into = form.elements.text
  const from = into.value.lastIndexOf("\n", into.selectionStart - 1) + 1
  const to = into.selectionEnd
  into.setRangeText(into.value.slice(from, to).replace(/^/gm, line), from, to, "end")
  write(into.value, into)
})
on("click", "[data-toolbar]", (button) => {
  const bar = button.form.querySelector(".format")
  bar.hidden = !bar.hidden
  button.setAttribute("aria-pressed", !bar.hidden)
})
// What one may say with one press; an archived channel has none of it.
on("click", ".hint", (hint) => {
  const { message } = hint.dataset
  if (!message) return write(hint.textContent)
  done("/say", { channel, text: message })
  field.focus()
})
