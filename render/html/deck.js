// Shows one slide at a time and walks its steps. It works on what is in the document and makes no
// requests; a slide that is not shown is not touched, so ten thousand of them cost what one does.
"use strict"; // this script, and those that are joined to it
(() => {
const doc = document, root = doc.documentElement, $ = (s, in_ = doc) => in_.querySelector(s);
const is = (c) => root.classList.contains(c), mark = (c, on) => root.classList.toggle(c, on), rect = (e) => e.getBoundingClientRect(), css = getComputedStyle, on = addEventListener, px = parseFloat;
const all = (s, in_) => [...in_.querySelectorAll(s)];
const make = (tag, ...inside) => { const e = doc.createElement(tag); e.append(...inside); return e; };
const place = () => /^#(?:\/|s)(\d+)(?:\.(\d+))?$/.exec(location.hash);
mark("js", true);
if (place() && place()[1] > 1) mark("wait", true); // no flash of the first slide

let slides = [], at = -1, step = 0, typed = "", keyed = "";
const live = () => $("#live"), clamp = (n, lo, hi) => Math.min(Math.max(n, lo), hi);
const steps = (s) => +(s.dataset.steps || 1), overview = () => is("ov"), desk = () => is("sp");
const titleOf = (s) => ($(".t", s) || $("h2,h3,h4,h5,h6", s) || $(".body", s)).textContent.trim().slice(0, 80) || "untitled";

// reveal shows what is due at a step of a slide, and returns what was not there before.
function reveal(s, step) {
  const fresh = [];
  for (const e of all("[data-step]", s)) {
    const off = +e.dataset.step > step;
    if (!off && e.classList.contains("off")) fresh.push(e);
    e.classList.toggle("off", off);
  }
  for (const pre of all("[data-frames]", s)) frame(pre, step);
  return fresh;
}

// frame dims the lines of a listing that are not in its current highlight group. The attribute
// reads "0:1,3-5;2:all": from a step on, these lines.
function frame(pre, step) {
  let lines = "all";
  for (const f of pre.dataset.frames.split(";")) {
    const [from, what] = f.split(":");
    if (+from <= step) lines = what;
  }
  const ranges = lines.split(",").map((r) => r.split("-").map(Number));
  all(".l", pre).forEach((l, i) => {
    const lit = lines === "all" || ranges.some(([a, b = a]) => a <= i + 1 && i + 1 <= b);
    l.classList.toggle("dim", !lit);
  });
}

// lineAt returns the first line of a box that reaches below a place in the window, and its number.
function lineAt(inn, y) {
  const first = (list) => {
    let lo = 0, hi = list.length;
    while (lo < hi) {
      const mid = lo + hi >> 1;
      rect(list[mid]).bottom > y ? hi = mid : lo = mid + 1;
    }
    return lo;
  };
  const paper = is("paper"), parts = all(".q", inn).slice(0, paper ? 4 : 1e9);
  const part = Math.min(first(parts), parts.length - 1), rows = all(".l", parts[part] || inn).slice(0, paper ? 200 : 1e9), row = first(rows);
  return [row + (parts.length && part * 50), rows[row]];
}

// more says below a box that scrolls how many lines are below it, and hides what is not a whole line above.
function more(s) {
  for (const inn of all(".box>.in:not(.tty)", s)) {
    const box = inn.parentElement, hidden = inn.scrollHeight - inn.scrollTop - inn.clientHeight, lines = inn.getElementsByClassName("l"), r = rect(inn), k = r.height / inn.offsetHeight || 1;
    let n = 0, above = 0;
    if (hidden > 4) {
      const [i, line] = lineAt(inn, r.bottom - px(css(inn).fontSize) * k);
      n = lines.length - i;
      box.style.setProperty("--cut", line ? Math.max(0, (rect(line).top - r.top) / k + inn.offsetTop) + "px" : "auto");
      if (line && is("paper")) line.classList.add("rest");
    }
    const line = inn.scrollTop > 1 && lineAt(inn, r.top + 1.5 * k)[1];
    if (line) {
      const high = px(css(line).lineHeight), part = (r.top - rect(line).top) / k % high;
      if (part > 1 && part < high - 1) above = high - part;
    }
    inn.style.clipPath = above ? `inset(${above}px 0 0)` : "";
    if (n > 0) box.dataset.cut = `… ${n} more ${n > 1 ? "lines" : "line"}`;
    else delete box.dataset.cut;
  }
}

// put scrolls an element, which nobody's hand does.
function put(e, top) {
  e.scrollTop = top;
  e.put = e.scrollTop;
  e.line = null;
}

// reach scrolls elements of the slide on stage into view, unless a hand has scrolled there.
function reach(list) {
  if (!list.length) return;
  for (const box of [list[0].closest(".in"), slides[at]]) {
    if (!box || box.own || !scrolling(box)) continue;
    const r = rect(box), k = r.height / box.offsetHeight || 1, rects = list.map(rect);
    const top = Math.min(...rects.map((e) => e.top)), bottom = Math.max(...rects.map((e) => e.bottom)), edge = 40 * k;
    if (top >= r.top && bottom <= r.bottom - edge) continue;
    put(box, box.scrollTop + (bottom - top > r.height * .8 ? top - r.top - edge / 2 : (top + bottom - r.top - r.bottom) / 2) / k);
  }
}

// reachStep brings into view what a step is about: the lines of code that are lit, and what appeared.
function reachStep(s) {
  for (const pre of all("pre", s)) if ($(".dim", pre)) reach(all(".l:not(.dim)", pre));
  if (step) reach(all(`[data-step="${step}"]`, s));
}

// even gives all code and outputs of a slide one size: that of the box with the least room for its text.
function even(s) {
  const body = s.firstElementChild;
  let most = 0, least = null;
  for (const pre of all("pre", s)) {
    const look = css(pre), [w, f, n] = ["--w", "--f", "--n"].map((k) => +look.getPropertyValue(k) || 1);
    const need = w / ((38.1 - (n - 1) * 1.6) * f - 1.8);
    if (need > most) { most = need; least = {w, f, n}; }
  }
  for (const k in least) body.style.setProperty("--k" + k, least[k]);
}

// fit gives a slide its size, one of six: larger where it would be less than three quarters full, a
// little smaller where it is too tall. What is still too tall has its boxes scroll; then everything
// shrinks, to 0.6 at the least, and scrolls. Paper does not scroll, so there it shrinks on. A narrow
// window scrolls at once: its text is small enough as it is. For a reader who zooms, the slide is fitted
// as if he did not, and then grows with all its text, and scrolls. A slide whose output is still to come
// does not grow, and one that is filled as it is watched keeps its size: top is the largest. Each look at
// a height lays the slide out, and keys wait meanwhile, so it looks as seldom as it can; and what changes
// for a look at boxes changes the style of nothing in them.
const grown = [1.333, 1.21, 1.1], shrunk = [.9, .81];
function fit(s, size, top = 2) {
  if (s.fitted === size) return;
  s.fitted = size;
  const body = s.firstElementChild, style = s.style, paper = size === "paper", zoom = paper || desk() ? 1 : deck.zoom || 1;
  const boxes = all(".box>.in", s), tops = boxes.map((b) => b.scrollTop && [b.scrollTop, b.line ?? deck.scrolled?.(b)]);
  const soft = all(".out:not(.pics)>.in,.pic img", s), hard = all(".box:not(.out)>.in", s);
  const scale = (f) => style.setProperty("--fit", f), limit = (list, v) => { for (const e of list) e.style.maxHeight = v; };
  even(s);
  s.removeAttribute("style");
  s.classList.remove("large");
  if (zoom > 1) for (const [k, v] of [["unit", "var(--base)"], ["tiny", "0px"]]) style.setProperty("--" + k, v);
  scale(1);
  for (const b of boxes) { b.style.clipPath = b.style.maxHeight = ""; delete b.parentElement.dataset.cut; }
  limit(soft, "none");
  s.classList.add("tight"); // the body is as tall as what is in it
  const room = s.clientHeight - px(css(s).paddingTop) - ($("footer", s)?.offsetHeight || 0);
  const fills = (f) => { scale(f); return body.offsetHeight / room; };
  const free = () => room - body.offsetHeight;
  // search sets the largest value that fits, and returns it; 0: none does. A good guess saves most of it.
  const search = (set, lo, hi, guess) => {
    set(lo);
    let left = free();
    if (left < 0) return 0;
    for (let i = 0, x = guess ? Math.min(guess(left), hi) : hi; i < 7 && left > 2; i++) {
      set(x);
      const f = free();
      if (f < 0) hi = x;
      else { lo = x; left = f; if (x === hi) return lo; }
      x = i || f < 0 ? (lo + hi) / 2 : hi;
    }
    set(lo);
    return lo;
  };
  const least = 6, whole = 40; // em of a box
  const give = (list, lo = least) => list.length && search((v) => limit(list, v + "em"), lo, whole, (left) => lo + left / px(css(list[0]).fontSize));
  const squeeze = () => { // outputs and pictures give way, then code, then all
    if (![1, ...shrunk].some((f) => { scale(f); return give(soft); }) && !give(hard)) search(scale, paper ? .25 : .6, .81);
    for (const b of boxes) if (scrolling(b)) give([b], px(b.style.maxHeight) || least); // one column may have more room
  };
  const tables = () => { // they shrink to their width, and on paper their words break at last
    for (const t of all(".tw", s)) {
      const wide = () => t.scrollWidth > t.clientWidth + 1;
      let z = 1;
      for (t.removeAttribute("style"); z > (paper ? .4 : .7) && wide();) t.style.fontSize = (z -= .05) + "em";
      if (wide()) paper ? t.style.overflowWrap = "anywhere" : t.tabIndex = 0;
    }
  };
  tables();
  if (innerWidth * zoom > 620 || desk() || paper) {
    const full = fills(1);
    if (full > 1) full < 1.7 && shrunk.some((f) => fills(f) <= 1) || squeeze();
    else if ($(".out[hidden],.intro,.say", s) || !grown.some((f) => f <= top && full * f < .78 && fills(f) <= .75)) fills(1);
    else tables();
  }
  if (zoom > 1) {
    style.setProperty("--unit", `max(16px,${zoom}*var(--base))`);
    style.setProperty("--zoom", zoom);
    style.removeProperty("--tiny");
    s.classList.toggle("large", zoom > 1.4);
    for (const t of all(".tw", s)) if (t.scrollWidth > t.clientWidth + 1) t.tabIndex = 0;
  }
  s.classList.remove("tight");
  const spare = s.scrollHeight - s.clientHeight; // heights are rounded
  if (spare > 0 && spare < 5) style.setProperty("--pv", px(css(s).paddingTop) - spare + "px");
  boxes.forEach((b, i) => { if (tops[i]) { put(b, tops[i][0]); if (deck.scrolled?.(b) !== tops[i][1]) deck.scrollTo(b, tops[i][1]); } if (scrolling(b)) b.tabIndex = 0; });
}
const scrolling = (e) => e.scrollHeight > e.clientHeight + 1;

// turn hides one slide and shows another. In large decks the sets they are in follow.
function turn(old, s) {
  if (old) {
    if (old.contains(doc.activeElement)) doc.activeElement.blur(); // else hiding it is slow
    old.hidden = true;
    old.classList.remove("on");
    if (old.parentElement !== s.parentElement) veil(old, true);
  }
  veil(s, false);
  s.tabIndex = -1;
  s.setAttribute("aria-roledescription", "slide");
  s.hidden = false;
  s.classList.add("on");
  for (const e of [s, ...all(".box:not(.out)>.in", s)]) e.scrollTop = e.put = 0;
}
const veil = (s, on) => { if (s.parentElement.className === "set") s.parentElement.hidden = on; };

const sizeNow = () => desk() ? "desk" : innerWidth + "x" + innerHeight * deck.zoom;

// go shows a slide at a step; both are counted from 0 and clamped.
function go(i, n, quiet) {
  if (!slides.length) return;
  i = clamp(i, 0, slides.length - 1);
  const s = slides[i], moved = i !== at, to = clamp(n, 0, steps(s) - 1);
  if (moved) turn(slides[at], s);
  if (moved || to !== step) for (const e of [s, ...all(".in", s)]) e.own = false;
  at = i;
  step = to;
  const fresh = reveal(s, step);
  const nr = $("footer:not(.made)>:last-child", s);
  if (nr) nr.textContent = (i + 1) + " / " + slides.length;
  $("#bar").style.transform = `scaleX(${(i + (step + 1) / steps(s)) / slides.length})`;
  if (overview()) s.scrollIntoView({block: "nearest"});
  else {
    fit(s, sizeNow());
    if (moved || !quiet) reachStep(s);
    more(s);
  }
  remember();
  dispatchEvent(new Event("shown"));
  if (quiet) return;
  mark("moved", true); // from now on the progress line may glide
  if (moved && doc.activeElement.closest("#controls")) live().textContent = s.getAttribute("aria-label");
  else if (moved && !desk()) s.focus({preventScroll: true});
  else live().textContent = fresh.map((e) => e.textContent).join(" ").slice(0, 400);
  dispatchEvent(new CustomEvent("deck", {detail: {slide: at, step, scroll: [], ...(moved && {zoom: null})}}));
}

// remember puts the place into the address, after the slide was painted and not for every one of
// a row of keys: browsers limit how often it may change, and in large documents it takes a while.
let pending = false;
function remember() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => setTimeout(() => {
    pending = false;
    const to = "#/" + (at + 1) + (step ? "." + step : "");
    try { if (location.hash !== to) history.replaceState(null, "", to); } catch {}
  }));
}

