"use strict";

/* The end: what was written, and the first steps with it. */

function showWritten({ profiles, file, backup, names, commands, length_problem, login_start }) {
  const added = profiles.length;
  finish({
    title: added ? say("ADDED", { count: added }) : say("ALL_THERE"),
    hint: say(added && backup ? "WHERE_WITH_BACKUP" : "WHERE", { file }),
  });
  element("done-hint").textContent = "";
  element("done-problem").hidden = !length_problem;
  element("done-problem").textContent = length_problem ? sentence(length_problem) : "";
  element("default-profile").replaceChildren(...names.map((name) => make("option", { value: name, textContent: name })));
  state.commands = commands;
  profileChanged();
  element("login-start-box").hidden = !login_start;
  element("next").hidden = false;
  state.written = true;
}

function finish({ title, hint }) {
  element("done-title").textContent = title;
  element("done-text").textContent = hint;
  element("done-hint").textContent = say("CLOSE_TAB");
  show("done");
}

function profileChanged() {
  element("try").textContent = state.commands[element("default-profile").value];
  element("copied").textContent = "";
  element("default-said").textContent = "";
  state.sure = false;
  element("make-default").textContent = say("MAKE_DEFAULT");
}

async function makeDefault() {
  const said = await act("default", { profile: element("default-profile").value, sure: state.sure === true });
  state.sure = Boolean(said.asks);
  element("make-default").textContent = say(said.asks ? "MAKE_DEFAULT_ALL_THE_SAME" : "MAKE_DEFAULT");
  element("default-said").textContent = said.asks ? sentence(said.asks) : sentences(...[said.said, ...said.warnings].map(sentence));
}

async function startAtLogin() {
  const { said } = await act("login-start");
  element("login-start-said").textContent = said;
  element("login-start").disabled = true;
}

element("default-profile").addEventListener("change", profileChanged);
element("copy").addEventListener("click", () => copyText(element("try").textContent, element("try"), element("copied")));
element("make-default").addEventListener("click", () => run(makeDefault));
element("login-start").addEventListener("click", () => run(startAtLogin));

// A tab that is closed ends the program; one that is loaded again asks for the details at once.
addEventListener("pagehide", () => {
  if (state.written && !life.finished) actLast("hide");
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && state.written && !life.finished) run(() => ask("details"));
});

run(begin);
