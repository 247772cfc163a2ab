// Live updates. A websocket says *that* something changed ({topic, id}); elements fetch it over HTTP themselves:
//   <section data-live-topics="order-…" hx-get="…" hx-trigger="live:order-… from:body">
// When the socket is refused, hangs or closes, all topics of the page are refreshed every 15 s instead.

const POLL_MS = 15000;
const HANG_MS = 5000;
const RETRY_MS = 60000;
const DEGRADED = "comptoir.live.degraded";
const DEGRADED_MS = 600000;

let socket = null;
let pollTimer = 0;
let retryTimer = 0;
let hangTimer = 0;
let open = false;
let wasInterrupted = true; // what happened between the page's rendering and the socket's opening was not heard
let wasOpen = false;
let joined = "";

function topics(selector = "[data-live-topics]") {
  const all = new Set();
  for (const element of document.querySelectorAll(selector)) {
    for (const topic of element.dataset.liveTopics.split(/\s+/)) if (topic) all.add(topic);
  }
  return [...all].sort();
}

function dispatch(topic, id) {
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { bubbles: true, detail: { topic, id } }));
}

export function refreshAll(selector) {
  for (const topic of topics(selector)) dispatch(topic, null);
}

function show(state) {
  const text = { on: "textLiveOn", poll: "textLivePoll", off: "textLiveOff" }[state];
  for (const element of document.querySelectorAll("[data-live-state]")) {
    element.dataset.liveState = state;
    const slot = element.querySelector("[data-live-text]");
    if (slot) slot.textContent = document.body.dataset[text] || "";
  }
}

let state = "";
function setState(next) {
  state = next;
  show(state);
}

function stopPolling() {
  clearTimeout(pollTimer);
  pollTimer = 0;
}

function poll() {
  stopPolling();
  setState(navigator.onLine ? "poll" : "off");
  const jitter = POLL_MS * (0.9 + Math.random() * 0.2);
  pollTimer = setTimeout(() => {
    if (!document.hidden && navigator.onLine) refreshAll();
    poll();
  }, jitter);
}

function degrade() {
  clearTimeout(hangTimer);
  closeSocket();
  wasInterrupted = true;
  if (!pollTimer) poll();
  clearTimeout(retryTimer);
  const blocked = !open && navigator.onLine;
  if (blocked) sessionStorage.setItem(DEGRADED, String(Date.now()));
  retryTimer = setTimeout(connect, blocked ? DEGRADED_MS : RETRY_MS * (0.05 + Math.random() * 0.1));
  open = false;
}

function closeSocket() {
  if (!socket) return;
  const old = socket;
  socket = null;
  old.onopen = old.onclose = old.onerror = old.onmessage = null;
  try {
    old.close();
  } catch {
    // already gone
  }
}

function onOpen() {
  clearTimeout(hangTimer);
  stopPolling();
  sessionStorage.removeItem(DEGRADED);
  open = true;
  setState("on");
  // Right after the page was made, what stands on every page ([data-live-calm]) is not asked for once more.
  if (wasInterrupted) refreshAll(wasOpen ? undefined : "[data-live-topics]:not([data-live-calm])");
  wasInterrupted = false;
  wasOpen = true;
}

function onMessage(event) {
  let news;
  try {
    news = JSON.parse(event.data);
  } catch {
    return;
  }
  if (news && typeof news.topic === "string") dispatch(news.topic, news.id ?? null);
}

function connect() {
  closeSocket();
  clearTimeout(retryTimer);
  const wanted = topics();
  joined = wanted.join(",");
  if (!wanted.length || document.hidden) return;
  const address = new URL(document.body.dataset.liveHref || "/live/", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("topics", joined);
  try {
    socket = new WebSocket(address);
  } catch {
    degrade();
    return;
  }
  hangTimer = setTimeout(degrade, HANG_MS);
  socket.onopen = onOpen;
  socket.onmessage = onMessage;
  socket.onclose = degrade;
}

function start() {
  const since = Date.now() - Number(sessionStorage.getItem(DEGRADED) || 0);
  if (since < DEGRADED_MS) {
    poll();
    retryTimer = setTimeout(connect, DEGRADED_MS - since);
  } else connect();
}

function pause() {
  closeSocket();
  stopPolling();
  clearTimeout(retryTimer);
  clearTimeout(hangTimer);
  open = false;
  wasInterrupted = true;
}

export function setUpLive() {
  if (topics().length) start();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) pause();
    else if (topics().length) {
      refreshAll();
      start();
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    show(state);
    if (topics().join(",") !== joined && topics().length) connect();
  });
  // A socket that dies because the page is left says nothing about the network.
  addEventListener("pagehide", pause);
  addEventListener("pageshow", (event) => {
    if (!event.persisted || !topics().length) return;
    refreshAll();
    start();
  });
  addEventListener("offline", () => setState("off"));
  addEventListener("online", () => {
    if (topics().length) connect();
  });
}
