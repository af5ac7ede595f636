"use strict";
// The search boxes; without script they stay hidden, and everything else is there all the same.
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
