"use strict";
// Search boxes, sorting, printing and the arrow keys; without script they are not there, and everything else is there all the same.
const begins = (text, word) => {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return true;
  }
  return false;
};
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const input of document.querySelectorAll("input[data-filter]")) {
  const list = document.querySelector(`[data-list="${input.dataset.filter}"]`);
  const found = document.querySelector(`[data-found="${input.dataset.filter}"]`);
  const items = [...list.querySelectorAll("[data-find]")].map((item) => [item, plain(item.dataset.find)]);
  const groups = [...list.querySelectorAll("[data-group]")];
  const all = new Set(items.map(([, text]) => text));
  input.closest("label").hidden = false;
  input.addEventListener("input", () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const shown = new Set();
    let count = 0;
    for (const [item, text] of items) {
      item.hidden = !words.every((word) => begins(text, word));
      if (!item.hidden) {
        shown.add(text);
        count += 1;
      }
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-find]:not([hidden])");
    const people = input.dataset.filter === "roster";
    found.hidden = words.length === 0;
    found.textContent = count === 0 ? found.dataset.none : found.dataset.text
      .replace("§", people ? shown.size : count)
      .replace("¤", people ? all.size : items.length);
  });
}

// Sorting a table by a column, within its groups: a column's first click puts the largest first, of names the first.
// What stands behind a number, a quota (3/4) or what was there before (2 +3), does not count.
const value = (row, column) => {
  const text = row.cells[column].textContent.trim().split(/\/|\s\+/)[0];
  const number = text.replace(/[^\d,.-]/g, "").replace(/[.](?=\d{3})/g, "").replace(",", ".");
  return column === 0 ? text : number === "" ? -1 : Number(number);
};
const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);

for (const table of document.querySelectorAll("table[data-sort]")) {
  const headers = [...table.tHead.rows[0].cells];
  let column = -1;
  for (const header of headers) {
    column += header.colSpan;
    const by = column;
    const button = document.createElement("button");
    button.type = "button";
    button.title = table.dataset.sort.replace("§", header.textContent.trim());
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const before = header.getAttribute("aria-sort");
      const down = before === null ? by !== 0 : before === "ascending";
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      for (const body of table.tBodies) {
        const rows = [...body.rows].slice(1);
        rows.sort((a, b) => compare(value(a, by), value(b, by)) * (down ? -1 : 1));
        body.append(...rows);
      }
    });
  }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// An explanation closes by Escape. Of a week's shifts one is a stop of the Tab key, the arrow keys go to the others.
document.addEventListener("keydown", (event) => {
  const close = event.key === "Escape" && document.querySelector("article.sheet:target .close");
  if (!close) return;
  close.click();
  document.querySelector(`${close.hash} a`).focus();
});

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
for (const table of document.querySelectorAll(".week table")) {
  const links = [...table.querySelectorAll("tbody td a")];
  for (const link of links.slice(1)) link.tabIndex = -1;
  table.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) for (const link of links) link.tabIndex = link === event.target ? 0 : -1;
  });
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const cell = event.target.closest("tbody td");
    if (!step || !cell) return;
    const rows = [...table.querySelectorAll("tbody tr:not(.team):not([hidden])")];
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    let found = null;
    while (!found && rows[row + step[0]] && rows[row].cells[column + step[1]]) {
      row += step[0];
      column += step[1];
      found = rows[row].cells[column].querySelector("a");
      if (column === 0) break;
    }
    if (found && column > 0) {
      event.preventDefault();
      found.focus();
    }
  });
}
