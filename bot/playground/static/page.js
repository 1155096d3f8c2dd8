// Keeps the page live, sends what is typed and pressed. All HTML comes from the server, escaped.

const { as, channel, offline, notSent, connected, notConnected, mostEntries } = document.body.dataset
const log = document.getElementById("messages")
const entries = document.getElementById("entries")
const composer = document.getElementById("composer")
const text = composer.elements.text
const problem = document.getElementById("problem")
const botState = document.getElementById("bot-state")

const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80
const toBottom = () => { log.scrollTop = log.scrollHeight }

function fragment(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html.trim()
  return holder.content.firstElementChild
}

// Messages: those that changed are replaced, those that are gone removed, the order is the server's.
function showMessages({ order, fragments }) {
  const stay = atBottom()
  const wanted = new Set(order.map((ts) => `m-${ts}`))
  for (const old of log.querySelectorAll("article")) if (!wanted.has(old.id)) old.remove()
  let before = null
  for (const ts of order) {
    let message = document.getElementById(`m-${ts}`)
    if (fragments[ts]) {
      const fresh = fragment(fragments[ts])
      if (!message) {
        if (before) before.after(fresh)
        else log.querySelector(".empty").after(fresh)
        enliven(fresh)
      } else if (message.dataset.version !== fresh.dataset.version) {
        keepFocus(message, fresh)
        enliven(fresh)
      }
      message = document.getElementById(`m-${ts}`)
    }
    before = message
  }
  if (stay) toBottom()
}

// A fragment that replaces another keeps the page of its tables and the focus on its buttons.
function keepFocus(old, fresh) {
  const active = old.contains(document.activeElement) ? document.activeElement.dataset : null
  const pages = [...old.querySelectorAll(".data-table")].map((table) => table.dataset.page)
  old.replaceWith(fresh)
  fresh.querySelectorAll(".data-table").forEach((table, index) => { if (pages[index]) table.dataset.page = pages[index] })
  if (active?.action) {
    const same = [...fresh.querySelectorAll("[data-press]")].find(
      (button) => button.dataset.action === active.action && button.dataset.block === active.block)
    same?.focus({ preventScroll: true })
  }
}

function enliven(root) {
  for (const table of root.querySelectorAll(".data-table")) turnPage(table, 0)
}

function turnPage(table, step) {
  const controls = table.querySelector(".pages")
  if (!controls) return
  const rows = [...table.querySelectorAll("tbody tr")]
  const size = Number(table.dataset.pageSize)
  const last = Math.ceil(rows.length / size) - 1
  const page = Math.min(Math.max(Number(table.dataset.page || 0) + step, 0), last)
  table.dataset.page = page
  rows.forEach((row, index) => { row.hidden = Math.floor(index / size) !== page })
  const values = { first: page * size + 1, last: Math.min((page + 1) * size, rows.length), total: rows.length }
  controls.querySelector("span").textContent = controls.dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name])
  controls.querySelector("[data-step='-1']").disabled = page === 0
  controls.querySelector("[data-step='1']").disabled = page === last
  controls.hidden = false
}

function showEntries(list) {
  for (const html of list) {
    const entry = fragment(html)
    if (!document.getElementById(entry.id)) entries.querySelector(".empty").after(entry)
  }
  const all = entries.querySelectorAll(".entry")
  for (const old of [...all].slice(Number(mostEntries))) old.remove()
}

function showBotState(isConnected) {
  botState.className = isConnected ? "on" : "off"
  botState.textContent = isConnected ? connected : notConnected
}

// One connection; the server sends all that this page has not got, also after a pause.
let pause = 500
function live() {
  const socket = new WebSocket(`ws://${location.host}/live?${new URLSearchParams({ as, channel })}`)
  socket.onopen = () => { pause = 500; problem.textContent = "" }
  socket.onmessage = ({ data }) => {
    const news = JSON.parse(data)
    if (news.messages) showMessages(news.messages)
    if (news.entries) showEntries(news.entries)
    if ("connected" in news) showBotState(news.connected)
  }
  socket.onclose = () => {
    problem.textContent = offline
    setTimeout(live, pause)
    pause = Math.min(pause * 2, 5000)
  }
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ as, ...body }),
    })
    return answer.ok
  } catch {
    return false
  }
}

// Composer
const grow = () => { text.style.height = "auto"; text.style.height = `${text.scrollHeight + 2}px` }
text.addEventListener("input", grow)
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  composer.requestSubmit()
})
composer.addEventListener("submit", async (event) => {
  event.preventDefault()
  const said = text.value
  if (!said.trim()) return
  text.value = ""
  grow()
  toBottom()
  if (await post("/say", { channel, text: said })) problem.textContent = ""
  else {
    text.value ||= said
    grow()
    problem.textContent = notSent
  }
  toBottom()
})
for (const hint of document.querySelectorAll(".hint")) {
  hint.addEventListener("click", () => { text.value = hint.textContent; grow(); text.focus() })
}

// Buttons of messages, their confirmations, pages of tables
log.addEventListener("click", async (event) => {
  const step = event.target.closest("[data-step]")
  if (step) return turnPage(step.closest(".data-table"), Number(step.dataset.step))
  const button = event.target.closest("[data-press]")
  if (!button || button.getAttribute("aria-busy") === "true") return
  const confirmation = button.parentElement.querySelector("template[data-confirm]")
  if (confirmation) {
    event.preventDefault()
    if (!await confirmed(confirmation, button)) return
  }
  button.setAttribute("aria-busy", "true")
  const { ts, block, action } = button.dataset
  if (!await post("/press", { ts, block, action })) {
    button.removeAttribute("aria-busy")
    problem.textContent = notSent
  }
})

function confirmed(template, button) {
  const dialog = document.createElement("dialog")
  dialog.setAttribute("role", "dialog")
  dialog.setAttribute("aria-modal", "true")
  dialog.append(template.content.cloneNode(true))
  const title = dialog.querySelector("h2")
  title.id = "dialog-title"
  dialog.setAttribute("aria-labelledby", title.id)
  document.body.append(dialog)
  return new Promise((resolve) => {
    dialog.querySelector("[data-accept]").addEventListener("click", () => dialog.close("yes"))
    dialog.querySelector("[data-deny]").addEventListener("click", () => dialog.close())
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close() })
    dialog.addEventListener("close", () => {
      dialog.remove()
      button.focus()
      resolve(dialog.returnValue === "yes")
    })
    dialog.showModal()
  })
}

// Panel
const toggle = document.getElementById("panel-toggle")
function showPanel(open) {
  document.body.classList.toggle("without-panel", !open)
  toggle.setAttribute("aria-expanded", String(open))
}
toggle.addEventListener("click", () => showPanel(toggle.getAttribute("aria-expanded") !== "true"))
if (window.matchMedia("(max-width: 1000px)").matches) showPanel(false)

enliven(document)
toBottom()
text.focus()
live()
