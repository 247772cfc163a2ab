// Camera scanner: reads barcodes one after the other into the text box that the button names. Loaded when pressed.
//   <button type="button" data-scan="scanner" hidden>   <dialog id="scanner" data-scan-into="f-pasted">
// The browser's own detector where there is one, else the vendored reader.

const REPEAT_MS = 1500; // the same code counts again once it was out of sight for so long
const PAUSE_MS = 120;
const WIDTH = 960;
const BEEP = "comptoir.scan.beep";
const NATIVE = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf", "data_matrix", "qr_code"];

/** A reader of one video frame: answers the text of a code, or "". */
async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await window.BarcodeDetector.getSupportedFormats();
  const formats = NATIVE.filter((format) => known.includes(format));
  if (!formats.includes("ean_13") || !formats.includes("code_128")) return null;
  const detector = new window.BarcodeDetector({ formats });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
}

async function ownReader() {
  const zxing = await import("../vendor/zxing.js");
  const { BarcodeFormat: F, DecodeHintType: H } = zxing;
  const formats = [F.EAN_13, F.EAN_8, F.UPC_A, F.UPC_E, F.CODE_128, F.ITF, F.DATA_MATRIX, F.QR_CODE];
  const hints = new Map([[H.POSSIBLE_FORMATS, formats], [H.ASSUME_GS1, true]]);
  const readers = [new Map(hints), new Map([...hints, [H.TRY_HARDER, true]])].map((wanted) => {
    const reader = new zxing.MultiFormatReader();
    reader.setHints(wanted);
    return reader;
  });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let turn = 0;
  return async (video) => {
    const scale = Math.min(1, WIDTH / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const grey = new Uint8ClampedArray(data.length / 4);
    for (let at = 0; at < grey.length; at += 1) grey[at] = (data[at * 4] + 2 * data[at * 4 + 1] + data[at * 4 + 2]) >> 2;
    const source = new zxing.RGBLuminanceSource(grey, canvas.width, canvas.height);
    turn = (turn + 1) % readers.length;
    try {
      return readers[turn].decodeWithState(new zxing.BinaryBitmap(new zxing.HybridBinarizer(source))).getText();
    } catch {
      return ""; // no code in this frame
    }
  };
}

/** Short tone; the audio context is made by the press of the button, as browsers demand. */
function beeper() {
  const audio = window.AudioContext ? new AudioContext() : null;
  return {
    sound() {
      navigator.vibrate?.(40);
      if (!audio || localStorage.getItem(BEEP) === "off") return;
      const tone = audio.createOscillator();
      tone.frequency.value = 1760;
      tone.connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + 0.08);
    },
    stop: () => audio?.close(),
  };
}

/** Add a code to the list: one line per code, scanned again it counts one more. */
export function addCode(box, code) {
  const lines = box.value.split("\n").filter((line) => line.trim());
  const known = lines.findIndex((line) => line.slice(0, line.lastIndexOf(";")) === code);
  const count = known < 0 ? 0 : Number(lines[known].slice(lines[known].lastIndexOf(";") + 1));
  if (known >= 0 && Number.isInteger(count)) lines[known] = `${code};${count + 1}`;
  else lines.push(`${code};1`);
  box.value = `${lines.join("\n")}\n`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

async function camera(video) {
  const wish = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
  video.srcObject = stream;
  await video.play();
  return stream;
}

function setUpTorch(button, track) {
  button.hidden = !track.getCapabilities?.().torch;
  button.setAttribute("aria-pressed", "false");
  button.onclick = async () => {
    const torch = button.getAttribute("aria-pressed") !== "true";
    await track.applyConstraints({ advanced: [{ torch }] });
    button.setAttribute("aria-pressed", String(torch));
  };
}

/** Open the dialog and read until it is closed (Esc, or its button). */
export async function scan(dialog) {
  const part = (name) => dialog.querySelector(`[data-scan-${name}]`);
  const box = document.getElementById(dialog.dataset.scanInto);
  const [video, said, beep] = [part("video"), part("said"), part("beep")];
  const say = (text) => { said.textContent = text; };
  const sound = beeper();
  let stream = null;
  let last = { code: "", at: 0 };
  let count = 0;
  beep.checked = localStorage.getItem(BEEP) !== "off";
  beep.onchange = () => localStorage.setItem(BEEP, beep.checked ? "on" : "off");
  say(dialog.dataset.textStarting);
  dialog.showModal();
  dialog.addEventListener("close", () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    sound.stop();
  }, { once: true });

  function take(code) {
    const now = performance.now();
    const isNew = code !== last.code || now - last.at > REPEAT_MS;
    last = { code, at: now };
    if (!isNew) return;
    addCode(box, code);
    sound.sound();
    count += 1;
    say(`${count} · ${code.replaceAll("\x1d", " ")}`);
  }

  try {
    const [reader, opened] = await Promise.all([nativeReader().then((own) => own ?? ownReader()), camera(video)]);
    stream = opened;
    setUpTorch(part("torch"), stream.getVideoTracks()[0]);
    if (dialog.open) say(dialog.dataset.textReady);
    while (dialog.open) {
      const code = (await reader(video)).trim();
      if (code && dialog.open) take(code);
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    }
  } catch (error) {
    say(dialog.dataset[error?.name === "NotFoundError" ? "textNone" : "textRefused"]);
  } finally {
    if (!dialog.open) for (const track of stream?.getTracks() ?? []) track.stop(); // closed before the camera was there
  }
}
