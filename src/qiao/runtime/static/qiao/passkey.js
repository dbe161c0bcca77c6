// Passkeys (WebAuthn): asks the device, puts its answer into the form and sends it.
document.addEventListener("alpine:init", () => {
  "use strict";
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ids = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  async function create(options, alone) {
    const asked = { ...options, challenge: toBytes(options.challenge), excludeCredentials: ids(options.excludeCredentials) };
    asked.user = { ...options.user, id: toBytes(options.user.id) };
    const chosen = { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    asked.authenticatorSelection = { ...options.authenticatorSelection, ...chosen };
    if (alone) asked.authenticatorSelection.userVerification = "required";
    const made = await navigator.credentials.create({ publicKey: asked });
    return {
      response: {
        clientDataJSON: toText(made.response.clientDataJSON),
        attestationObject: toText(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
      ...common(made),
    };
  }

  async function get(options) {
    const asked = { ...options, challenge: toBytes(options.challenge), allowCredentials: ids(options.allowCredentials) };
    const found = await navigator.credentials.get({ publicKey: asked });
    const response = found.response;
    return {
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        userHandle: response.userHandle ? toText(response.userHandle) : null,
      },
      ...common(found),
    };
  }

  function common(credential) {
    const results = credential.getClientExtensionResults();
    return {
      type: credential.type, id: credential.id, rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: results.credProps ? { credProps: results.credProps } : {},
    };
  }

  // data-source: id of the element with the options, or the address that gives them; data-way: create or get.
  window.Alpine.data("passkey", () => ({
    trouble: "",
    busy: false,
    get troubled() { return this.trouble !== ""; },
    async options() {
      const source = this.$root.dataset.source;
      const element = document.getElementById(source);
      if (element) return JSON.parse(element.textContent);
      const answer = await fetch(source, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    },
    async use() {
      this.trouble = "";
      if (!window.PublicKeyCredential) { this.trouble = window.qiao.say("This browser knows no passkeys, or the address is not HTTPS."); return; }
      this.busy = true;
      try {
        const given = await this.options(), form = this.$root;
        const alone = form.elements.passwordless ? form.elements.passwordless.checked : false;
        const made = form.dataset.way === "create" ? await create(given.creation_options.publicKey, alone) : await get(given.request_options.publicKey);
        form.elements.credential.value = JSON.stringify(made);
        form.submit();
      } catch {
        this.busy = false;
        this.trouble = window.qiao.say("The passkey was not used: it was cancelled, timed out, or is not known here.");
      }
    },
  }));
});
