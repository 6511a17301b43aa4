/* Passwords that can be looked at, and passkeys. Everything but passkeys works without it. */
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button.dataset.show);
    const show = button.textContent;
    const set = (seen) => {
      field.type = seen ? "text" : "password";
      button.textContent = seen ? button.dataset.hideLabel : show;
      button.setAttribute("aria-pressed", String(seen));
    };
    button.hidden = false;
    button.addEventListener("click", () => set(field.type === "password"));
    // Sent as a password, so that no browser keeps it as a text.
    field.form.addEventListener("submit", () => set(false));
  }

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function created(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: {
        attestationObject: text(made.response.attestationObject),
        clientDataJSON: text(made.response.clientDataJSON),
        transports: made.response.getTransports?.() ?? [],
      },
      extensions: JSON.stringify(made.getClientExtensionResults()),
    };
  }

  async function shown(options) {
    const proof = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
    });
    return {
      id: proof.id,
      rawId: text(proof.rawId),
      type: proof.type,
      response: {
        authenticatorData: text(proof.response.authenticatorData),
        clientDataJSON: text(proof.response.clientDataJSON),
        signature: text(proof.response.signature),
        userHandle: proof.response.userHandle ? text(proof.response.userHandle) : null,
      },
    };
  }

  const steps = { create: created, get: shown };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    steps[form.dataset.passkey](JSON.parse(form.dataset.options)).then(
      (credential) => {
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      },
      () => {
        for (const part of form.querySelectorAll("[data-failed]")) part.hidden = false;
        form.querySelector("[role=status]").hidden = true;
      },
    );
  }

  // What went wrong is read first.
  document.getElementById("summary")?.focus();
})();
