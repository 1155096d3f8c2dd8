// The composer: Enter sends, what is typed outlives a reload, files come by the button, by drag or by paste.

import { as, channel, thread } from "./texts.js"
import { arrived, attach } from "./uploads.js"
import { post, tell } from "./wire.js"

const form = document.getElementById("composer")
const main = document.querySelector("main")
const log = document.getElementById("messages")
export const field = form?.elements.text
const picker = form?.querySelector("input[type=file]")
const list = form?.querySelector(".files")
const draft = `draft ${as} ${channel} ${thread}`

export const toBottom = () => { if (log) log.scrollTop = log.scrollHeight }

export function write(words) {
  if (field.value !== words) field.value = words
  field.dispatchEvent(new Event("input", { bubbles: true }))
  field.focus()
}

// Around what is selected, or where the cursor is, which then stands within.
export function insert(before, after = "") {
  const { selectionStart: from, selectionEnd: to } = field
  field.setRangeText(before + field.value.slice(from, to) + after, from, to, "end")
  if (from === to) field.selectionStart = field.selectionEnd = to + before.length
  write(field.value)
}

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
    await post("/say", { channel, text: said, files, ...(thread ? { thread } : {}) })
    for (const line of lines) line.remove()
    tell()
    remember()
  } catch (error) {
    field.value ||= said
    grow()
    tell(error.message)
  }
  toBottom()
}

if (form) {
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
  for (const button of form.querySelectorAll("[data-mark]")) button.addEventListener("click", () => insert(button.dataset.mark, button.dataset.mark))
  for (const hint of document.querySelectorAll(".hint:not([data-message])")) hint.addEventListener("click", () => write(hint.textContent))
  document.addEventListener("click", ({ target }) => {
    const message = target.closest(".hint[data-message]")?.dataset.message
    if (message) post("/say", { channel, text: message }).then(() => tell(), (error) => tell(error.message))
    if (message) field.focus()
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
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files")
  for (const kind of ["dragenter", "dragover"]) {
    main.addEventListener(kind, (event) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      main.classList.add("dropping")
    })
  }
  main.addEventListener("dragleave", (event) => {
    if (!main.contains(event.relatedTarget)) main.classList.remove("dropping")
  })
  main.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    main.classList.remove("dropping")
    add(event.dataTransfer.files)
    field.focus()
  })
}
