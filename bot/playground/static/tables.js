// Data tables: a page of rows at a time, sorted by the column whose head is pressed.

import { on } from "./events.js"
import { fill } from "./texts.js"

const language = document.documentElement.lang

export function enlivenTables(root) {
  for (const table of root.querySelectorAll(".data-table")) {
    if (table.dataset.sort) sort(table, ...table.dataset.sort.split(" "))
    turn(table, 0)
  }
}

function turn(table, step) {
  const controls = table.querySelector(".pages")
  if (!controls) return
  const rows = [...table.querySelectorAll("tbody tr")]
  const size = Number(table.dataset.pageSize)
  const last = Math.ceil(rows.length / size) - 1
  const page = Math.min(Math.max(Number(table.dataset.page || 0) + step, 0), last)
  table.dataset.page = page
  rows.forEach((row, index) => { row.hidden = Math.floor(index / size) !== page })
  const values = { first: page * size + 1, last: Math.min((page + 1) * size, rows.length), total: rows.length }
  controls.querySelector("span").textContent = fill(controls.dataset.words, values)
  controls.querySelector("[data-step='-1']").disabled = page === 0
  controls.querySelector("[data-step='1']").disabled = page === last
  controls.hidden = false
}

// Numbers by their value, words as the language sorts them; rows that are alike keep their order.
function sort(table, column, direction) {
  const body = table.querySelector("tbody")
  const sign = direction === "descending" ? -1 : 1
  const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim()
  const numeric = [...body.rows].every((row) => row.cells[column].dataset.sort !== undefined)
  const compare = numeric
    ? (a, b) => Number(key(a)) - Number(key(b))
    : (a, b) => key(a).localeCompare(key(b), language, { numeric: true, sensitivity: "base" })
  body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)))
  table.querySelectorAll("thead th").forEach((head, index) => {
    head.setAttribute("aria-sort", index === Number(column) ? direction : "none")
  })
  table.dataset.sort = `${column} ${direction}`
}

on("click", "[data-step]", (step) => turn(step.closest(".data-table"), Number(step.dataset.step)))
on("click", ".sort", (button) => {
  const head = button.closest("th")
  const table = head.closest(".data-table")
  const numbers = head.classList.contains("right") // the largest first, as one wants figures
  const [first, second] = numbers ? ["descending", "ascending"] : ["ascending", "descending"]
  sort(table, head.cellIndex, head.getAttribute("aria-sort") === first ? second : first)
  table.dataset.page = 0
  turn(table, 0)
})
