/* What the layout builder gains with script: items go in where the cursor was, and the mail beside the words follows
   them. The frame is filled by a form that is sent into it, so the mail keeps a policy of its own and never becomes
   part of this page; each time into a new frame, so that "back" still leaves the builder. */
"use strict";

(() => {
  const form = document.getElementById("layout");
  const frames = document.getElementById("frames");
  const words = ["subject", "text", "html"].map((name) => document.getElementById(name)).filter(Boolean);
  let last = document.getElementById("text");
  let shown = 0;
  let isTouched = "touched" in form.dataset;
  let isSaving = false; // a form that is sent twice within a moment is sent only the second time

  words.forEach((field) => field.addEventListener("focus", () => (last = field)));

  document.querySelectorAll("[data-insert]").forEach((item) =>
    item.addEventListener("click", () => {
      last.focus();
      const isTyped = document.execCommand("insertText", false, item.dataset.insert); // can be undone, unlike the other way
      if (isTyped) return;
      last.setRangeText(item.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  );

  function show() {
    if (isSaving) return;
    const now = frames.querySelector(".preview-frame:not(.is-coming)");
    frames.querySelectorAll(".is-coming").forEach((frame) => frame.remove());
    const next = now.cloneNode();
    next.removeAttribute("src");
    next.name = `layout-preview-${(shown += 1)}`;
    next.classList.add("is-coming");
    frames.append(next);
    next.addEventListener("load", () => {
      next.classList.remove("is-coming");
      now.remove();
    });
    const send = Object.assign(document.createElement("button"), { formAction: form.dataset.frame, hidden: true });
    send.formTarget = next.name;
    form.append(send);
    form.requestSubmit(send);
    send.remove();
  }

  if (frames && isTouched) show();

  const problems = document.getElementById("problems");
  const unreachable = document.getElementById("unreachable");
  problems?.addEventListener("htmx:beforeSwap", (event) => {
    const isOurs = event.detail.xhr.status === 200 && event.detail.xhr.responseURL.endsWith("/check");
    unreachable.hidden = isOurs;
    event.detail.shouldSwap = isOurs; // after a sign-out the answer is another page
  });
  problems?.addEventListener("htmx:sendError", () => (unreachable.hidden = false));
  problems?.addEventListener("htmx:afterSwap", (event) => {
    if (frames && event.target === problems) show();
  });

  form.addEventListener("keydown", (event) => {
    const isLine = event.target.matches("input:not([type=checkbox]):not([type=radio])");
    if (event.key === "Enter" && isLine) event.preventDefault(); // the check follows by itself
  });
  form.addEventListener("input", (event) => {
    isTouched ||= words.includes(event.target);
    isSaving = false; // whoever types has not left
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return;
    isTouched = false;
    isSaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isTouched) event.preventDefault();
  });
})();
