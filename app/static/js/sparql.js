// The query page: a query is run without a new page, can be cancelled, and its answer has an address.

import { announce, copy } from "./page.js";
import { table } from "./sparql-table.js";

// What app/limits.py takes; longer queries are sent as forms.
const LONGEST_ADDRESS = 8000;
const DRAFT = "pivi-query";

const page = document.getElementById("sparql");
const form = document.getElementById("fraga");
const textarea = document.getElementById("query");
const runButton = document.getElementById("kor");
const cancelButton = document.getElementById("avbryt");
const note = document.getElementById("korning");
const language = page.dataset.language;

let request = null;
let clock = 0;
let editor = null;
// The query whose answer is shown: the server's text, until another one is run.
let shown = textarea.value;
let here = location.pathname + location.search;

function address(text) {
  const url = `${form.getAttribute("action")}?query=${encodeURIComponent(text)}`;
  return url.length <= LONGEST_ADDRESS ? url : "";
}

function remember() {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify({ text: textarea.value, shown, answered: hasAnswer() }));
  } catch {
    // Without storage a draft lasts as long as the page.
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT)) ?? {};
  } catch {
    return {};
  }
}

function hasAnswer() {
  return document.getElementById("svar") !== null;
}

function write(text) {
  textarea.value = text;
  editor?.write(text);
}

function tell(sentence) {
  note.textContent = sentence;
  note.hidden = sentence === "";
}

function running(on) {
  cancelButton.hidden = !on;
  runButton.setAttribute("aria-disabled", String(on));
  page.setAttribute("aria-busy", String(on));
  clearInterval(clock);
  if (!on) return;
  const began = Date.now();
  const show = () => tell(`${note.dataset.running} ${Math.round((Date.now() - began) / 1000)} s`);
  // A quick answer needs no clock.
  clock = setInterval(show, 1000);
}

/** What came from the server takes the place of what is shown. */
function put(arrived) {
  for (const id of ["fel-plats", "svar-plats", "program-plats"]) {
    document.getElementById(id).replaceChildren(...arrived.getElementById(id).childNodes);
  }
  const current = new Map(
    [...arrived.querySelectorAll(".questions li a")].map((link) => [link.getAttribute("href"), link.ariaCurrent]),
  );
  for (const link of document.querySelectorAll(".questions li a")) {
    link.ariaCurrent = current.get(link.getAttribute("href")) ?? null;
  }
  document.title = arrived.title;
  const fresh = arrived.querySelector(".nav--side a");
  if (fresh) document.querySelector(".nav--side a").replaceWith(fresh);
  prepare();
}

/** Make what has arrived work: sorting, copying, going to the fault. */
function prepare() {
  document.querySelectorAll(".answer-table").forEach((each) => table(each, language, announce));
  document.querySelectorAll("#svar-plats, #program-plats").forEach((place) => {
    place.querySelectorAll("[data-copy], [data-copy-from]").forEach(copy);
  });
  const fault = document.querySelector(".error-summary");
  const place = fault && { line: Number(fault.dataset.line), column: Number(fault.dataset.column) };
  if (fault) textarea.setAttribute("aria-invalid", "true");
  else textarea.removeAttribute("aria-invalid");
  editor?.mark(place, document.getElementById("fel-text")?.textContent ?? "");
  fault?.querySelector("[data-to-fault]").addEventListener("click", (event) => {
    if (!editor) return;
    event.preventDefault();
    editor.goTo(place);
  });
}

/** Say and show that the answer is here, where the visitor is. */
function arrive(fromKeyboard) {
  const fault = document.querySelector(".error-summary");
  if (fault) {
    const place = { line: Number(fault.dataset.line), column: Number(fault.dataset.column) };
    announce(`${fault.querySelector("h2").textContent}. ${fault.querySelector("p").textContent}`);
    if (fromKeyboard && editor && place.line) editor.goTo(place);
    else fault.focus();
    return;
  }
  const heading = document.getElementById("svar-rubrik");
  if (!heading) return;
  announce(`${note.dataset.done} ${heading.textContent}`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading.parentElement.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

/** Ask for the page at an address, or of a text that is too long for one, and show its answer. */
async function show(url, text, { keep, fromKeyboard = false }) {
  request?.abort();
  const own = new AbortController();
  request = own;
  tell("");
  running(true);
  announce(note.dataset.running);
  const options = { signal: own.signal, headers: { Accept: "text/html" } };
  if (!url) Object.assign(options, { method: "POST", body: new URLSearchParams({ query: text }) });
  try {
    const answer = await fetch(url || form.getAttribute("action"), options);
    const arrived = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!arrived.getElementById("svar-plats")) throw new Error(String(answer.status));
    put(arrived);
    if (text === null) write(arrived.getElementById("query").value);
    shown = textarea.value;
    if (keep) history.pushState({ text: url ? null : text }, "", url || form.getAttribute("action"));
    here = location.pathname + location.search;
    remember();
    tell("");
    running(false);
    arrive(fromKeyboard);
  } catch (problem) {
    if (request !== own) return; // another one has taken its place
    running(false);
    if (problem.name === "AbortError") tell(note.dataset.cancelled);
    else tell(note.dataset.failed);
    announce(note.textContent);
  }
}

function run(fromKeyboard = false) {
  const text = textarea.value;
  show(address(text), text, { keep: true, fromKeyboard });
}

form.addEventListener("submit", (event) => {
  // Other buttons of the form send it elsewhere: a download, a citation.
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  run();
});

cancelButton.addEventListener("click", () => {
  request?.abort();
  runButton.focus();
});

textarea.addEventListener("input", remember);
textarea.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run(true);
  }
});

document.querySelector(".questions").addEventListener("click", (event) => {
  const link = event.target.closest("li a[href*='exempel=']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.getAttribute("href"), null, { keep: true });
});

window.addEventListener("popstate", (event) => {
  // Going to a heading of the page is a popstate too.
  const text = event.state?.text ?? null;
  const url = location.pathname + location.search;
  if (url === here && text === null) return;
  here = url;
  if (text !== null) write(text);
  show(text === null ? url : "", text, { keep: false });
});

const draft = remembered();
if (draft.shown === textarea.value && draft.text) textarea.value = draft.text;
else if (!location.search && draft.text) {
  // A query that is too long for an address: the language was switched, or the page was left and found again.
  textarea.value = draft.text;
  if (draft.answered && draft.text === draft.shown) show("", draft.text, { keep: false });
}
prepare();

import("./sparql-editor.js").then(
  (module) => {
    editor = module.editor(textarea, {
      language,
      wordsUrl: page.dataset.words,
      hint: document.getElementById("tangenter").textContent,
      run: () => run(true),
    });
    prepareEditor();
  },
  () => {
    // The text area works without it.
  },
);

function prepareEditor() {
  const fault = document.querySelector(".error-summary");
  if (fault) {
    const place = { line: Number(fault.dataset.line), column: Number(fault.dataset.column) };
    editor.mark(place, document.getElementById("fel-text").textContent);
  }
  for (const button of document.querySelectorAll("[data-editor]")) {
    button.addEventListener("click", () => editor[button.dataset.editor]());
  }
}