const last = (i) => steps(slides[clamp(i, 0, slides.length - 1)]) - 1;
const move = {
  next() { step < last(at) ? go(at, step + 1) : at + 1 < slides.length && go(at + 1, 0); },
  prev() { step > 0 ? go(at, step - 1) : at > 0 && go(at - 1, last(at - 1)); },
  nextSlide() { at + 1 < slides.length ? go(at + 1, 0) : go(at, last(at)); },
  prevSlide() { go(at > 0 ? at - 1 : 0, 0); },
  first() { go(0, 0); },
  last() { go(slides.length - 1, 0); },
  number() { go(typed - 1, 0); },
  open() { overview() ? grid(false) : move.next(); },
  all() { go(at, last(at)); },
  overview() { grid(!overview()); },
  layout() { mark("grid"); },
  black() { mark("black"); },
  full() { doc.fullscreenElement ? doc.exitFullscreen() : root.requestFullscreen?.().catch(() => {}); },
  help() { $("#help").showModal(); },
};

// keys maps keys to moves, as the page says in the grammar of the table that it was made from.
const keys = new Map(JSON.parse($("#keys").textContent).flatMap(([a, ...list]) => list.map((k) => [k, a])));
function nameOf({key, ctrlKey, shiftKey}) {
  const name = {Enter: "cr", Escape: "Esc"}[key] || key.replace("Arrow", "");
  if (key === " " && shiftKey) return "<s-space>";
  if (shiftKey && key.startsWith("Arrow")) return `<s-${name}>`;
  return ctrlKey ? `<c-${key}>` : key.length > 1 ? `<${name}>` : key;
}

