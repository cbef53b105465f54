// The speaker's desk. The page is the deck with its notes; this shows two of its slides in panes and
// what goes with them. What is done here changes the stage (place, black-out, pointer, clock), which
// live.js has in common with the other windows.
(() => {
"use strict";
if (!document.querySelector('meta[name="slidexec-state"]') && window.name !== "slidexec-desk") return; // the slides of a file
const root = document.documentElement, $ = (s, in_ = document) => in_.querySelector(s);
const all = (s, in_ = document) => [...in_.querySelectorAll(s)];
const make = (tag, text, cls) => {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
};
root.classList.add("sp");

let stage = {}; // as it is now
let noted = {}; // by slide, counted from 0
let next = null, watched = null;

// place puts the two slides over their panes.
function place() {
  const set = (k, v) => root.style.setProperty(k, v);
  const [w, h] = stage.size || [16, 9];
  const ratio = Math.min(Math.max(w / h || 16 / 9, 1.2), 2.4);
  set("--ratio", ratio);
  set("--h", Math.round(1280 / ratio) + "px");
  for (const [pane, c] of [["#cur", "c"], ["#nxt", "n"]]) {
    const r = $(pane).getBoundingClientRect();
    set(`--${c}x`, r.left + scrollX + "px");
    set(`--${c}y`, r.top + scrollY + "px");
    set(`--${c}k`, r.width / 1280);
  }
  for (const s of [deck.slides()[deck.at()[0]], next]) if (s) { s.fitted = ""; deck.fit(s, "desk"); }
}

// show draws everything that follows from the place in the deck.
function show() {
  const slides = deck.slides(), [at, step] = deck.at(), s = slides[at];
  if (!s) return;
  if (next !== slides[at + 1] || next?.hidden === false) {
    next?.classList.remove("nx");
    next = slides[at + 1] || null;
    next?.classList.add("nx");
    if (next) { deck.reveal(next, 0); deck.fit(next, "desk"); }
  }
  if (next?.parentElement.className === "set") next.parentElement.hidden = false;
  const n = deck.steps(s);
  $("#where b").textContent = `${at + 1} / ${slides.length}`;
  $("#where span").textContent = deck.titleOf(s);
  $("#then").textContent = next ? "next: " + deck.titleOf(next) : "the last slide";
  hint(s, step, n);
  notes(at, step);
  runs(s);
  pace();
}

// hint says what the next key brings.
function hint(s, step, n) {
  const due = all(`[data-step="${step + 1}"]`, s).map((e) => ($("figcaption>span", e) || e).textContent.trim().replace(/\s+/g, " ")).join(" ");
  const what = step + 1 < n ? due || "the next lines of code" : next ? deck.titleOf(next) : "";
  $("#hint").replaceChildren(n > 1 ? `step ${step + 1} of ${n} · ` : "", what ? "next: " : "this is the end", make("b", what.slice(0, 120)));
}

// learn gets the notes. They come on their own, so that the pages of the audience never hold them.
async function learn() {
  try { noted = await live.notes(); } catch { return; } // the server is away: live says so, and the next change asks again
  show();
}

// notes shows the notes of a slide; the ones due at this step stand out.
function notes(i, step) {
  const list = (noted[i] || []).map(({step: at, text}) => {
    const p = make("p", text, at > step ? "later" : "due");
    if (at > step) p.dataset.at = `at step ${at + 1}`;
    p.at = at;
    return p;
  });
  const latest = Math.max(...list.filter((p) => p.at <= step).map((p) => p.at));
  for (const p of list) if (p.at < latest) p.className = "past";
  $("#memos").replaceChildren(...list.length ? list : [make("p", "no notes on this slide", "no")]);
  const due = $("#memos .due");
  $("#memo").scrollTop = due ? due.offsetTop - $("#memo").offsetTop - 40 : 0;
}

// runs lists the programs of a slide, each with what became of it and its button.
function runs(s) {
  const rows = new Map();
  for (const b of all("[data-run]", s)) {
    const key = b.dataset.run, box = $(`.out[data-key="${CSS.escape(key)}"]`);
    if (rows.has(key)) continue;
    const said = box && $("figcaption>span", box)?.textContent.split(" · ")[1], code = $(".l", b.closest("figure"));
    const name = said || code?.textContent.trim() || b.parentElement.firstElementChild.textContent; // its id, or how it begins
    const li = make("li"), copy = make("button", b.textContent);
    copy.type = "button";
    for (const k in b.dataset) copy.dataset[k] = b.dataset[k];
    copy.setAttribute("aria-label", b.textContent.replace(/^\W+/, "") + " " + name);
    li.append(make("span", name), make("span", box && $(".st", box)?.textContent || "not run", "st"), copy);
    if (box) for (const c of ["good", "bad", "busy", "note"]) if (box.classList.contains(c)) li.classList.add(c);
    rows.set(key, li);
  }
  const focused = document.activeElement?.closest?.("#runs") && document.activeElement.dataset.run;
  const old = $("#runs"), html = [...rows.values()];
  if (html.map((e) => e.outerHTML).join() === [...old.children].map((e) => e.outerHTML).join()) return;
  old.replaceChildren(...html);
  if (focused) all("button", old).find((b) => b.dataset.run === focused)?.focus();
  place();
}

const clock = (ms) => {
  const s = Math.floor(Math.abs(ms) / 1000), two = (n) => String(n).padStart(2, "0");
  return (s >= 3600 ? Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) : Math.floor(s / 60)) + ":" + two(s % 60);
};
const words = (ms) => Math.abs(ms) < 90e3 ? Math.round(Math.abs(ms) / 1000) + " s" : Math.round(Math.abs(ms) / 60e3) + " min";
const text = (e, s) => { if (e.textContent !== s) e.textContent = s; };

// pace compares the share of the time that is gone with the share of the slides: early before the
// slide on stage would have begun, late after it should have ended.
function pace() {
  const n = deck.slides().length, [at, step] = deck.at(), planned = (stage.planned || 0), t = live.spent();
  const from = planned * at / n, to = planned * (at + 1) / n;
  text($("#spent"), clock(t));
  text($("#clock"), new Date().toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", hour12: false}));
  text($("#timer"), stage.running ? "pause" : t ? "resume" : "start");
  $("#reset").disabled = !t;
  const e = $("#pace"), by = t > to ? t - to : t < from ? t - from : 0;
  e.className = !planned || !t || Math.abs(by) < 15e3 ? "" : by > 0 ? "late" : "early";
  text(e, !planned || !t ? "" : !e.className ? "on time" : words(by) + (by > 0 ? " behind" : " ahead"));
  $("#share i").style.transform = `scaleX(${(at + (step + 1) / deck.steps(deck.slides()[at])) / n})`;
  const mark = $("#share b");
  mark.hidden = !planned;
  mark.style.left = planned ? Math.min(t / planned, 1) * 100 + "%" : 0;
}

// on takes what the server says about the stage.
function on(s) {
  const sized = String(s.size) !== String(stage.size);
  stage = s;
  const input = $("#planned");
  if (document.activeElement !== input) input.value = s.planned ? Math.round(s.planned / 60e3) : "";
  $("#black").setAttribute("aria-pressed", !!s.black);
  $("#cur").classList.toggle("dark", !!s.black);
  $("#invited").setAttribute("aria-pressed", !!s.invite);
  if (sized) place();
  pace();
}

const send = (change) => live.stage(change);

// The addresses that the speaker may give away, and whether the audience sees its own.
async function addresses() {
  const d = $("#links");
  let all = [];
  try { all = await live.links(); } catch {}
  $("div", d).replaceChildren(...all.map(live.card), ...(all.length ? [] : ["not connected: the addresses are not known"]));
  d.showModal();
}

function sizes() {
  let size = 1.25;
  try { size = +localStorage.getItem("slidexec-notes") || size; } catch {}
  const set = (to) => {
    size = Math.min(Math.max(to, .8), 3);
    root.style.setProperty("--memo", size + "rem");
    try { localStorage.setItem("slidexec-notes", size); } catch {}
  };
  set(size);
  for (const b of all("[data-size]")) b.onclick = () => set(size * 1.15 ** b.dataset.size);
}

function start() {
  const input = $("#planned");
  for (const b of all("[data-move]")) b.onclick = () => deck.move[b.dataset.move]();
  deck.move.black = $("#black").onclick = () => send({black: !stage.black});
  deck.move.invite = $("#give").onclick = addresses;
  $("#gave").onclick = () => $("#links").close();
  $("#invited").onclick = () => send({invite: !stage.invite});
  $("#timer").onclick = () => send({running: !stage.running, elapsed: live.spent()});
  $("#reset").onclick = () => send({running: false, elapsed: 0});
  input.onchange = () => send({planned: Math.min(Math.max(Math.round(+input.value) || 0, 0), 999) * 60e3});
  deck.move.timer = $("#timer").onclick;
  addEventListener("shown", show);
  addEventListener("changed", learn);
  addEventListener("resize", place);
  new ResizeObserver(place).observe($(".desk"));
  watched = new MutationObserver(() => { const s = deck.slides()[deck.at()[0]]; if (s) runs(s); });
  watched.observe($("#deck"), {childList: true, subtree: true, characterData: true});
  setInterval(pace, 250);
  sizes();
  place();
  show();
  learn();
  addEventListener("stage", (e) => on(e.detail));
  if (live.now) on(live.now);
}
document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
