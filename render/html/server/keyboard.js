// In a served page: the keyboard and the mouse of programs that have a terminal on their slide.
(() => {
"use strict";
const root = document.documentElement, $ = (s, in_) => in_.querySelector(s), {looks, say, pill, post} = live;

// A box with a terminal takes the keyboard when the visitor clicks it, or presses Enter on it or i. All
// keys go to the program then, but the one that leaves. Keys wait for those before them, so that they
// arrive in order.
let hands = null, waiting = [], passing = false;
const runs = (e) => !looks && e?.isConnected && e.dataset.cols ? e : null; // its program runs
function grab(e) {
  hands = runs(e);
  root.classList.toggle("typing", !!hands);
  if (!hands) return;
  hands.focus({preventScroll: true});
  pill("keyboard", "keyboard → program · Ctrl ] leaves");
}
function leave() {
  hands = null;
  root.classList.remove("typing");
  pill("keyboard", "");
}
async function typed(input) {
  waiting.push([hands.closest(".out").dataset.key, input]);
  if (passing) return;
  passing = true;
  while (waiting.length) {
    const key = waiting[0][0], n = waiting.findIndex((w) => w[0] !== key);
    const now = waiting.splice(0, Math.min(n < 0 ? waiting.length : n, 200));
    if (await post("type", {key, inputs: now.map((w) => w[1])}) === null) {
      waiting = [];
      say("not connected: the program gets no keys now");
    }
  }
  passing = false;
}
function keyed(e) {
  const base = {Enter: "cr", Escape: "Esc", " ": "space"}[e.key] || e.key.replace("Arrow", "");
  const mods = (e.altKey ? "a-" : "") + (e.ctrlKey ? "c-" : "") + (e.shiftKey && e.key.length > 1 ? "s-" : "");
  return !mods && e.key.length === 1 ? e.key : `<${mods}${base}>`;
}
addEventListener("keydown", (e) => {
  const box = document.activeElement?.closest?.(".tty"), other = /^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Dead|Process|Unidentified)$/.test(e.key);
  if (!hands || !runs(hands) || box !== hands) {
    if (hands) leave();
    if (box && runs(box) && e.key === "Enter" && !e.ctrlKey && !e.altKey) grab(box);
    else return;
  } else if (e.ctrlKey && e.key === "]") leave();
  else if (other || e.metaKey || e.isComposing || e.ctrlKey && e.shiftKey || e.ctrlKey && e.key === "v") return e.stopImmediatePropagation();
  else typed({key: keyed(e)});
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);
addEventListener("paste", (e) => {
  if (!runs(hands)) return;
  const text = e.clipboardData.getData("text");
  for (let i = 0; i < text.length; i += 8000) typed({text: text.slice(i, i + 8000)});
  e.preventDefault();
});
addEventListener("output", () => { if (hands && !runs(hands)) leave(); });
addEventListener("focusout", (e) => { if (e.target === hands && e.relatedTarget) leave(); });

// mouse tells the program of a terminal about the mouse, if the program has asked for that.
let pressed = 0;
function mouse(e) {
  const box = runs(e.target.closest?.(".tty"));
  if (!box) return;
  if (e.type === "pointerdown" && box !== hands) { grab(box); return; }
  if (!("mouse" in box.dataset) || box !== hands) return;
  const samp = $("samp", box), r = samp.getBoundingClientRect(), rows = samp.getElementsByClassName("l"), first = rows[rows.length - box.dataset.rows];
  const col = Math.floor((e.clientX - r.left) / r.width * box.dataset.cols), row = Math.floor((e.clientY - first.getBoundingClientRect().top) / (first.offsetHeight || 1));
  if (col < 0 || row < 0 || col >= box.dataset.cols || row >= box.dataset.rows) return;
  const action = {pointerdown: "press", pointerup: "release", pointermove: "move", wheel: "wheel"}[e.type];
  if (action === "move" && !pressed) return;
  if (action === "press") pressed = [1, 2, 3][e.button] || 1;
  typed({mouse: {col, row, action, button: action === "wheel" ? Math.sign(e.deltaY) : pressed}});
  if (action === "release") pressed = 0;
  e.preventDefault();
}
for (const type of ["pointerdown", "pointerup", "pointermove"]) addEventListener(type, mouse);
addEventListener("wheel", mouse, {passive: false});
Object.assign(deck.move, {
  terminal() {
    const s = deck.slides()[deck.at()[0]], box = s && [...s.querySelectorAll(".tty[data-cols]")].find((e) => e.checkVisibility());
    if (box) grab(box);
    else say("no program with a terminal runs on this slide");
  },
  leave,
});
})();
