// Suggestions under the search box (ARIA combobox). The form works without: Enter searches.

const WAIT = 120;

export function setUpSuggestions() {
  const field = document.querySelector("input[data-suggest]");
  if (!field) return;
  const box = document.createElement("div");
  box.className = "suggest";
  box.hidden = true;
  field.parentElement.append(box);
  let timer = 0;
  let asking = null;
  let chosen = -1;

  const options = () => [...box.querySelectorAll("[role=option]")];

  function close() {
    asking?.abort();
    clearTimeout(timer);
    box.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const text = field.value.trim();
    if (text.length < 2) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const address = new URL(field.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return close();
      const html = await answer.text();
      if (document.activeElement !== field || field.value.trim() !== text) return;
      box.innerHTML = html;
      chosen = -1;
      const any = options().length > 0;
      box.hidden = !any;
      field.setAttribute("aria-expanded", String(any));
      field.removeAttribute("aria-activedescendant");
    } catch {
      // aborted, or no connection: the form still works
    }
  }

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", "suggestions");
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (box.hidden) return;
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !box.hidden && chosen >= 0) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.href);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  if (field.value !== field.defaultValue) ask(); // typed while this file was on its way
  box.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    location.assign(option.dataset.href);
  });
}
