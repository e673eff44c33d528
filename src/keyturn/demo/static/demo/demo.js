// What the demo's pages gain with script: new messages appear by themselves, and a command can be copied.
"use strict";

const PAUSE = 1500; // milliseconds between two looks

function refresh(part) {
  let seen = null;
  async function look() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const text = answer.ok ? await answer.text() : seen;
      if (seen !== null && text !== seen && !part.querySelector("details[open]")) {
        part.innerHTML = new DOMParser().parseFromString(text, "text/html").getElementById(part.id).innerHTML;
      }
      seen = text;
    } catch {
      // the demo was stopped, or the machine slept: look again
    }
    setTimeout(look, PAUSE);
  }
  look();
}

function copying(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}

document.querySelectorAll("[data-refresh]").forEach(refresh);
document.querySelectorAll("[data-copy]").forEach(copying);
