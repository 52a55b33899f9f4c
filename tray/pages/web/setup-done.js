"use strict";

/* The end: what was written, and the first steps with it. */

function showWritten({ profiles, file, backup, names, commands, length_problem, login_start }) {
  finish(
    profiles.length ? `${counted(profiles.length, "profile")} added` : "Everything was there already",
    `They are in ${file}.${backup && profiles.length ? " The file as it was before is kept as a backup." : ""}`,
  );
  element("done-hint").textContent = "";
  element("done-problem").hidden = !length_problem;
  element("done-problem").textContent = length_problem ? `${length_problem.title}. ${length_problem.hint}` : "";
  element("default-profile").replaceChildren(...names.map((name) => make("option", { value: name, textContent: name })));
  state.commands = commands;
  profileChanged();
  element("login-start-box").hidden = !login_start;
  element("next").hidden = false;
  state.ended = false;
  state.written = true;
}

function finish(title, text) {
  state.ended = true;
  element("done-title").textContent = title;
  element("done-text").textContent = text;
  element("done-hint").textContent = "You can close this tab.";
  show("done");
}

function profileChanged() {
  element("try").textContent = state.commands[element("default-profile").value];
  element("copied").textContent = "";
  element("default-said").textContent = "";
  state.sure = false;
  element("make-default").textContent = "Make default";
}

async function copy() {
  const words = element("try").textContent;
  try {
    await navigator.clipboard.writeText(words);
    element("copied").textContent = "Copied. Paste it into a terminal.";
  } catch {
    getSelection().selectAllChildren(element("try"));
    element("copied").textContent = "Your browser does not let this page copy; the command is selected, so press Ctrl+C.";
  }
}

const sentence = ({ title, hint }) => `${title}. ${hint}`.trim();

async function makeDefault() {
  const said = await ask("default", { profile: element("default-profile").value, sure: state.sure === true });
  state.sure = Boolean(said.asks);
  element("make-default").textContent = said.asks ? "Make it the default all the same" : "Make default";
  element("default-said").textContent = said.asks ? sentence(said.asks) : [said.said, ...said.warnings].map(sentence).join(" ");
}

async function startAtLogin() {
  const { said } = await ask("login-start", {});
  element("login-start-said").textContent = said;
  element("login-start").disabled = true;
}

element("default-profile").addEventListener("change", profileChanged);
element("copy").addEventListener("click", () => act(copy));
element("make-default").addEventListener("click", () => act(makeDefault));
element("login-start").addEventListener("click", () => act(startAtLogin));

// A tab that is closed ends the program; one that is loaded again asks for the details at once.
addEventListener("pagehide", () => {
  if (!state.written || state.ended) return;
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  fetch("hide", { method: "POST", headers, body: "{}", keepalive: true }).catch(() => undefined);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && state.written && !state.ended) act(() => ask("details"));
});

act(begin);
