/* Passkeys: fetches what is to be signed, lets the browser ask its owner, and sends the answer with the form.
   Without script, or without a browser that can, the other ways on the page remain. */
"use strict";

const CEREMONIES = {
  get: async (asked) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) }),
  create: async (asked) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) }),
};
const ABLE = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function sign(form, kind) {
  const asked = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (asked.redirected) return void location.reload(); // too long ago: the page itself asks to confirm
  if (!asked.ok) throw new Error(`options: ${asked.status}`);
  const credential = await CEREMONIES[kind]((await asked.json()).publicKey);
  form.elements.passkey.value = JSON.stringify(credential.toJSON());
  form.submit();
}

function arm(button) {
  const form = button.form;
  const failed = form.querySelector("[data-passkey-failed]");
  const unable = form.querySelector("[data-passkey-unable]");
  if (!ABLE) return void (unable && (unable.hidden = false));
  button.hidden = false;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    button.disabled = true;
    try {
      await sign(form, button.dataset.passkey);
    } catch {
      failed.hidden = false; // cancelled, too slow, or no such key here: the page says so and stays
      button.disabled = false;
    }
  });
}

document.querySelectorAll("[data-passkey]").forEach(arm);