function onKey(e) {
  const over = $("dialog[open]");
  if (e.altKey || e.metaKey || over && (over.id !== "invite" || e.key === "Escape")) return; // the talk goes on under the invitation
  const t = e.target, tag = t.tagName;
  if (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(tag)) return;
  if (/^(A|BUTTON|SUMMARY)$/.test(tag) && (e.key === "Enter" || e.key === " ")) return;
  if (!e.ctrlKey && /^\d$/.test(e.key)) { typed += e.key; return; }
  if (/^(Shift|Control|Alt|AltGraph|Meta|CapsLock)$/.test(e.key)) return;
  const k = nameOf(e), row = keyed + k;
  const name = typed && keys.get("<number>" + k) || keys.get(row) || keys.get(k);
  keyed = name ? "" : [row, k].find((b) => [...keys.keys()].some((long) => long !== b && long.startsWith(b))) || "";
  if (name && !(e.key.startsWith("Arrow") && (overview() ? across(e.key) : !e.shiftKey && scrolls(t, e.key)))) {
    if (is("black") && name !== "black") move.black();
    else move[name](e);
    e.preventDefault();
  }
  if (overview() && e.key.startsWith("Arrow")) e.preventDefault();
  typed = "";
}

// scrolls reports whether an arrow key has something to scroll: the focused output or, where a
// slide is taller than the window, the slide.
function scrolls(t, key) {
  const by = {ArrowUp: -1, ArrowDown: 1}[key];
  if (!by) return false;
  for (const e of [t.closest?.(".in"), slides[at]]) {
    if (!e || !scrolling(e)) continue;
    const room = by < 0 ? e.scrollTop : e.scrollHeight - e.clientHeight - e.scrollTop;
    if (room < 2) continue;
    if (e === slides[at]) e.scrollBy(0, by * innerHeight / 3);
    return true;
  }
  return false;
}

