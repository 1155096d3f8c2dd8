// Files go up as soon as they are picked; each is a line that can be taken away again.

import { fill, texts } from "./texts.js"
import { upload } from "./wire.js"

export function attach(files, list, tell, most = Infinity) {
  for (const file of files) {
    if (list.children.length >= most) break
    const line = document.createElement("li")
    line.append(Object.assign(document.createElement("span"), { textContent: file.name }))
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" })
    remove.setAttribute("aria-label", fill(texts.remove, { name: file.name }))
    remove.addEventListener("click", () => {
      const next = list.parentElement.querySelector("textarea, input")
      line.remove()
      next.focus()
    })
    line.append(remove)
    list.append(line)
    line.setAttribute("aria-busy", "true")
    line.going = upload(file).then(({ file: id }) => { line.dataset.file = id }, (error) => {
      line.remove()
      tell(`${file.name}: ${error.message}`)
    }).finally(() => line.removeAttribute("aria-busy"))
  }
}

// All that is on its way has arrived.
export const arrived = (list) => Promise.all([...list.children].map((line) => line.going))
