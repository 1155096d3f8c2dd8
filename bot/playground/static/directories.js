// The dialog with the clients' directories. Each act comes back as the whole of what it shows.

import { replace } from "./carry.js"
import { field, write } from "./composer.js"
import { fragment } from "./live.js"
import { post } from "./wire.js"

const dialog = document.getElementById("directories")
const opener = document.getElementById("directories-open")
const say = (words) => { dialog.querySelector(".view-problem").textContent = words }
const shown = () => document.getElementById("directory")
let latest = 0

async function ask(what = {}) {
  const now = ++latest
  const { client, page } = shown().dataset
  const asked = client ? { client, page, query: document.getElementById("directory-search").value } : {}
  try {
    const { html } = await post("/directories", { ...asked, ...what })
    say("")
    if (now !== latest) return false // a later answer shows all of it
    const refocus = replace(shown(), fragment(html))
    refocus()
    return true
  } catch (error) {
    say(error.message)
    return false
  }
}

// Whose button is gone keeps the focus at the first of what can be done with them now.
async function act(row, what) {
  if (!await ask({ id: row.dataset.id, ...what }) || dialog.contains(document.activeElement)) return
  const next = document.getElementById(`first-${row.dataset.id}`) ?? document.getElementById("directory-search")
  next.focus({ preventScroll: true })
}

function unfold(button) {
  const form = document.getElementById(button.getAttribute("aria-controls"))
  form.hidden = !form.hidden
  button.setAttribute("aria-expanded", String(!form.hidden))
  if (!form.hidden) form.querySelector("input").select()
}

if (dialog) {
  opener.addEventListener("click", async () => {
    dialog.returnValue = ""
    dialog.showModal()
    await ask()
    document.getElementById("directory-search")?.focus()
  })
  dialog.addEventListener("close", () => {
    const line = dialog.returnValue
    if (line && field) write(line)
    else opener.focus()
  })
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("[data-dismiss]")) return dialog.close()
    const button = target.closest("button")
    if (!button) return
    const { show, answering, line, page, act: name, rename } = button.dataset
    if (rename !== undefined) unfold(button)
    else if (show) ask({ client: show, page: 1, query: "" })
    else if (answering) ask({ act: "answer", answering })
    else if (page) ask({ page })
    else if (name) act(button.closest("li"), { act: name })
    else if (line) dialog.close(line)
  })
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault()
    const form = event.target
    const name = form.querySelector("input").value
    if ("search" in form.dataset) return ask({ page: 1 })
    if ("join" in form.dataset) {
      if (await ask({ act: "join", name })) document.getElementById("directory-name").value = ""
    } else act(form.closest("li"), { act: "rename", name })
  })
  let typing
  dialog.addEventListener("input", ({ target }) => {
    if (target.id !== "directory-search") return
    clearTimeout(typing)
    typing = setTimeout(() => ask({ page: 1 }), 200)
  })
}
