// Where the page begins: what the server has drawn comes to life, then news come.

import "./actions.js"
import "./commands.js"
import "./dates.js"
import "./directories.js"
import { field, toBottom } from "./composer.js"
import { enliven, live } from "./live.js"
import { tab } from "./texts.js"
import { post, tell } from "./wire.js"

enliven(document)
toBottom()
field?.focus()
if (tab === "home" || document.body.dataset.isDirect) post("/home", { tab: tab || "messages" }).catch((error) => tell(error.message))
live()
