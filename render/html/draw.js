// Drawing on slides, with a pen, a finger or the mouse. A drawing belongs to its slide, in parts of the slide's
// size, and is in memory alone: no file has it, and it ends with the talk.
(() => {
"use strict";
const root = document.documentElement, is = (c) => root.classList.contains(c), ns = "http://www.w3.org/2000/svg";
const colors = 5, size = 1e4, longest = 3900; // points of a stroke, which then goes on as another one
const inks = new Map(), gone = new Set(); // strokes by slide and name; names of those that were erased here
const me = Math.random().toString(36).slice(2, 10);
let on = false, rubber = false, color = 0, count = 0, cur = null, fresh = [], due = false;

const make = (tag, cls) => { const e = document.createElementNS(ns, tag); e.setAttribute("class", cls); return e; };
const page = (s) => s.querySelector(":scope>.ink");

// trace adds what is new of a stroke to its slide. Where the pressure changes, a path of another width goes on.
function trace(k, svg) {
  const p = k.points;
  if (!k.g) svg.append(k.g = make("g", "c" + k.color));
  for (let i = k.drawn; i < p.length; i += 3) {
    const level = Math.round(p[i + 2] / 12.5), here = p[i] + " " + p[i + 1];
    if (level !== k.level || !k.path) {
      k.path?.setAttribute("d", k.d);
      k.g.append(k.path = make("path", ""));
      k.path.style.setProperty("--p", .4 + level * .15);
      k.d = "M" + (i ? p[i - 3] + " " + p[i - 2] : here);
      k.level = level;
    }
    k.d += "L" + here;
  }
  k.path?.setAttribute("d", k.d);
  k.drawn = p.length;
}

// paint draws the strokes of the slide on stage that it lacks.
function paint() {
  const s = deck.slides()[deck.at()[0]], list = inks.get(deck.at()[0]);
  if (!s || !list?.size) return;
  let svg = page(s);
  if (!svg) {
    svg = make("svg", "ink");
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    s.firstElementChild.after(svg);
  }
  for (const k of list.values()) {
    if (k.g?.parentNode !== svg) Object.assign(k, {g: null, path: null, drawn: 0});
    if (k.drawn < k.points.length) trace(k, svg);
  }
}

const int = (v, hi) => Math.min(Math.max(Math.round(+v) || 0, 0), hi);

// take does what an ink says, see stage.Ink.
function take(i) {
  const slide = int(i.slide, 1e6), list = inks.get(slide) || new Map(), drop = (name) => { list.get(name)?.g?.remove(); list.delete(name); };
  inks.set(slide, list);
  if (i.clear) for (const name of [...list.keys()]) drop(name);
  else if (Array.isArray(i.erase)) i.erase.forEach(drop);
  else if (Array.isArray(i.points) && !gone.has(i.stroke)) {
    const k = list.get(i.stroke) || {color: int(i.color, colors - 1), points: [], drawn: 0}, has = k.points.length / 3, from = int(i.from, 1e6);
    if (from > has) return;
    k.points.push(...i.points.slice(3 * (has - from)).map((v) => int(v, 20 * size)));
    list.set(i.stroke, k);
  }
}
deck.ink = {
  take(m) {
    if (m.all) {
      for (const e of document.querySelectorAll(".slide>.ink")) e.remove();
      inks.clear();
    }
    m.inks.forEach(take);
    paint();
  },
  send,
  all: () => [...inks].flatMap(([slide, list]) => [...list].flatMap(([stroke, {color, points}]) => {
    const out = [];
    for (let i = 0; i < points.length; i += 3000) out.push({slide, stroke, color, from: i / 3, points: points.slice(i, i + 3000)});
    return out;
  })),
};
function tell(i) {
  take(i);
  paint();
  window.live?.ink?.(i);
}

// ---- the pen

const slide = () => deck.slides()[deck.at()[0]];
function send() {
  due = false;
  if (!cur || !fresh.length) return;
  window.live?.ink?.({slide: cur.slide, stroke: cur.stroke, color: cur.color, from: cur.n, points: fresh});
  cur.n += fresh.length / 3;
  fresh = [];
}
function begin() {
  send();
  cur = {slide: deck.at()[0], stroke: me + "." + ++count, color, n: 0, x: -99, y: -99};
}
function ink(e) {
  const s = slide(), r = s.getBoundingClientRect();
  for (const c of e.getCoalescedEvents?.().length ? e.getCoalescedEvents() : [e]) {
    if (Math.hypot(c.clientX - cur.x, c.clientY - cur.y) < 1.5) continue;
    [cur.x, cur.y] = [c.clientX, c.clientY];
    const p = [(c.clientX - r.left) / r.width * size, (c.clientY - r.top) / r.height * size + s.scrollTop / s.clientHeight * size].map((v, i) => int(v, i ? 20 * size : size));
    p.push(c.pointerType === "pen" ? int(c.pressure * 100, 100) : 50);
    take({slide: cur.slide, stroke: cur.stroke, color: cur.color, from: cur.n + fresh.length / 3, points: p});
    fresh.push(...p);
    if (cur.n + fresh.length / 3 >= longest) { begin(); fresh.push(...p); take({slide: cur.slide, stroke: cur.stroke, color, from: 0, points: p}); }
  }
  paint();
  if (!due) requestAnimationFrame(send);
  due = true;
}
// rub erases the strokes near the way to a place.
let rubbed = null;
function rub(e) {
  const r = slide().getBoundingClientRect(), was = rubbed || e, n = Math.ceil(Math.hypot(e.clientX - was.clientX, e.clientY - was.clientY) / (r.height * .02)) || 1;
  for (let i = 1; i <= n; i++) rubAt(r, was.clientX + (e.clientX - was.clientX) * i / n - r.left, was.clientY + (e.clientY - was.clientY) * i / n - r.top);
  rubbed = e;
}
function rubAt(r, x, y) {
  const s = slide(), near = r.height * .02;
  y += s.scrollTop * r.height / s.clientHeight;
  const erase = [...inks.get(deck.at()[0]) || []].filter(([, {points: p}]) => {
    for (let i = 0; i < p.length; i += 3) {
      const j = Math.max(0, i - 3), [ax, ay, bx, by] = [p[j] * r.width, p[j + 1] * r.height, p[i] * r.width, p[i + 1] * r.height].map((v) => v / size);
      const t = Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2) || 0, 0), 1);
      if (Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) < near) return true;
    }
  }).map(([name]) => name).slice(0, 200);
  if (!erase.length) return;
  for (const name of erase) gone.add(name);
  tell({slide: deck.at()[0], erase});
}
function clear() {
  const list = inks.get(deck.at()[0]);
  if (!list?.size) return;
  for (const name of list.keys()) gone.add(name);
  tell({slide: deck.at()[0], clear: true});
}

