// What happens within anything that a selector names, whenever that came to the page.

export function on(type, selector, act) {
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector)
    if (found) act(found, event)
  })
}