// across moves by rows in the overview.
function across(key) {
  const wide = css($("#deck")).gridTemplateColumns.split(" ").length;
  const by = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide}[key];
  if (at + by >= 0 && at + by < slides.length) go(at + by, 0);
  return true;
}

function grid(on) {
  if (on === overview()) return;
  mark("ov", on);
  for (const s of slides) s.firstElementChild.inert = on; // a thumbnail is one thing, not many
  go(at, step, true);
  if (on) slides[at].scrollIntoView({block: "center"});
  else slides[at].focus({preventScroll: true});
}

function fromHash(quiet) {
  const m = place();
  if (m) go(m[1] - 1, +(m[2] || 0), quiet);
  return !!m;
}

// toPaper makes a slide fit a page, whatever was done with it on the screen. A box that would scroll ends
// with how much of it is missing, and prints nothing of the rest.
function toPaper(s) {
  for (const e of [s, ...all(".in,.rest", s)]) { e.scrollTop = 0; e.classList.remove("rest"); }
  s.fitted = "";
  fit(s, "paper");
  more(s);
}

// Paper has its own size: measure there, one slide at a time, and forget it when the window is back.
function beforePrint() {
  if (overview()) grid(false);
  root.classList.remove("black");
  root.classList.add("paper");
  for (const s of slides) { s.classList.add("now"); toPaper(s); s.classList.remove("now"); }
  root.classList.remove("paper");
}