let down = null, ground = null; // the pointer, and the slide that it is on
function hand(e) {
  if (!on || is("ov") || e.target.closest?.("dialog,button,#pens,#controls,.desk .ctrls,input")) return;
  const s = slide(), r = s?.getBoundingClientRect();
  if (!r || is("sp") && e.target.id !== "cur" && down === null) return;
  e.stopImmediatePropagation();
  if (e.cancelable && e.type !== "wheel") e.preventDefault();
  if (e.type === "pointerdown" && down === null && e.button <= 0 | e.button === 5) {
    down = e.pointerId;
    ground = s;
    s.setPointerCapture?.(e.pointerId);
    if (!(rubber || e.buttons & 32)) begin();
  }
  if (e.pointerId !== down || down === null || !/^pointer/.test(e.type)) return;
  if (e.type === "pointerup" || e.type === "pointercancel") {
    send();
    down = cur = rubbed = null;
  } else if (cur) ink(e);
  else rub(e);
}
for (const t of ["pointerdown", "pointermove", "pointerup", "pointercancel", "click", "contextmenu"]) addEventListener(t, hand, {capture: true, passive: false});

// ---- the tools

function bar() {
  let e = document.getElementById("pens");
  if (!on) return void e?.remove();
  if (!e) {
    e = document.createElement("nav");
    e.id = "pens";
    e.setAttribute("aria-label", "Drawing");
    const button = (label, cls, text, f) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = cls;
      b.title = label;
      b.setAttribute("aria-label", label);
      b.textContent = text;
      b.onclick = f;
      e.append(b);
    };
    for (let i = 0; i < colors; i++) button("color " + (i + 1), "pen c" + i, "●", () => choose(i));
    button("eraser", "pen", "⌫", () => choose(-1));
    button("clear the slide", "", "✕", clear);
    button("end drawing", "", "✓", deck.move.draw);
    document.body.append(e);
  }
  [...e.querySelectorAll(".pen")].forEach((b, i) => b.setAttribute("aria-pressed", rubber ? i === colors : i === color));
}
function choose(i) {
  rubber = i < 0;
  if (i >= 0) color = i;
  bar();
}
deck.move.draw = () => {
  on = !on;
  send();
  down = cur = null;
  root.classList.toggle("drawing", on);
  bar();
};
addEventListener("keydown", (e) => {
  if (!on || e.ctrlKey || e.altKey || e.metaKey || /^(INPUT|TEXTAREA)$/.test(e.target.tagName) || document.querySelector("dialog[open]")) return;
  if (/^[0-5]$/.test(e.key)) choose(e.key - 1);
  else if (e.key === "Delete") clear();
  else if (e.key === "Escape") deck.move.draw();
  else return;
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);
addEventListener("shown", () => { // an edit elsewhere, or another size of the window, leaves the pen on its slide
  send();
  if (slide() !== ground || cur && cur.slide !== deck.at()[0]) cur = down = null;
  paint();
});
})();
