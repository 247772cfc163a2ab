// Shortcuts: / search, ? help, g + letter to go, j k o in lists, [ ] pages, Ctrl+Enter main action.
import { openDialog } from "./dialog.js";

const STORE = "comptoir.shortcuts";
let chord = false;

const enabled = () => localStorage.getItem(STORE) !== "off";

/** Only fields that take text keep the key: a ticked box must not kill "/". */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=range], [type=file])");
}

function visible(element) {
  return element.getClientRects().length > 0;
}

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

function mainAction(target) {
  const form = target instanceof Element ? target.closest("form") : null;
  const inForm = form?.querySelector("[data-main]");
  const main = inForm ?? [...document.querySelectorAll("[data-main]")].find(visible);
  if (main) main.click();
  else form?.requestSubmit();
  return Boolean(main || form);
}

function rows() {
  return [...document.querySelectorAll("main tbody tr:not(.chart-data tr), main [data-row]")].filter(visible);
}

function moveRow(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("is-on"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  all[at]?.classList.remove("is-on");
  next.classList.add("is-on");
  const focusable = next.querySelector("a[href], button, input");
  if (focusable) focusable.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function turnPage(rel) {
  document.querySelector(`main a[rel="${rel}"]`)?.click();
}

const SINGLE = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => openDialog("shortcuts"),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  o: () => document.querySelector("tr.is-on a[href], [data-row].is-on a[href]")?.click(),
  "[": () => turnPage("prev"),
  "]": () => turnPage("next"),
};

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (mainAction(event.target)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || !enabled()) return;
  if (chord) {
    chord = false;
    go(event.key);
    return;
  }
  if (event.key === "g") {
    chord = true;
    return;
  }
  // A key of the page itself: <a data-key="a">, <button data-key="r">
  const own = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
  const action = own ? () => own.click() : SINGLE[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

export function setUpKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", () => { chord = false; });
  const box = document.getElementById("shortcuts-on");
  if (!box) return;
  box.checked = enabled();
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
}
