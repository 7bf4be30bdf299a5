// What htmx does not do. No page needs it: each works without scripts too.
"use strict";

// "Select all" marks the boxes of its own form.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-selects]");
  if (all) {
    for (const box of document.querySelectorAll(all.dataset.selects)) box.checked = all.checked;
  }
});

// A part of a page that changed takes the focus if it asks for it, so that a screen reader reads it.
document.addEventListener("htmx:afterSwap", (event) => {
  const asked = event.target.querySelector("[data-focus]");
  if (asked) asked.focus();
});

// A click on a cell of the map asks for its row and column. The table below the map has links to the same places.
document.addEventListener("click", (event) => {
  const svg = event.target.closest("[data-cells] svg");
  if (!svg) return;
  const box = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.width / box.width;
  const column = Math.floor(((event.clientX - box.left) * scale - svg.dataset.left) / svg.dataset.column);
  const row = Math.floor(((event.clientY - box.top) * scale - svg.dataset.top) / svg.dataset.row);
  if (column < 0 || row < 0) return;
  window.location.assign(`${svg.closest("[data-cells]").dataset.cells}&row=${row}&column=${column}`);
});
