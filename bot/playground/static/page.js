// Where the page begins: what the server has drawn comes to life, then news come.

import "./actions.js"
import "./commands.js"
import "./dates.js"
import "./directories.js"
import { focusLast, toBottom } from "./composer.js"
import { enliven, keepInSight, live } from "./live.js"
import { tab } from "./texts.js"
import { done } from "./wire.js"

enliven(document)
document.querySelectorAll(".log").forEach(toBottom)
keepInSight()
focusLast()
document.addEventListener("keydown", ({ key, defaultPrevented, isComposing }) => {
  if (key === "Escape" && !defaultPrevented && !isComposing && !document.querySelector("dialog[open]")) document.getElementById("thread-close")?.click()
})
if (tab === "home" || document.body.dataset.isDirect) done("/home", { tab: tab || "messages" })
live()
