import { tellNews } from "./news.ts";

/** Lets archives be chosen or dropped, and sends them one after the other. @param onSent called after each file */
export function setUpUploads(onSent: () => void): void {
  const form = document.getElementById("upload");
  const input = document.getElementById("files");
  const list = document.getElementById("uploads");
  if (!(form instanceof HTMLFormElement) || !(input instanceof HTMLInputElement) || list === null) return;
  let last = Promise.resolve();
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      const row = addRow(list, file.name);
      last = last.then(() => sendFile(file, row)).then(onSent);
    }
  };
  input.addEventListener("change", () => {
    add([...(input.files ?? [])]);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  acceptDrops(form, add);
  form.hidden = false;
}

function acceptDrops(form: HTMLFormElement, add: (files: Iterable<File>) => void): void {
  const mark = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    form.classList.toggle("over", isOver);
  };
  form.addEventListener("dragover", (event) => mark(event, true));
  form.addEventListener("dragleave", (event) => mark(event, false));
  form.addEventListener("drop", (event) => {
    mark(event, false);
    add([...(event.dataTransfer?.files ?? [])]);
  });
  // A file that misses the place would else be opened in place of the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
}

interface Row {
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
  readonly stop: HTMLButtonElement;
}

function addRow(list: HTMLElement, filename: string): Row {
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: filename });
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  const state = Object.assign(document.createElement("span"), { textContent: "waiting" });
  const stop = Object.assign(document.createElement("button"), { type: "button", textContent: "Stop" });
  bar.setAttribute("aria-label", `Upload of ${filename}`);
  stop.setAttribute("aria-label", `Stop the upload of ${filename}`);
  const row = document.createElement("li");
  row.append(name, bar, state, stop);
  list.append(row);
  return { bar, state, stop };
}

/** Ends well whatever becomes of the file; the row says it. */
function sendFile(file: File, { bar, state, stop }: Row): Promise<void> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (words: string) => {
      state.textContent = words;
      stop.remove();
      tellNews(`${file.name}: ${words}`);
      resolve();
    };
    // Not fetch: it does not tell how much has been sent.
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total === 0 ? 100 : (loaded / total) * 100;
      state.textContent = `${Math.floor(bar.value)} %`;
    });
    request.addEventListener("load", () => end(request.status < 300 ? "sent" : problemOf(request.responseText)));
    request.addEventListener("error", () => end("The connection broke. Try again."));
    request.addEventListener("abort", () => end("stopped"));
    stop.addEventListener("click", () => request.abort());
    request.open("POST", `/v1/jobs?filename=${encodeURIComponent(file.name)}`);
    // The browser's guess may be a form that the service refuses.
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(file);
  });
}

function problemOf(text: string): string {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail ?? "It was refused.");
  } catch {
    return "It was refused.";
  }
}
