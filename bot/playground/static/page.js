// Where the page begins: what the server has drawn comes to life, then news come.

import "./actions.js"
import "./commands.js"
import "./dates.js"
import "./directories.js"
import { toBottom } from "./composer.js"
import { enliven, live, logs } from "./live.js"
import { tab } from "./texts.js"
import { post, tell } from "./wire.js"

enliven(document)
for (const log of logs) toBottom(log)
// An address that names a message keeps it in sight.
document.getElementById(`m-${location.hash.slice(1)}`)?.scrollIntoView({ block: "nearest" })
;[...document.querySelectorAll(".composer textarea")].at(-1)?.focus({ preventScroll: true })
document.addEventListener("keydown", ({ key, defaultPrevented, isComposing }) => {
  if (key === "Escape" && !defaultPrevented && !isComposing && !document.querySelector("dialog[open]")) document.getElementById("thread-close")?.click()
})
if (tab === "home" || document.body.dataset.isDirect) post("/home", { tab: tab || "messages" }).catch((error) => tell(error.message))
live()
