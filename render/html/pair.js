// Joins the two windows of a file with notes: the slides, and the speaker's desk that they open. Each
// tells the other where the talk stands; without a server there are no programs, and no other machines.
(() => {
"use strict";
const root = document.documentElement, $ = (s, in_ = document) => in_.querySelector(s);
const name = "slidexec-desk", desk = window.name === name;
const nothing = {slide: -1, step: 0, black: false, invite: false, pointer: null, spot: false, zoom: null, scroll: [], tone: "", size: null, planned: 0, elapsed: 0, running: false};
let other = null, heard = 0, quiet = false, seen = 0;

// ours says whether a window is the other one: the page that opened this one, or one that it opened.
function ours(w) {
  try { return !!w && (w === window.opener || w.opener === window); } catch { return false; }
}

// hear takes the stage as it is from now on and shows it here.
function hear(m) {
  live.now = m;
  heard = performance.now();
  dispatchEvent(new CustomEvent("stage", {detail: m}));
  root.classList.toggle("black", m.black && !desk);
  show();
}

// show shows the stage here: now, or by way of a transition.
function show(now) {
  const m = live.now, [slide, step] = deck.at();
  if (m.slide >= 0 && (m.slide !== slide || m.step !== step)) {
    if (!now && m.slide !== slide && deck.turn?.(() => show(true))) return;
    quiet = true;
    deck.go(m.slide, m.step);
    quiet = false;
  }
  dispatchEvent(new CustomEvent("staged", {detail: m}));
}

const tell = (body) => other?.postMessage({slidexec: 1, ...body}, "*"); // files have no origin that could be named
function stage(change) {
  hear({...nothing, ...live.now, elapsed: live.spent(), ...change});
  tell({stage: live.now});
}

// sound returns a message's stage with values of the right kinds, null if it is none.
function sound(m) {
  const n = (v, hi, lo = 0) => Math.min(Math.max(+v || 0, lo), hi), list = (v, ...hi) => Array.isArray(v) ? hi.map((h, i) => n(v[i], h)) : null, z = m?.size, day = 864e5;
  if (typeof m?.slide !== "number") return null;
  return {
    slide: Math.max(Math.floor(m.slide), -1), step: n(m.step, 1e6), black: !!m.black, invite: false, planned: n(m.planned, day), elapsed: n(m.elapsed, day), running: !!m.running,
    pointer: list(m.pointer, 1, 1), spot: !!m.spot, zoom: list(m.zoom, 1, 1, 8), tone: /^(light|dark)$/.test(m.tone) ? m.tone : "",
    scroll: (Array.isArray(m.scroll) ? m.scroll : []).slice(0, 64).map((v) => [n(v?.[0], 1e4, -1), n(v?.[1], 1e7, -1)]), size: Array.isArray(z) ? [n(z[0], 1e5) || 16, n(z[1], 1e5) || 9] : null,
  };
}

addEventListener("message", ({data, source}) => {
  if (data?.slidexec !== 1 || !ours(source)) return;
  other = source;
  seen = Date.now();
  root.classList.remove("lost");
  const m = sound(data.stage);
  if (m) hear(m);
  const inks = deck.ink.all();
  if (Array.isArray(data.inks)) deck.ink.take({inks: data.inks.filter((i) => i)});
  else if (data.lacks && inks.length) tell({inks});
  if (data.hello) tell({stage: live.now || {...nothing, ...place()}, lacks: !inks.length, hello: 0});
});
const place = () => { const [slide, step] = deck.at(); return {slide, step, ...(desk ? {} : {size: [innerWidth, innerHeight]})}; };

const live = window.live = {
  now: null, edits: {}, stage, tell: stage, ink: (i) => tell({inks: [i]}), links: async () => [], say() {},
  spent: () => (live.now?.elapsed || 0) + (live.now?.running ? performance.now() - heard : 0), // of the talk, in ms
  notes: async () => Object.fromEntries(deck.slides().map((s, i) => [i, [...s.querySelectorAll(".notes")].map((e) => ({step: +e.dataset.due, text: e.textContent}))])),
};
addEventListener("deck", (e) => { if (!quiet) stage(e.detail); });
addEventListener("resize", () => { if (!desk && other) stage(place()); });

const black = deck.move.black;
deck.move.black = () => { black(); stage({black: root.classList.contains("black")}); };
deck.move.timer = () => stage({running: !live.now?.running, elapsed: live.spent()});
deck.move.speaker = () => {
  if (desk) return;
  const w = window.open(location.href.replace(/#.*/, ""), name, "width=1280,height=800");
  if (w) other = w;
};

// The desk asks until it is answered: the slides may be read again, or closed.
function ask() {
  other = window.opener;
  tell({hello: 1, lacks: !deck.ink.all().length});
  if (Date.now() - seen > 3000) root.classList.add("lost");
}
function start() {
  if (!desk) return;
  document.body.append($("#desk").content.cloneNode(true));
  document.title = "Speaker: " + document.title;
  root.classList.add("file");
  deck.move.overview = deck.move.index;
  seen = Date.now();
  ask();
  setInterval(ask, 1000);
}
document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
