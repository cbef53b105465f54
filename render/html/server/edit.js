// Changes a program on the stage: in this talk, not in its file, until that is asked for. The editor
// lies over the program's code, so the audience sees what is typed where it stood.
(() => {
"use strict";
const $ = (s, in_ = document) => in_.querySelector(s);
let box = null; // the editor, while it is open

// ask sends a change and returns the number of the edit, or says what is wrong.
async function ask(body) {
  $(".why", box).textContent = "";
  try {
    const r = await fetch("edit", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    if (!r.ok) throw (await r.text()).replace(/^slidexec: /, "");
    return (await r.json()).edit;
  } catch (e) {
    if (box) $(".why", box).textContent = typeof e === "string" ? e : "not connected: the program stays as it was";
    return -1;
  }
}

// open shows the editor for a program of the slide: the one with the focus, else the first.
async function open() {
  if (box) return;
  const s = deck.slides()[deck.at()[0]], buttons = s ? [...s.querySelectorAll("[data-run]")].filter((b) => b.checkVisibility()) : [];
  const button = buttons.find((b) => b.closest(".box")?.contains(document.activeElement)) || buttons[0], over = button?.closest(".box") || button?.parentElement.parentElement;
  if (!button) return live.say("no program stands on this slide");
  let has;
  try {
    const r = await fetch("source?key=" + encodeURIComponent(button.dataset.run));
    if (!r.ok) throw (await r.text()).replace(/^slidexec: /, "");
    has = await r.json();
  } catch (e) { return live.say(typeof e === "string" ? e : "not connected: programs cannot be edited now"); }
  show(over, button.dataset.run, has);
}

function show(over, key, has) {
  let edit = has.edit, said = has.code;
  const here = () => deck.slides()[deck.at()[0]]?.id, home = here(), input = document.createElement("textarea"), row = document.createElement("p");
  box = document.createElement("section");
  box.id = "edit";
  box.setAttribute("aria-label", "Edit the program");
  input.setAttribute("aria-label", "Program");
  input.spellcheck = false;
  input.autocapitalize = "off";
  input.value = has.code;
  // place lays the editor over the code, where that is by now: an output may have moved it.
  const nth = [...over.closest(".slide").querySelectorAll(".box")].indexOf(over);
  const place = () => {
    const on = deck.slides()[deck.at()[0]]?.querySelectorAll(".box")[nth] || over, r = on.getBoundingClientRect(), top = Math.max(r.top, 8);
    if (!on.isConnected) return;
    input.style.fontSize = getComputedStyle($("pre", on) || on).fontSize;
    box.style.cssText = `left:${r.left}px;top:${top}px;width:${Math.max(r.width, Math.min(innerWidth - 2 * r.left, 520))}px;height:${Math.min(Math.max(r.height + 48, 140), innerHeight - top - 8)}px`;
  };
  const button = (text, f) => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.onclick = f;
    row.append(b);
  };
  // give sends what was typed, if it is new or is to run.
  const give = async (also) => {
    if (input.value === said && !also) return true;
    const code = input.value, to = await ask({key, edit, code, ...also});
    if (to < 0) return false;
    said = code;
    if (to) edit = to;
    return true;
  };
  const close = async () => {
    if (!box || !await give()) return;
    box.remove();
    box = null;
    deck.slides()[deck.at()[0]]?.focus({preventScroll: true});
  };
  button("run · Ctrl Enter", () => give({run: true}));
  button("save to the file", async () => { if (await give({save: true})) { live.say("saved"); close(); } });
  button("back to the file", async () => {
    if (edit && await ask({edit, undo: true}) < 0) return;
    box.remove();
    box = null;
  });
  button("close · Esc", close);
  const why = document.createElement("span");
  why.className = "why";
  why.setAttribute("role", "alert");
  row.append(why);
  input.onkeydown = (e) => {
    if (e.key === "Escape") close();
    else if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) give({run: true});
    else if (e.key === "Tab" && !e.shiftKey && !e.ctrlKey) document.execCommand("insertText", false, /^\t/m.test(input.value) ? "\t" : "    ");
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  box.append(input, row);
  document.body.append(box);
  place();
  input.focus();
  input.setSelectionRange(0, 0);
  addEventListener("shown", function moved() { // the talk went on: what was typed is kept
    if (box?.contains(input) && here() === home) return place();
    removeEventListener("shown", moved);
    if (box?.contains(input)) close();
  });
}

deck.move.edit = open;
})();
