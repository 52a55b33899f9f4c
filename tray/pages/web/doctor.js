"use strict";

/* What the doctor has found, worst first; what can be fixed has a button. */

const DOCTOR_POLL_MILLISECONDS = 200;

/** What is shown, to leave it as it is where nothing has changed; and whether AWS was asked for it. */
const doctor = { shown: "", online: false, following: false };

function findingItem({ title, hint, fix }, level, number) {
  const heading = make("h3", { id: `${level}-${number}`, textContent: title });
  const item = make("li", { className: "finding" },
    make("span", { className: `sign ${level}` }),
    make("div", {}, heading, ...(hint ? [make("p", { textContent: hint })] : [])));
  if (fix !== null) {
    const button = make("button", { type: "button", textContent: say("FIX") });
    button.setAttribute("aria-describedby", heading.id);
    button.addEventListener("click", () => run(() => settle(fix, button)));
    item.append(button);
  }
  return item;
}

function levelSection({ level, title, findings }) {
  const list = make("ul", { className: "findings" }, ...findings.map((each, number) => findingItem(each, level, number)));
  return make("section", {}, make("h2", { textContent: title, tabIndex: -1 }), list);
}

function showFindings({ under_way, online, said, failed, levels }) {
  doctor.online = online;
  element("said").textContent = said;
  element("levels").setAttribute("aria-busy", String(under_way));
  if (failed) showProblem(new Problem(failed));
  const shown = JSON.stringify(levels);
  if (shown === doctor.shown) return;
  doctor.shown = shown;
  const held = document.activeElement?.getAttribute("aria-describedby");
  element("levels").replaceChildren(...levels.map(levelSection));
  if (held && element("levels").contains(element(held))) {
    element("levels").querySelector(`[aria-describedby="${held}"]`)?.focus({ preventScroll: true });
  }
}

/** Show what is found until the look that is under way is over; one at a time. */
async function followCheck(first) {
  let found = first;
  showFindings(found);
  if (doctor.following) return;
  doctor.following = true;
  try {
    while (found.under_way) {
      await pause(DOCTOR_POLL_MILLISECONDS);
      found = await ask("findings");
      showFindings(found);
    }
  } finally {
    doctor.following = false;
  }
}

const check = async (online) => followCheck(await act("check", { online }));

async function settle(name, button) {
  button.disabled = true;
  try {
    const { said } = await act("fix", { name });
    element("done").textContent = said;
    await followCheck(await ask("findings"));
    // What was fixed has gone, and its button with it: who works by keyboard goes on from what is left.
    (element("levels").querySelector("h2") ?? element("again")).focus();
  } finally {
    button.disabled = false;
  }
}

async function copyReport() {
  const { text } = await ask("report");
  element("report").textContent = text;
  element("report-box").hidden = false;
  await copyText(text, element("report"), element("done"));
}

function checkAgain(online) {
  element("done").textContent = "";
  return check(online);
}

element("again").addEventListener("click", () => run(() => checkAgain(false)));
element("online").addEventListener("click", () => run(() => checkAgain(true)));
element("copy").addEventListener("click", () => run(copyReport));

/** What AWS has said is not thrown away: who has asked it decides when to look again. */
async function refresh() {
  if (doctor.online) element("said").textContent = say("CHANGED");
  else await check(false);
}

run(() => check(false));
