// A negotiation's page: clocks that run down, and signs of life for the other side (an HTTP request every few seconds,
// so that it works where sockets are blocked). The server's own texts are right without it.

import { refreshAll } from "./live.js";

const SIGN_MS = 12000;
const WRITING_MS = 6000;
const ends = new WeakMap();

/** When a clock ends, on this page's own clock: the visitor's may be wrong, so only what is left counts. */
function endOf(clock) {
  const known = ends.get(clock);
  if (known?.left === clock.dataset.left) return known;
  const found = { left: clock.dataset.left, at: performance.now() + Number(clock.dataset.left) * 1000 };
  ends.set(clock, found);
  return found;
}

function textOf(clock, seconds) {
  const [d, h] = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600)];
  const [m, s] = [Math.floor((seconds % 3600) / 60), seconds % 60];
  const { textDays, textHours, textMinutes } = clock.dataset;
  const text = d ? textDays : h ? textHours : textMinutes;
  return text.replace("{d}", d).replace("{h}", h).replace("{m}", m).replace("{s}", s);
}

function tick() {
  for (const clock of document.querySelectorAll("time[data-left]")) {
    const end = endOf(clock);
    const seconds = Math.ceil((end.at - performance.now()) / 1000);
    const text = seconds > 0 ? textOf(clock, seconds) : clock.dataset.textOver;
    if (clock.textContent !== text) clock.textContent = text;
    if (seconds > 0) end.ran = true;
    else if (end.ran) {
      end.ran = false; // what is over changes the page; not all visitors ask at the same moment
      setTimeout(() => refreshAll(), 500 + Math.random() * 2500);
    }
  }
}

function sign() {
  if (!document.hidden && navigator.onLine) refreshAll("[data-room]");
}

let wroteAt = -WRITING_MS;
function noteWriting(event) {
  const room = document.querySelector("[data-room]");
  if (!room || !event.target.form?.hasAttribute("data-writing")) return;
  if (performance.now() - wroteAt < WRITING_MS) return;
  wroteAt = performance.now();
  const address = new URL(room.dataset.room, location.href);
  address.searchParams.set("doing", "writing");
  fetch(address, { headers: { "HX-Request": "true" } }).catch(() => {});
}

export function setUpRoom() {
  tick();
  setInterval(tick, 1000);
  if (!document.querySelector("[data-room]")) return;
  setInterval(sign, SIGN_MS);
  sign();
  document.addEventListener("input", noteWriting);
}
