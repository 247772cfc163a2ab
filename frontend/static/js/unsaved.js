// Forms with data-unsaved: leaving the page while one of them holds unsaved changes asks first.

// One that came back with errors was not saved either.

const texts = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();

export function setUpUnsaved() {
  const forms = [...document.querySelectorAll("form[data-unsaved]")];
  const saved = new Map(forms.map((form) => [form, texts(form)]));
  let sending = null;
  document.addEventListener("submit", (event) => { sending = event.target; });
  addEventListener("pageshow", () => { sending = null; });
  addEventListener("beforeunload", (event) => {
    if (forms.some((form) => form !== sending && form.isConnected && (texts(form) !== saved.get(form) || form.querySelector("[aria-invalid]")))) event.preventDefault();
  });
}