function start() {
  slides = all(".slide", doc);
  for (const s of slides) s.hidden = true;
  for (const s of all(".set", doc)) s.hidden = true;
  mark("up", true);
  mark("wait", false);
  if (!fromHash(true)) go(0, 0, true);
  on("keydown", onKey);
  on("hashchange", () => fromHash());
  for (const e of ["resize", "afterprint"]) on(e, () => go(at, step, true)); // what is shown next is fitted then
  let scrolled = false;
  on("scroll", (e) => {
    if (scrolled || !e.target.matches?.(".in")) return;
    scrolled = true;
    requestAnimationFrame(() => { scrolled = false; more(slides[at]); });
  }, true);
  on("beforeprint", beforePrint);
  on("click", (e) => {
    const b = e.target.closest?.("dialog .x,#help dd button");
    if (b) {
      b.closest("dialog").close();
      b.value === "number" ? move.index() : move[b.value]?.();
    }
    if (e.target.matches?.("dialog")) { // beside what is in it
      const r = rect(e.target);
      if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) e.target.close();
    }
    const s = overview() && e.target.closest?.(".slide");
    if (s) { go(slides.indexOf(s), 0, true); grid(false); }
  });
  doc.fonts?.ready.then(deck.refit);
}
// deck is what a page that changes the document, or adds to what it can do, may call.
window.deck = {
  $, all, make, on, rect, css, idle: window.requestIdleCallback || ((f) => setTimeout(f, 50)), grid, go, move, keys, reveal, reach, put, lineAt, fit, toPaper, more, steps, titleOf, at: () => [at, step], slides: () => slides,
  refit() { // what is on the slide has changed
    if (!slides[at]) return;
    slides[at].fitted = "";
    go(at, step, true);
  },
  grew() { // outputs on the slide have changed: measure once, and fit the slide only if it has to shrink
    const s = slides[at];
    if (!s || overview()) return;
    const style = s.firstElementChild.style, was = style.getPropertyValue("--kw"), size = +s.style.getPropertyValue("--fit") || 1;
    even(s);
    if (!s.fitted || style.getPropertyValue("--kw") !== was || size > .6 && scrolling(s)) {
      s.fitted = "";
      fit(s, sizeNow(), size);
    }
    more(s);
    dispatchEvent(new Event("grew"));
  },
  // changed says that slides were added, removed or replaced. Who knows them all, hid the new ones
  // and knows which to show, saves the page from looking at each.
  changed(list, to) {
    const was = slides[at];
    slides = list || all(".slide", doc);
    if (!list) {
      to = slides.indexOf(was);
      slides.forEach((e, j) => { e.hidden = true; e.firstElementChild.inert = overview(); veil(e, true); });
    }
    to = clamp(to < 0 ? at : to, 0, slides.length - 1);
    if (list && was === slides[to]) at = to;
    else {
      at = -1;
      if (was?.isConnected) turn(was, slides[to] || was);
    }
    go(to, step, true);
    dispatchEvent(new Event("changed"));
  },
};
doc.readyState === "loading" ? on("DOMContentLoaded", start) : start();
})();
