// Quantity columns: arrows and Enter move, Shift+arrow adds a pack; typed values survive filters.

const PAD = "comptoir.pad:";

const fields = () => [...document.querySelectorAll("input.q")].filter((field) => field.getClientRects().length);

function move(field, step) {
  const all = fields();
  const next = all[all.indexOf(field) + step];
  if (!next) return;
  next.focus();
  next.select();
}

/** Only plain whole or decimal numbers are stepped; anything else is left for the server to judge. */
function stepBy(field, packs) {
  const text = field.value.trim();
  if (text && !/^\d+([.,]\d+)?$/.test(text)) return;
  const comma = text.includes(",");
  const now = Number(text.replace(",", ".") || 0);
  const pack = Number(field.dataset.pack || 1) || 1;
  const next = Math.max(0, Math.round((now + packs * pack) * 10000) / 10000);
  field.value = next ? String(next).replace(".", comma ? "," : ".") : "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.classList.contains("q")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const up = event.key === "ArrowUp";
  if (up || event.key === "ArrowDown") {
    event.preventDefault();
    if (event.shiftKey) stepBy(field, up ? 1 : -1);
    else move(field, up ? -1 : 1);
  } else if (event.key === "Enter" && fields().length > 1) {
    event.preventDefault();
    move(field, event.shiftKey ? -1 : 1);
  }
}

function onClick(event) {
  const button = event.target instanceof Element ? event.target.closest("[data-step]") : null;
  const field = button?.parentElement?.querySelector("input.q");
  if (field) stepBy(field, Number(button.dataset.step));
}

// The pad: what was typed, by the key of the row, until it is sent. One per list (data-pad on an ancestor).
// A quantity is kept with its unit (data-keep-unit): two boxes must not come back as two pieces.
const padOf = (field) => field.closest("[data-pad]")?.dataset.pad;
const read = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(PAD + name) || "{}");
  } catch {
    return {};
  }
};

const unitOf = (key) => document.querySelector(`[data-keep-unit="${key}"]`);

function remember(event) {
  const key = event.target.dataset?.keepUnit;
  const field = key ? document.querySelector(`input.q[data-keep="${key}"]`) : event.target;
  if (!(field instanceof HTMLInputElement) || !field.dataset.keep) return;
  const name = padOf(field);
  if (!name) return;
  const pad = read(name);
  const typed = field.value.trim() !== field.defaultValue.trim();
  const unit = unitOf(field.dataset.keep);
  if (typed) {
    pad[field.dataset.keep] = { name: field.name, value: field.value };
    if (unit) pad[field.dataset.keep].unit = { name: unit.name, value: unit.value };
  }
  else delete pad[field.dataset.keep];
  sessionStorage.setItem(PAD + name, JSON.stringify(pad));
  field.toggleAttribute("data-changed", typed);
}

function refill() {
  for (const field of document.querySelectorAll("input.q[data-keep]")) {
    const kept = read(padOf(field) || "")[field.dataset.keep];
    if (!kept) continue;
    const unit = unitOf(field.dataset.keep);
    if (unit && kept.unit) unit.value = kept.unit.value;
    if (field.value === kept.value) continue;
    field.value = kept.value;
    field.setAttribute("data-changed", "");
  }
}

/** Quantities of rows that a filter hides are sent too, then the pad is emptied; another button's page leaves it full. */
function onSubmit(event) {
  const form = event.target;
  const name = form.dataset?.padSubmit;
  if (!name) return;
  const shown = new Set([...form.elements].map((field) => field.dataset?.keep).filter(Boolean));
  for (const [key, kept] of Object.entries(read(name))) {
    if (shown.has(key)) continue;
    for (const part of [kept, kept.unit].filter(Boolean)) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: part.name, value: part.value });
      form.append(hidden);
    }
  }
  if (!event.submitter?.hasAttribute("formaction")) sessionStorage.removeItem(PAD + name);
}

export function setUpGrid() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("input", remember);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:after:swap", refill);
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.classList.contains("q")) event.target.select();
  });
  refill();
}
