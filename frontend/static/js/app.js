// Entry of every page. The pages work without it; it adds keys, live updates and feedback.
import { setUpAnnouncements, toast } from "./announce.js";
import { setUpDialogs } from "./dialog.js";
import { setUpGrid } from "./grid.js";
import { setUpKeys } from "./keys.js";
import { setUpLive } from "./live.js";

const text = (name) => document.body.dataset[name] || "";

/** Refusals and failures of fragments: the page and its address stay as they are, a toast says so. */
function setUpFailures() {
  document.addEventListener("htmx:response:error", (event) => {
    const status = event.detail.ctx.response.status;
    if (status === 422 || status === 409) return; // a re-rendered form says it itself
    toast(text(status >= 500 ? "textError" : "textRefused"), "bad");
    restoreControls(event.target);
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail?.ctx?.response) return;
    toast(text("textUnreachable"), "bad");
    restoreControls(event.target);
  });
  document.addEventListener("htmx:before:history:update", (event) => {
    if (event.detail.response?.status >= 400) event.preventDefault();
  });
  // A session that ended: the answer is the sign-in page, which belongs in the window, not in a fragment.
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    const signIn = document.body.dataset.signIn;
    if (!signIn || !raw.redirected || new URL(raw.url).pathname !== signIn) return;
    event.preventDefault();
    location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
}

/** A filter that failed must not leave a box ticked that the list does not know. */
function restoreControls(target) {
  const form = target instanceof Element ? target.closest("form[data-restore]") : null;
  form?.reset();
}

/** A form that is being sent is not sent twice; the button says so. */
function setUpSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}

/** A quantity that is changed is meant: its box gets ticked. */
function setUpTicks() {
  document.addEventListener("input", (event) => {
    const box = document.getElementById(event.target.dataset?.ticks || "");
    if (box) box.checked = event.target.value.trim() !== "" && event.target.value.trim() !== "0";
  });
}

/** The camera's button shows where there is a camera to ask for; the scanner is fetched when it is pressed. */
function setUpScan() {
  const button = document.querySelector("[data-scan]");
  if (!button || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { scan } = await import("./scan.js");
    scan(document.getElementById(button.dataset.scan));
  });
}

/** What not every page needs is fetched by those that do, or when it is first used. */
function setUpExtras() {
  if (document.querySelector("[data-total]")) import("./total.js").then((module) => module.setUpTotal());
  if (document.querySelector("form[data-unsaved]")) import("./unsaved.js").then((module) => module.setUpUnsaved());
  setUpScan();
  if (document.querySelector("[data-room], time[data-left]")) import("./room.js").then((module) => module.setUpRoom());
  if (document.querySelector("[data-sheet]")) import("./sheet.js").then((module) => module.setUpSheet());
  const field = document.querySelector("input[data-suggest]");
  if (!field) return;
  const load = () => import("./suggest.js").then((module) => module.setUpSuggestions());
  if (document.activeElement === field) load();
  else field.addEventListener("focus", load, { once: true });
}

function setUp() {
  setUpAnnouncements();
  setUpDialogs();
  setUpGrid();
  setUpKeys();
  setUpLive();
  setUpFailures();
  setUpSubmits();
  setUpTicks();
  setUpExtras();
  document.querySelector("[data-focus]")?.focus();
}

setUp();
