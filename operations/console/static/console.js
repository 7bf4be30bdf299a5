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
