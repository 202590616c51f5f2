// Asks the device for a passkey when a form is sent, and sends its answer with the form.
"use strict";

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function readable(options) {
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials])
    for (const one of list || []) one.id = bytesOf(one.id);
  return options;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature",
    "userHandle"])
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

async function ask(form) {
  const publicKey = readable(JSON.parse(form.dataset.options));
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.answer.value = written(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]"))
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.getElementById("no-passkeys").hidden = true;
    ask(form).catch(() => {
      document.getElementById("no-passkeys").hidden = false;
    });
  });
