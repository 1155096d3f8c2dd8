// One connection; the server sends all that this page has not got, also after a pause. All HTML is the server's.

import { replace } from "./carry.js"
import { enlivenComposer, focusLast, toBottom } from "./composer.js"
import { showViews } from "./dialogs.js"
import { on } from "./events.js"
import { showBotState, showEntries, showFaults } from "./panel.js"
import { enlivenSelects } from "./selects.js"
import { enlivenTables } from "./tables.js"
import { tab, texts } from "./texts.js"
import { tell } from "./wire.js"

const home = document.getElementById("home")
const atWork = document.getElementById("at-work")

export function fragment(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html.trim()
  return holder.content.firstElementChild
}

export function enliven(root) {
  enlivenTables(root)
  enlivenSelects(root)
}

// Messages: those that changed are replaced, those that are gone removed, the order is the server's.
function showMessages(log, { order, fragments }) {
  const stay = log.scrollHeight - log.scrollTop - log.clientHeight < 80
  const wanted = new Set(order)
  for (const old of log.querySelectorAll("article")) if (!wanted.has(old.dataset.ts)) old.remove()
  let before = log.querySelector(".empty")
  for (const ts of order) {
    const found = () => log.querySelector(`[data-ts="${ts}"]`)
    let message = found()
    if (fragments[ts]) {
      const fresh = fragment(fragments[ts])
      if (!message) {
        if (before) before.after(fresh)
        else log.prepend(fresh)
        enliven(fresh)
      } else renew(message, fresh)
      message = found()
    }
    before = message
  }
  if (stay) toBottom(log)
}

function renew(old, fresh) {
  if (old.dataset.version === fresh.dataset.version) return
  const refocus = replace(old, fresh)
  enliven(fresh)
  refocus()
}

// The thread beside the channel is the one that the address names; the server draws it.
function showThread(html) {
  const old = document.querySelector(".thread")
  const fresh = html ? fragment(html) : null
  if (old?.dataset.thread === fresh?.dataset.thread) return
  old?.remove()
  if (fresh) {
    document.querySelector(".pane").after(fresh)
    enliven(fresh)
    for (const form of fresh.querySelectorAll(".composer")) enlivenComposer(form)
    toBottom(fresh.querySelector(".log"))
  }
  keepInSight()
  focusLast()
}

// An address that names a message keeps it in sight.
export function keepInSight() {
  document.getElementById(`m-${location.hash.slice(1)}`)?.scrollIntoView({ block: "nearest" })
}

function turn() {
  if (!location.search.includes("thread=")) showThread("")
  if (socket.readyState === 1) socket.send(location.search)
}
addEventListener("popstate", turn)
on("click", "[data-turn]", (link, event) => {
  if (tab || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  history.pushState(null, "", link.href)
  turn()
})

let pause = 500
let isOffline = false
let socket
export function live() {
  socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/live${location.search}`)
  socket.onopen = () => {
    pause = 500
    if (isOffline) tell()
    isOffline = false
    document.body.dataset.live = ""
  }
  socket.onmessage = ({ data }) => {
    const news = JSON.parse(data)
    if ("pane" in news) showThread(news.pane)
    for (const log of document.querySelectorAll(".log")) if (news[log.id]) showMessages(log, news[log.id])
    if ("at_work" in news) atWork.textContent = news.at_work ? atWork.dataset.words : ""
    // What the app suggests to ask; an archived channel has no place for it.
    if (news.prompts) document.getElementById("prompts")?.replaceWith(fragment(news.prompts))
    if (news.home && home) renew(home.firstElementChild, fragment(news.home))
    if (news.unread) for (const link of document.querySelectorAll("nav [data-channel]")) link.classList.toggle("unread", news.unread.includes(link.dataset.channel))
    if (news.views) showViews(news.views, fragment)
    if (news.entries) showEntries(news.entries.map(fragment))
    if (news.faults) showFaults(news.faults)
    if ("connected" in news) showBotState(news.connected)
  }
  socket.onclose = () => {
    isOffline = true
    delete document.body.dataset.live
    atWork.textContent = ""
    tell(texts.offline)
    setTimeout(live, pause)
    pause = Math.min(pause * 2, 5000)
  }
}
