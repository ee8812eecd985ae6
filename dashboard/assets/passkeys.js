/* Passkeys: forms that make one, or show by one who somebody is. Without a script the same forms take a code. */
(function () {
  "use strict";
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  /* A browser knows passkeys only on a name, not on an address in numbers, and only over TLS or on localhost. */
  const isPossible = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(location.hostname);

  async function options(address) {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const found = await answer.json();
    const wanted = found.options;
    wanted.challenge = bytes(wanted.challenge);
    if (wanted.user) wanted.user.id = bytes(wanted.user.id);
    for (const list of [wanted.excludeCredentials, wanted.allowCredentials]) {
      for (const one of list || []) one.id = bytes(one.id);
    }
    return { wanted, challenge: found.challenge };
  }

  function written(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  function put(form, name, value) {
    const field = form.querySelector(`input[name="${name}"]`) || document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }

  /* Ask the device, and put its answer into the form under these two names. */
  async function ask(form, kind, address, answer, challenge) {
    const found = await options(address);
    const credential = await navigator.credentials[kind]({ publicKey: found.wanted });
    put(form, answer, written(credential));
    put(form, challenge, found.challenge);
  }

  const typed = (form) =>
    [...form.querySelectorAll("input[name=code], input[name=proof_code]")].find((field) => field.maxLength === 24);

  async function work(form) {
    const code = typed(form);
    if (form.dataset.passkeyProof && !(code && code.value.trim())) {
      await ask(form, "get", "/account/proof/options", "proof_answer", "proof_challenge");
    }
    if (form.dataset.passkey === "create") {
      await ask(form, "create", "/account/passkeys/options", "answer", "challenge");
    }
    if (form.dataset.passkey === "login") await ask(form, "get", "/login/passkey/options", "answer", "challenge");
  }

  for (const form of document.querySelectorAll("form[data-passkey], form[data-passkey-proof]")) {
    const problem = form.querySelector("[data-passkey-missing]");
    if (!isPossible) {
      if (form.dataset.passkey === "login") continue; /* stays hidden */
      if (form.dataset.passkey === "create") {
        if (problem) problem.hidden = false;
        for (const button of form.querySelectorAll("button")) button.disabled = true;
      }
      continue;
    }
    if (form.dataset.passkey === "login") form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      work(form).then(
        () => (window.cityops && window.cityops.sendForm ? window.cityops.sendForm(form) : form.submit()),
        (error) => {
          /* Whoever changed their mind, or has no device here, goes on without. */
          if (error.name !== "NotAllowedError" && error.name !== "InvalidStateError") console.warn(error);
          const failed = form.querySelector("[data-passkey-failed]");
          if (failed) failed.hidden = false;
        },
      );
    });
  }
})();
