// Shows the audience a place on the slide: a red dot, a spotlight, a part that is zoomed. These are a part of
// the stage, in parts of the slide, so that windows of all sizes agree.
(() => {
"use strict";
const root = document.documentElement, $ = (s) => document.querySelector(s), is = (c) => root.classList.contains(c);
const slide = () => deck.slides()[deck.at()[0]], clamp = (n, lo, hi) => Math.min(Math.max(n, lo), hi);
const most = 8;
let look = {pointer: null, spot: false, zoom: null}; // as it is here
let mode = "", held = null, mouse = null, due = {}, drag = null, dragged = false;

// place moves an element over the slide, or removes it.
function place(id, on, draw) {
  let e = document.getElementById(id);
  if (!on) return void e?.remove();
  if (!e) {
    e = document.createElement("div");
    e.id = id;
    e.setAttribute("aria-hidden", "true");
    document.body.append(e);
  }
  draw(e, slide().getBoundingClientRect());
}
const over = (e, x, y, w, h) => { for (const [k, v] of [["left", x], ["top", y], ["width", w], ["height", h]]) e.style[k] = v + "px"; };

function draw() {
  const {pointer: p, spot, zoom: z} = look, on = z && z[2] > 1, s = slide();
  if (!s) return;
  root.classList.toggle("zoomed", !!on);
  if (on) {
    const [x, y] = [0, 1].map((i) => clamp(50 - 100 * z[i] * z[2], 100 - 100 * z[2], 0));
    root.style.setProperty("--zoom", `translate(${x}%,${y}%) scale(${z[2]})`);
  }
  place("dot", p && !spot, (e, r) => { e.style.transform = `translate(${r.left + p[0] * r.width}px,${r.top + p[1] * r.height}px)`; });
  place("spot", p && spot, (e, r) => {
    const frame = is("sp") ? r : {left: 0, top: 0, width: innerWidth, height: innerHeight};
    over(e, frame.left, frame.top, frame.width, frame.height);
    e.style.setProperty("--x", r.left + p[0] * r.width - frame.left + "px");
    e.style.setProperty("--y", r.top + p[1] * r.height - frame.top + "px");
    e.style.setProperty("--r", frame.height * .16 + "px");
  });
  place("part", on && is("sp"), (e, r) => {
    const [x, y] = [0, 1].map((i) => clamp(z[i] - .5 / z[2], 0, 1 - 1 / z[2]));
    over(e, r.left + x * r.width, r.top + y * r.height, r.width / z[2], r.height / z[2]);
  });
}

// tell shows a change here at once, and elsewhere once a frame.
function tell(change) {
  Object.assign(look, change);
  draw();
  if (!Object.keys(due).length) requestAnimationFrame(() => {
    const now = due;
    due = {};
    window.live?.tell?.(now);
  });
  Object.assign(due, change);
}

// at returns the place of an event on the slide, and whether it is on it.
function at(e) {
  const r = slide().getBoundingClientRect(), x = (e.clientX - r.left) / r.width, y = (e.clientY - r.top) / r.height;
  return [[clamp(+x.toFixed(4), 0, 1), clamp(+y.toFixed(4), 0, 1)], x >= 0 && y >= 0 && x <= 1 && y <= 1];
}
const aims = () => mode || is("sp"); // the speaker's mouse is always a pointer

function toggle(to, e) {
  if (e?.repeat) return;
  mode = mode === to ? "" : to;
  held = mode && e ? {key: e.key, since: performance.now()} : null;
  root.classList.toggle("pointing", !!mode && !is("sp"));
  tell({spot: mode === "spot", pointer: mode ? look.pointer || mouse || [.5, .5] : is("sp") ? look.pointer : null});
}
addEventListener("keyup", (e) => {
  if (!held || e.key !== held.key) return;
  if (performance.now() - held.since > 400) toggle(mode);
  held = null;
});

function zoom(to) {
  tell({zoom: to && to[2] > 1.05 ? to.map((n, i) => +clamp(n, i < 2 ? 0 : 1, i < 2 ? 1 : most).toFixed(4)) : null});
}
const {pan} = deck.move;
Object.assign(deck.move, {
  point(e) { toggle("dot", e); },
  spot(e) { toggle("spot", e); },
  zoom() { zoom(look.zoom ? null : [...(look.pointer || mouse || [.5, .5]), 2]); },
  pan(e) {
    const by = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[e?.key];
    if (!by) return;
    const {pointer: p, zoom: z} = look;
    if (mode && p) tell({pointer: p.map((n, i) => clamp(+(n + by[i] * .03).toFixed(4), 0, 1))});
    else if (z) zoom([...by.map((n, i) => clamp(z[i] + n * .2 / z[2], .5 / z[2], 1 - .5 / z[2])), z[2]]);
    else pan(e);
  },
});

// The mouse, a pen and fingers. Whoever takes an event of theirs returns true, and then nobody else gets it.
const tools = {
  pointermove(e, p, on) {
    if (e.pointerType === "mouse") mouse = on ? p : null;
    if (drag && look.zoom && e.pointerId === drag.id) {
      const {zoom: z, x, y, r} = drag, dx = (e.clientX - x) / r.width, dy = (e.clientY - y) / r.height;
      if (Math.abs(e.clientX - x) + Math.abs(e.clientY - y) > 6) dragged = true;
      if (dragged) zoom([clamp(z[0] - dx, .5 / z[2], 1 - .5 / z[2]), clamp(z[1] - dy, .5 / z[2], 1 - .5 / z[2]), z[2]]);
      return dragged;
    }
    const inside = on && (!is("sp") || e.target.id === "cur");
    if (aims() && (inside || look.pointer)) tell({pointer: inside ? p : null});
    return aims() && inside && e.pointerType !== "mouse";
  },
  pointerdown(e, p, on) {
    dragged = false;
    if (look.zoom && !mode && !is("sp") && on) drag = {id: e.pointerId, x: e.clientX, y: e.clientY, zoom: look.zoom, r: slide().getBoundingClientRect()};
    return tools.pointermove(e, p, on);
  },
  pointerup(e) {
    drag = null;
    if (is("sp") && e.pointerType !== "mouse" && look.pointer) tell({pointer: null});
    return dragged;
  },
  click: (e) => dragged && !(dragged = false),
  wheel(e, p, on) {
    const z = look.zoom;
    if (!z || !on) return false;
    const k = clamp(z[2] * 1.0015 ** -e.deltaY, 1, most), q = 1 - z[2] / k;
    zoom([z[0] + (p[0] - z[0]) * q, z[1] + (p[1] - z[1]) * q, k]);
    e.preventDefault();
    return true;
  },
};
tools.pointercancel = tools.pointerup;
for (const t in tools) addEventListener(t, (e) => {
  if (!window.deck || !slide() || is("ov") || is("drawing") || is("black") || is("follow") || e.target.closest?.("dialog,button,a,input,textarea,#controls,.tty")) return;
  const [p, on] = e.clientX === undefined ? [] : at(e);
  if (tools[t](e, p, on)) e.stopImmediatePropagation();
}, {capture: true, passive: false});
document.documentElement.addEventListener("pointerleave", () => { if (is("sp") && look.pointer) tell({pointer: null}); });

// The stage says where others point.
addEventListener("staged", ({detail: m}) => {
  const n = (v, size) => Array.isArray(v) && v.length === size && v.every(Number.isFinite) ? v : null;
  look = {pointer: n(m?.pointer, 2), spot: !!m?.spot, zoom: n(m?.zoom, 3), ...due};
  if (!m) mode = "";
  draw();
});
let shown = null;
addEventListener("shown", () => {
  if (slide() !== shown && shown) look.zoom = null;
  shown = slide();
  draw();
});
addEventListener("resize", draw);
})();
