// One popup at a time: a list or a menu beside what opened it. Escape, a click elsewhere or scrolling closes it.

let current = null

export const isOpen = (popup) => current?.popup === popup

export function open(popup, anchor) {
  if (isOpen(popup)) return place()
  close()
  current = { popup, anchor }
  popup.hidden = false
  anchor.setAttribute("aria-expanded", "true")
  place()
}

export function close({ focus = false } = {}) {
  if (!current) return
  const { popup, anchor } = current
  current = null
  popup.hidden = true
  anchor.setAttribute("aria-expanded", "false")
  anchor.removeAttribute("aria-activedescendant")
  popup.dispatchEvent(new CustomEvent("popup-closed", { bubbles: true }))
  if (focus) anchor.focus({ preventScroll: true })
}

// What is about to go from the page takes its popup along.
export function closeWithin(root) {
  if (current && root.contains(current.popup)) close()
}

// Below what opened it; above where there is more room; never outside the window.
function place() {
  const { popup, anchor } = current
  const box = (anchor.closest(".select") ?? anchor).getBoundingClientRect()
  const below = innerHeight - box.bottom - 12
  const above = box.top - 12
  const up = below < 200 && above > below
  popup.style.maxHeight = `${Math.min(320, up ? above : below)}px`
  popup.style.minWidth = `${Math.min(box.width, innerWidth - 16)}px`
  popup.style.left = `${Math.max(8, Math.min(box.left, innerWidth - popup.offsetWidth - 8))}px`
  popup.style.top = up ? "auto" : `${box.bottom + 4}px`
  popup.style.bottom = up ? `${innerHeight - box.top + 4}px` : "auto"
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !current) return
  event.preventDefault() // the dialog around it stays
  event.stopPropagation()
  close({ focus: true })
}, true)
document.addEventListener("pointerdown", ({ target }) => {
  if (current && !current.popup.contains(target) && !current.anchor.contains(target)) close()
}, true)
addEventListener("resize", () => close())
document.addEventListener("scroll", ({ target }) => {
  if (current && !current.popup.contains(target)) {
    if (current.anchor.isConnected) place()
    else close()
  }
}, true)
