// A grid of fields like a spreadsheet: arrows and Enter move by column, a pasted block fills the cells.

const rows = (table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input.cell")]);

/** Where a field stands: row and column, and the whole grid. */
function place(field) {
  const grid = rows(field.closest("table"));
  const row = grid.findIndex((fields) => fields.includes(field));
  return { grid, row, column: grid[row].indexOf(field) };
}

function onKey(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.classList.contains("cell")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const back = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
  if (!back && event.key !== "ArrowDown" && event.key !== "Enter") return;
  event.preventDefault();
  const { grid, row, column } = place(field);
  const next = grid[row + (back ? -1 : 1)]?.[column];
  next?.focus();
  next?.select();
}

function onPaste(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.classList.contains("cell")) return;
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const { grid, row, column } = place(field);
  text.trimEnd().split(/\r?\n/).forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const target = grid[row + down]?.[column + right];
      if (!target) return;
      target.value = value.trim();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

export function setUpSheet() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
}
