// The panel of JSON at the side, and whether the bot is connected.

import { on } from "./events.js"
import { texts } from "./texts.js"
import { done } from "./wire.js"

const entries = document.getElementById("entries")
const toggle = document.getElementById("panel-toggle")
const state = document.getElementById("bot-state")
const most = Number(document.body.dataset.mostEntries)

export function showEntries(fresh) {
  for (const entry of fresh) {
    if (!document.getElementById(entry.id)) entries.querySelector(".empty").after(entry)
  }
  for (const old of [...entries.querySelectorAll(".entry")].slice(most)) old.remove()
}

export function showBotState(isConnected) {
  state.className = isConnected ? "on" : "off"
  state.textContent = isConnected ? texts.connected : texts.not_connected
}

// What goes wrong with the next call of the bot; `faults` are those that still wait for it.
export function showFaults(faults) {
  for (const button of document.querySelectorAll("[data-fault][aria-pressed]")) button.setAttribute("aria-pressed", faults.includes(button.dataset.fault))
}
on("click", "[data-fault]", ({ dataset: { fault } }) => done("/fault", { fault }))

function show(open) {
  document.body.classList.toggle("without-panel", !open)
  toggle.setAttribute("aria-expanded", String(open))
}

toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"))
// On a narrow window the panel lies over the conversation.
const narrow = matchMedia("(max-width: 1000px)")
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !narrow.matches || toggle.getAttribute("aria-expanded") !== "true") return
  event.preventDefault() // a thread behind it stays
  show(false)
  toggle.focus()
})
narrow.addEventListener("change", () => show(!narrow.matches))
if (narrow.matches) show(false)
