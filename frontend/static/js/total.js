// The bar under a list of quantities: how many lines, and what they come to at the steps of the buyer's own prices.
// It is a preview; the cart says what counts.

const PAD = "comptoir.pad:";

const number = (text) => (/^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : null);

/** The unit price of a base quantity: `steps` is "1=0.5;500=0.4", lowest minimum first. */
function unitPrice(steps, quantity) {
  let price = null;
  for (const step of steps.split(";")) {
    const [minimum, cost] = step.split("=").map(Number);
    if (price === null || minimum <= quantity) price = cost;
  }
  return price;
}

function lineNet(field) {
  const quantity = number(field.value);
  const unit = document.querySelector(`select[name="${field.name.replace("quantity-", "unit-")}"]`);
  const factor = Number(unit?.selectedOptions[0]?.dataset.factor || 1);
  if (quantity === null) return null;
  return Math.round(unitPrice(field.dataset.steps, quantity * factor) * quantity * factor * 100) / 100;
}

function hidden(pad, shown) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PAD + pad) || "{}");
    return Object.entries(kept).filter(([key, entry]) => !shown.has(key) && number(entry.value)).length;
  } catch {
    return 0;
  }
}

function refresh() {
  const bar = document.querySelector("[data-total]");
  if (!bar) return;
  const fields = [...document.querySelectorAll("input.q[data-steps]")];
  const filled = fields.filter((field) => field.value.trim() && number(field.value) !== 0);
  const nets = filled.map(lineNet);
  const away = hidden(bar.dataset.totalPad, new Set(fields.map((field) => field.dataset.keep)));
  const lines = filled.length + away;
  if (!lines) {
    bar.textContent = bar.dataset.textNone;
    return;
  }
  const strong = document.createElement("b");
  strong.textContent = lines === 1 ? bar.dataset.textOne : bar.dataset.textMany.replace("#", String(lines));
  bar.replaceChildren(strong);
  if (away || nets.includes(null)) return; // a sum that lacks a line would be a wrong sum
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const money = new Intl.NumberFormat(locale, { style: "currency", currency: bar.dataset.currency });
  const sum = nets.reduce((total, net) => total + net, 0);
  bar.append(" · ", bar.dataset.textNet.replace("#", money.format(sum)));
}

export function setUpTotal() {
  if (!document.querySelector("[data-total]")) return;
  document.addEventListener("input", refresh);
  document.addEventListener("change", refresh);
  document.addEventListener("htmx:after:swap", refresh);
  refresh();
}
