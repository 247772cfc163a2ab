// Passkeys: asks the browser for one and sends its answer with the form. Loaded only by the pages about them.

const steps = {
  create: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

const isKnown = () =>
  "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-passkey-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  if (!isKnown()) {
    say(form.dataset.textUnknown);
    continue;
  }
  form.addEventListener("submit", async (event) => {
    const field = form.elements.credential;
    if (field.value) return;
    event.preventDefault();
    say("");
    try {
      const { publicKey } = JSON.parse(form.dataset.options);
      const credential = await steps[form.dataset.passkey](publicKey);
      field.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch {
      say(form.dataset.textRefused);
    }
  });
}
