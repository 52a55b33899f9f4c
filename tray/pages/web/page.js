"use strict";

/*
What every page has: it asks the program and has it do things, says words, shows what went wrong, and hears of changes.
A script of a page that declares `refresh` has it called when anything that the page shows has changed. It must leave
alone what the person is typing.
*/

const STREAM_TRIES_MILLISECONDS = [300, 1000, 2000, 3000];
const LONGEST_NAME = 60;

const element = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf-token]").content;
const pageName = document.body.dataset.page;
const templates = JSON.parse(element("words").textContent);
const language = document.documentElement.lang;
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
/** Firefox before 125 knows no segments: there a long name may be cut between a letter and its accent. */
const clusters = Intl.Segmenter
  ? new Intl.Segmenter(language)
  : { segment: (text) => Array.from(text, (segment) => ({ segment })) };

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A name that others chose: whatever its writing direction, it leaves what stands beside it alone. */
const foreign = (text) => make("bdi", { textContent: text });

/* Words */

/** Fit a name into one line: printable, and at most 60 characters. */
function short(name) {
  const printable = name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
  if (printable.length <= LONGEST_NAME) return printable;
  const parts = Array.from(clusters.segment(printable), ({ segment }) => segment);
  return parts.length <= LONGEST_NAME ? printable : `${parts.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/** The parts of a template: its own words as strings, and its fields as [name, whether it is shown whole]. */
function partsOf(template) {
  const parts = [];
  let last = 0;
  for (const { 0: found, 1: name, 2: treatment, index } of template.matchAll(/\{\{|\}\}|\{(\w+)(:whole)?\}/g)) {
    parts.push(template.slice(last, index), name === undefined ? found[0] : [name, treatment !== undefined]);
    last = index + found.length;
  }
  return [...parts, template.slice(last)];
}

function valueOf(fields, [name, whole]) {
  const value = fields[name];
  if (typeof value === "number") return numbers.format(value);
  if (typeof value === "string") return whole ? value : short(value);
  if (value instanceof Node) return value;
  throw new TypeError(`no field ${name}`);
}

/** The form of a template for its fields: a plural is chosen by `count`. */
function formOf(template, fields) {
  if (typeof template === "string") return template;
  return template[plurals.select(fields.count)] ?? template.other;
}

const fill = (template, fields) =>
  partsOf(template).map((part) => (typeof part === "string" ? part : valueOf(fields, part))).join("");

/** Say a line, or a plural by its field `count`. */
const say = (key, fields = {}) => fill(formOf(templates[key], fields), fields);

/** Say a text: its title, and its hint. */
const message = (key, fields = {}) => ({ title: fill(templates[key].title, fields), hint: fill(templates[key].hint, fields) });

/** Say a line in an element. A field that is a text is shown as a name that others chose; one may be an element, too. */
function put(place, key, fields = {}) {
  const parts = partsOf(formOf(templates[key], fields)).map((part) => {
    if (typeof part === "string") return part;
    const value = valueOf(fields, part);
    return typeof fields[part[0]] === "string" ? foreign(value) : value;
  });
  place.replaceChildren(...parts.filter((part) => part !== ""));
  return place;
}

/** Put whole sentences one after the other, without those that are empty. */
const sentences = (...several) =>
  several.filter(Boolean).reduce((before, each) => (before ? say("FOLLOWED", { sentence: before, another: each }) : each), "");

/** Say a message in one line. */
const sentence = ({ title, hint }) => sentences(say("SENTENCE", { words: title.replace(/[.。]$/, "") }), hint);

/* Asking the program */

class Problem extends Error {
  constructor({ title, hint, question }) {
    super(title);
    this.hint = hint;
    this.question = question;
  }
}

const life = { ended: false, finished: false, version: document.querySelector("meta[name=version]").content, stale: false };

const ended = () => new Problem(message("ENDED", { page: pageName }));

/** The program is gone, and does not come back under this address. */
function endPage() {
  if (life.ended) return;
  life.ended = true;
  if (!life.finished) showProblem(ended());
}

/** Nothing is left to do here: that the program ends is as it should be. */
function finishPage() {
  life.finished = true;
}

async function send(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, cache: "no-store", redirect: "error" });
  } catch {
    endPage();
    throw ended();
  }
  if (answer.status === 422) throw new Problem(await answer.json());
  if (!answer.ok) throw new Problem(message("NOT_UNDERSTOOD"));
  return answer.json();
}

/** Read something from the program. */
const ask = (path) => send(path, {});

const changing = (body) => ({
  method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body),
});

/** Have the program do something. */
const act = (path, body = {}) => send(path, changing(body));

/** Have the program do something as the page goes away; nobody hears what comes of it. */
const actLast = (path) => void fetch(path, { ...changing({}), keepalive: true }).catch(() => undefined);

/** Run what the person asks for; what goes wrong is shown. Tells whether it went well. */
async function run(action) {
  clearProblems();
  try {
    await action();
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(problem);
    return false;
  }
}

/* What goes wrong: beside the field FIELD, in the element FIELD-error; else above everything */

/** For a field, what gives the one that is to be typed into instead, if any. */
const instead = {};

function clearProblems() {
  element("problem").hidden = true;
  for (const words of document.querySelectorAll(".error[id$='-error']")) {
    const input = element(words.id.slice(0, -"-error".length));
    if (!input?.labels) continue;
    words.hidden = true;
    input.removeAttribute("aria-invalid");
  }
  if (life.ended && !life.finished) showProblem(ended());
}

function showProblem(problem) {
  const input = problem.question && element(problem.question);
  const words = input && element(`${problem.question}-error`);
  if (words && input.offsetParent !== null) {
    words.textContent = sentence({ title: problem.message, hint: problem.hint });
    words.hidden = false;
    input.setAttribute("aria-invalid", "true");
    (instead[problem.question]?.() ?? input).focus();
    return;
  }
  element("problem-title").textContent = problem.message;
  element("problem-hint").textContent = problem.hint;
  element("problem").hidden = false;
  element("problem").scrollIntoView({ block: "nearest" });
}

/** Put a text into the clipboard, and say so in `said`; where the browser refuses, select `shown`, which has it. */
async function copyText(text, shown, said, keys = ["COPIED", "NOT_COPIED"]) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = say(keys[0]);
  } catch {
    getSelection().selectAllChildren(shown);
    said.textContent = say(keys[1]);
  }
}

/** Do something a moment after the person has stopped typing. */
function afterTyping(action, milliseconds = 150) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => run(action), milliseconds);
  };
}

function onSubmit(form, action) {
  element(form).addEventListener("submit", (event) => {
    event.preventDefault();
    run(action);
  });
}

/* Hearing of changes */

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Take in the versions of all pages; a page that nobody looks at is brought up to date when somebody does. */
function takeVersions(versions) {
  const version = versions[pageName];
  if (version !== undefined && version !== life.version) {
    life.version = version;
    life.stale = true;
  }
  refreshStale();
}

function refreshStale() {
  if (!life.stale || document.hidden || life.ended || typeof refresh !== "function") return;
  life.stale = false;
  refresh().then(() => {
    if (life.failed) clearProblems(); // what went wrong the last time does so no more
    life.failed = false;
  }, (problem) => {
    if (!(problem instanceof Problem)) throw problem;
    life.failed = true;
    showProblem(problem);
  });
}

/** Read the stream of versions until it ends; tells whether it was ours to read. */
async function readStream(hear) {
  const answer = await fetch("../events", { cache: "no-store", redirect: "error" });
  if (!answer.ok) return false;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) hear(JSON.parse(line));
  }
}

/** Hear of changes until the program is gone. */
async function follow(hear) {
  for (let failed = 0; failed <= STREAM_TRIES_MILLISECONDS.length;) {
    try {
      const ours = await readStream((versions) => {
        failed = 0;
        hear(versions);
      });
      if (!ours) return;
    } catch {
      // It was cut off, or nobody listens there.
    }
    await pause(STREAM_TRIES_MILLISECONDS[failed] ?? 0);
    failed += 1;
  }
}

/*
A browser has six connections to one address at most. So of all tabs one follows, and tells the others; when it is
closed, the next one does.
*/
const tabs = new BroadcastChannel(`pages ${location.pathname.split("/")[1]}`);
tabs.addEventListener("message", ({ data }) => (data === null ? endPage() : takeVersions(data)));
navigator.locks.request(tabs.name, async () => {
  if (life.ended) return;
  await follow((versions) => {
    takeVersions(versions);
    tabs.postMessage(versions);
  });
  endPage();
  tabs.postMessage(null);
});
document.addEventListener("visibilitychange", refreshStale);
