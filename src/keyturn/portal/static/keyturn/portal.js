/* What a page gains with script: the meter answers while typing, and a password can be shown. Nothing needs it. */
"use strict";

const PAUSE = 250; // milliseconds without a key before the meter asks
const STEP = 700; // milliseconds between two looks at a test that is under way

function watch(field) {
  const meter = document.getElementById(field.dataset.meter);
  const token = field.form.elements.csrfmiddlewaretoken.value;
  const idle = meter.innerHTML;
  let timer, question;

  async function ask() {
    question?.abort();
    question = new AbortController();
    if (!field.value) return void (meter.innerHTML = idle);
    try {
      const answer = await fetch(field.form.dataset.strength ?? "/password/strength", {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ new_password: field.value }),
        signal: question.signal,
      });
      if (answer.ok || answer.status === 429) meter.innerHTML = await answer.text();
    } catch {
      // no answer, or a later question: the password is judged anyway when the form is sent
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

function reveal(button) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  field.classList.add("has-reveal");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.firstChild.data = shown ? button.dataset.show : button.dataset.hide;
  });
  field.form.addEventListener("submit", () => (field.type = "password"));
}

function follow(steps) {
  const another = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("[data-follow]");

  async function look() {
    try {
      const answer = await fetch(steps.dataset.follow);
      const found = answer.ok ? another(await answer.text()) : null;
      if (!found) return void location.replace(steps.dataset.follow); // it is over: the page says how
      if (steps.innerHTML !== found.innerHTML) steps.innerHTML = found.innerHTML;
    } catch {
      // no answer: the next look may have one
    }
    setTimeout(look, STEP);
  }

  setTimeout(look, STEP);
}

document.querySelectorAll("[data-meter]").forEach(watch);
document.querySelectorAll("[data-follow]").forEach(follow);
document.querySelectorAll(".reveal").forEach(reveal);
