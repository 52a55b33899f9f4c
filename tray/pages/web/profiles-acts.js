"use strict";

/* What is done with the profile that is chosen, by keys and by the mouse. */

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const chosen = () => state.found[state.at];

/** Do one thing at a time: a key that is pressed twice is one wish. */
async function once(action) {
  if (state.busy || !chosen()) return;
  state.busy = true;
  tell("said", "");
  element("by-hand").hidden = true;
  try {
    await run(action);
  } finally {
    state.busy = false;
  }
}

async function makeDefault() {
  const { name } = chosen();
  let answer = await act("use", { profile: name, sure: false });
  if (answer.asks) {
    if (!(await isSure(answer.asks))) return;
    answer = await act("use", { profile: name, sure: true });
  }
  await refresh();
  tell("said", sentences(sentence(answer.said), ...answer.more));
}

async function undo() {
  const answer = await act("undo", {});
  await refresh();
  tell("said", sentences(sentence(answer.said), ...answer.more));
  search.focus();
}

function isSure({ title, hint }) {
  const dialog = element("sure");
  tell("sure-title", title);
  tell("sure-hint", hint);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resume) => {
    dialog.addEventListener("close", () => resume(dialog.returnValue === "switch"), { once: true });
  });
}

async function openConsole() {
  const { said, link } = await act("console", { profile: chosen().name });
  const parts = [sentence(said)];
  if (link !== null && /^https:\/\//.test(link)) {
    parts.push(" ", make("a", { href: link, target: "_blank", rel: "noreferrer", textContent: say("CONSOLE_LINK") }));
  }
  element("said").replaceChildren(...parts);
}

async function copy() {
  const { command } = chosen();
  if (command === null) throw new Problem(message("NOT_FOR_A_TERMINAL"));
  try {
    await navigator.clipboard.writeText(command);
    tell("said", sentence(message("COMMAND_COPIED")));
  } catch {
    tell("said", sentence(message("COMMAND_NOT_COPIED")));
    element("by-hand").hidden = false;
    element("command").value = command;
    element("command").select();
  }
}

/* Keys and clicks */

function page() {
  return Math.max(Math.floor(list.clientHeight / state.height) - 1, 1);
}

function moved(key) {
  const last = state.found.length - 1;
  const to = { ArrowUp: -1, ArrowDown: 1, PageUp: -page(), PageDown: page(), Home: -last, End: last };
  return to[key];
}

function pressed(event) {
  if (event.isComposing || event.altKey) return;
  const { key, ctrlKey, metaKey, shiftKey } = event;
  const plain = !ctrlKey && !metaKey && !shiftKey;
  if (key === "Enter") {
    event.preventDefault();
    if (event.repeat) return;
    if (plain) once(makeDefault);
    else if ((ctrlKey || (metaKey && IS_MAC)) && !shiftKey) once(openConsole);
    else if (shiftKey && !ctrlKey && !metaKey) once(copy);
  } else if (key === "Escape" && search.value && plain) {
    event.preventDefault();
    search.value = "";
    typed();
  } else if (plain && state.found.length && moved(key) !== undefined) {
    event.preventDefault();
    choose(state.at + moved(key));
  }
}

search.addEventListener("input", typed);
search.addEventListener("keydown", pressed);
// Whoever has clicked somewhere and types means the search.
document.addEventListener("keydown", (event) => {
  if (event.target !== document.body || event.ctrlKey || event.altKey || event.metaKey || event.key === "Tab") return;
  search.focus();
  pressed(event);
});
list.addEventListener("scroll", draw, { passive: true });
list.addEventListener("mousedown", (event) => {
  if (event.target.closest(".row")) event.preventDefault(); // the field keeps the focus
});
list.addEventListener("click", ({ target }) => {
  const row = target.closest(".row");
  if (!row) return;
  choose(Number(row.dataset.index));
  search.focus({ preventScroll: true });
});
list.addEventListener("dblclick", ({ target }) => {
  if (target.closest(".row")) once(makeDefault);
});
element("use").addEventListener("click", () => once(makeDefault));
element("console").addEventListener("click", () => once(openConsole));
element("copy").addEventListener("click", () => once(copy));
element("undo").addEventListener("click", () => run(undo));
new ResizeObserver(() => {
  state.height = 0;
  state.drawn = {};
  draw();
}).observe(list);

if (IS_MAC) tell("console-key", say("KEY_COMMAND_ENTER"));
run(async () => {
  await refresh();
  search.focus();
});
