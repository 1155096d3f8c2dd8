// One connection; the server sends all that this page has not got, also after a pause. All HTML is the server's.

import { replace } from "./carry.js"
import { toBottom } from "./composer.js"
import { showViews } from "./dialogs.js"
import { showBotState, showEntries, showFaults } from "./panel.js"
import { enlivenSelects } from "./selects.js"
import { enlivenTables } from "./tables.js"
import { texts } from "./texts.js"
import { tell } from "./wire.js"

export const logs = document.querySelectorAll(".log")
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
      } else if (message.dataset.version !== fresh.dataset.version) {
        const refocus = replace(message, fresh)
        enliven(fresh)
        refocus()
      }
      message = found()
    }
    before = message
  }
  if (stay) toBottom(log)
}

function showHome(html) {
  if (!home) return
  const fresh = fragment(html)
  if (home.firstElementChild.dataset.version === fresh.dataset.version) return
  const refocus = replace(home.firstElementChild, fresh)
  enliven(fresh)
  refocus()
}

// What the app suggests to ask; an archived channel has no place for it.
function showPrompts(html) {
  document.getElementById("prompts")?.replaceWith(fragment(html))
}

let pause = 500
let isOffline = false
export function live() {
  const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/live${location.search}`)
  socket.onopen = () => {
    pause = 500
    if (isOffline) tell()
    isOffline = false
    document.body.dataset.live = ""
  }
  socket.onmessage = ({ data }) => {
    const news = JSON.parse(data)
    for (const log of logs) if (news[log.id]) showMessages(log, news[log.id])
    if ("at_work" in news) atWork.textContent = news.at_work ? atWork.dataset.words : ""
    if (news.prompts) showPrompts(news.prompts)
    if (news.home) showHome(news.home)
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
