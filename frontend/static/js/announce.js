// Polite announcements for screen readers, short messages for everyone.

/** Say `message` once to screen readers. */
export function announce(message) {
  const region = document.getElementById("announce");
  if (!region || !message) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = message; }, 50);
}

/** Show `message` for a few seconds at the bottom of the page. */
export function toast(message, tone = "") {
  const region = document.getElementById("toasts");
  if (!region || !message) return;
  const item = document.createElement("p");
  item.className = tone ? `toast toast-${tone}` : "toast";
  item.textContent = message;
  region.replaceChildren(item);
  setTimeout(() => item.remove(), 7000);
}

/** After a swap, say what the new content wants said (`data-announce`), and keep the focus. */
export function setUpAnnouncements() {
  document.addEventListener("htmx:after:swap", () => {
    const said = document.querySelector("[data-announce]:not([data-said])");
    if (said) {
      said.setAttribute("data-said", "");
      announce(said.dataset.announce);
    }
    const wrong = document.querySelector("[data-focus]:not([data-focused])");
    if (wrong) {
      wrong.setAttribute("data-focused", "");
      wrong.focus();
    }
  });
  // The server can ask for a toast with a response header: HX-Trigger: {"toast": "…"}
  document.body.addEventListener("toast", (event) => {
    const detail = event.detail;
    toast(typeof detail === "string" ? detail : detail?.value ?? "");
  });
}
