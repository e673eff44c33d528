/* What a console page gains with script: "/" finds the search, dialogs open where they are, a list can be ticked
   whole. Nothing needs it: a dialog's link is a page of its own. */
"use strict";

const dialog = document.getElementById("dialog");

async function openDialog(link) {
  let answer;
  try {
    answer = await fetch(link.href, { headers: { "X-Requested-With": "dialog" } });
  } catch {
    // no answer: the page itself says what is wrong
  }
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const body = page?.querySelector(".dialog-body");
  if (!body) return void (location.href = link.href);
  const form = body.querySelector("form:not([action])");
  if (form) form.action = link.href; // sent from here, it means the page that it stands on
  dialog.replaceChildren(document.adoptNode(body));
  prepare(dialog);
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input, button"))?.focus();
}

function prepare(part) {
  part.querySelectorAll("[data-close]").forEach((way) =>
    way.addEventListener("click", (event) => {
      if (!dialog.open) return;
      event.preventDefault();
      dialog.close();
    }),
  );
  part.querySelectorAll("[data-tick-all]").forEach((box) =>
    box.addEventListener("change", () =>
      document.querySelectorAll(`input[name="${box.dataset.tickAll}"]`).forEach((one) => (one.checked = box.checked)),
    ),
  );
  if (part !== document) window.htmx?.process(part); // what lives in a dialog lives there, too
  document.dispatchEvent(new CustomEvent("keyturn:prepare", { detail: part })); // what other scripts add to a part
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openDialog(link);
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.metaKey || event.ctrlKey || event.altKey || dialog.open) return;
  const search = document.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.console-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

const tab = document.querySelector(".tabs [aria-current='page']");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48; // on a phone they run out of sight

prepare(document);
