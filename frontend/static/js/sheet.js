// A grid of fields like a spreadsheet: arrows and Enter move by column, a pasted block fills the cells, Ctrl+D fills
// down, Ctrl+Z takes back what was typed, pasted or filled. Nothing is saved before the form is.
import { announce } from "./announce.js";

const isCell = (field) => field instanceof Element && field.matches("[data-sheet] .cell");
const sheetOf = (field) => field.closest("[data-sheet]");
const rows = (table) => [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".cell")]);
const folded = (text) => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Groups of changes, the last one last: each a list of [field, value before]. */
const done = [];
const before = new WeakMap();
let last = null;

/** Where a field stands: row and column, and the whole grid. */
function place(field) {
  const grid = rows(field.closest("table"));
  const row = grid.findIndex((fields) => fields.includes(field));
  return { grid, row, column: grid[row].indexOf(field) };
}

/** What a text would be in a field, or null when none of its choices fits. */
function fitting(field, text) {
  if (!(field instanceof HTMLSelectElement)) return text.trim();
  const option = [...field.options].find((one) => folded(one.text) === folded(text) || one.value === text.trim());
  return option ? option.value : null;
}

function stored(field) {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value;
}

function put(field, value) {
  field.value = value;
  before.set(field, value);
  field.classList.toggle("is-changed", value !== stored(field));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Write pairs of field and text as one step that can be taken back; says how many, and how many fit nowhere. */
function write(sheet, pairs, said) {
  const fit = pairs.map(([field, text]) => [field, fitting(field, text)]);
  const step = fit.filter(([field, value]) => value !== null && value !== field.value).map(([field]) => [field, field.value]);
  for (const [field, value] of fit) if (value !== null && value !== field.value) put(field, value);
  const unfit = fit.filter(([, value]) => value === null).length;
  if (step.length) done.push(step);
  const texts = [said.replace("{count}", step.length)];
  if (unfit) texts.push((sheet.dataset.textUnfit ?? "").replace("{count}", unfit));
  announce(texts.join(" "));
  showTools();
}

function undo() {
  const step = done.pop();
  if (!step) return;
  for (const [field, value] of step) put(field, value);
  step[0][0].focus();
  showTools();
}

function fillDown(field) {
  const { grid, row, column } = place(field);
  const text = field instanceof HTMLSelectElement ? field.value : field.value.trim();
  const below = grid.slice(row + 1).map((fields) => [fields[column], text]).filter(([one]) => one);
  write(sheetOf(field), below, sheetOf(field).dataset.textFilled ?? "");
}

function showTools() {
  for (const button of document.querySelectorAll("[data-sheet-undo]")) button.disabled = !done.length;
}

function onKey(event) {
  const field = event.target;
  if (!isCell(field) || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    onCommand(event, field);
    return;
  }
  const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
  if (field instanceof HTMLSelectElement && (isArrow || event.key === "Enter")) return; // the list of choices
  const back = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
  if (!isArrow && event.key !== "Enter") return;
  event.preventDefault();
  const { grid, row, column } = place(field);
  const next = grid[row + (back ? -1 : 1)]?.[column];
  next?.focus();
  next?.select?.();
}

function onCommand(event, field) {
  const key = event.key.toLowerCase();
  if (key === "d" && !event.shiftKey) {
    event.preventDefault();
    note(field);
    fillDown(field);
  } else if (key === "z" && !event.shiftKey && done.length && field.value === before.get(field)) {
    event.preventDefault(); // while somebody types, the browser's own undo is meant
    undo();
  }
}

function onPaste(event) {
  const field = event.target;
  if (!isCell(field)) return;
  const text = (event.clipboardData?.getData("text/plain") || "").replace(/\r?\n$/, "");
  if (!/[\t\n]/.test(text) && !(field instanceof HTMLSelectElement)) return;
  event.preventDefault();
  const { grid, row, column } = place(field);
  const pairs = text.split(/\r?\n/).flatMap((line, down) =>
    line.split("\t").map((value, right) => [grid[row + down]?.[column + right], value]).filter(([target]) => target));
  write(sheetOf(field), pairs, sheetOf(field).dataset.textPasted ?? "");
}

/** What was typed is a step, too, once the field is left. */
function note(field) {
  const was = before.get(field) ?? stored(field);
  before.set(field, field.value);
  if (was === field.value) return;
  done.push([[field, was]]);
  field.classList.toggle("is-changed", field.value !== stored(field));
  showTools();
}

function onClick(event) {
  if (event.target.closest?.("[data-sheet-undo]")) undo();
  else if (event.target.closest?.("[data-sheet-fill]")) {
    if (last?.isConnected) fillDown(last);
    last?.focus();
  }
}

export function setUpSheet() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => { if (isCell(event.target)) note(event.target); });
  document.addEventListener("focusin", (event) => {
    if (!isCell(event.target)) return;
    last = event.target;
    before.set(last, last.value);
  });
  for (const tools of document.querySelectorAll("[data-sheet-tools]")) tools.hidden = false;
}
