// Scrolling is a part of the stage: windows of any size show the same lines. Who drives the talk takes the
// others along; who only follows may scroll alone, until the talk moves on.
(() => {
"use strict";
const root = document.documentElement, all = (s, in_) => [...in_.querySelectorAll(s)];
const here = () => deck.slides()[deck.at()[0]], boxes = (s) => all(".box>.in", s);
const most = (e) => e.scrollHeight - e.clientHeight, end = -1, rect = (e) => e.getBoundingClientRect(), scale = (e, r) => r.height / e.offsetHeight || 1;
const lines = (e) => e.matches(".tty,.slide") ? [] : e.getElementsByClassName("l");

// at returns the line at a place of a box, its number, how far above the place it begins, and its height and
// that of a row of it: lines wrap.
function at(e, top) {
  const r = rect(e), k = scale(e, r), y = r.top + (top - e.scrollTop) * k, [n, l] = deck.lineAt(e, y + 1.5 * k), b = l && rect(l);
  return l && {n, by: (y - b.top) / k, high: b.height / k, row: parseFloat(getComputedStyle(l).lineHeight)};
}

// row returns the place nearest to one at which a row of a box begins.
deck.row = (e, top) => {
  const l = lines(e).length && top > 0 && at(e, top);
  if (!l) return top;
  if (l.by > 0) return top - l.by + Math.round(l.by / l.row) * l.row;
  return -l.by > top ? 0 : top - l.by; // above the first line
};

// scrolled says how far an element is scrolled: the line at its top, the end, or where there are no lines, a
// part of all.
deck.scrolled = (e) => {
  const top = e.scrollTop, to = most(e);
  if (top < 2) return 0;
  if (to - top < 4) return end;
  const l = lines(e).length && at(e, top);
  if (!l) return +(top / to).toFixed(4);
  return +(l.n + Math.max(0, Math.ceil(l.by / l.row - .1) * l.row / l.high)).toFixed(3);
};
deck.scrollTo = (e, to) => {
  const l = lines(e);
  let top = to === end ? most(e) : to * most(e);
  if (to > 0 && l.length) {
    const line = rect(l[Math.min(to | 0, l.length - 1)]), r = rect(e);
    top = deck.row(e, e.scrollTop + (line.top + to % 1 * line.height - r.top) / scale(e, r) + 1);
  }
  deck.put(e, top);
  e.line = to;
  e.ended = to === end;
};

// hand takes what a hand has scrolled.
let place = "", due = false;
const told = new Map(); // boxes that were scrolled since the talk moved, by number; the slide is -1
function hand(e, s) {
  e.own = root.classList.contains("follow") || (most(e) - e.scrollTop > 4 && "stage");
  e.ended = most(e) - e.scrollTop < 4;
  told.set(boxes(s).indexOf(e), e.line = deck.scrolled(e));
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    window.live?.tell?.({scroll: [...told].sort(([a], [b]) => a - b)});
  });
}
let touched = -1e9; // when a hand did something
for (const t of ["wheel", "pointerdown", "touchmove", "keydown"]) addEventListener(t, () => { touched = performance.now(); }, {capture: true, passive: true});
addEventListener("scroll", ({target: e}) => {
  const s = here(), was = Math.max(e.lately || 0, e.put || 0);
  if (!s?.contains(e) || e !== s && !e.matches(".in") || root.classList.contains("ov")) return;
  e.lately = e.scrollTop;
  if (Math.abs(e.scrollTop - e.put) < 1.5 || e.scrollTop < was && (most(e) - e.scrollTop < 2 || e.ended !== false && s.fresh && performance.now() - touched > 500)) return; // ours, or there was less to scroll
  e.put = undefined;
  hand(e, s);
}, true);

// In the speaker's view the slides are pictures: the wheel scrolls what is below the mouse.
addEventListener("wheel", (e) => {
  const s = here();
  if (e.target.id !== "cur" || !s || e.defaultPrevented) return;
  const under = [...boxes(s), s].find((b) => {
    const r = b.getBoundingClientRect();
    return most(b) > 1 && e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom;
  });
  if (!under) return;
  under.scrollTop += e.deltaY;
  e.preventDefault();
}, {passive: false});

// roll scrolls what can be scrolled by keys: the box with the focus, the first of the slide, or the slide.
deck.move.pan = ({key} = {}) => {
  const by = {ArrowUp: -1, ArrowDown: 1}[key], s = deck.slides()[deck.at()[0]];
  const e = by && [document.activeElement?.closest?.(".in"), ...s.querySelectorAll(".box>.in"), s].find((b) => b && s.contains(b) && most(b) > 1);
  if (e) e.scrollTop = deck.row(e, e.scrollTop + by * e.clientHeight / 3);
};

// The stage says what is scrolled.
let done = "";
addEventListener("staged", ({detail: m}) => {
  const s = here(), [slide, step] = deck.at();
  if (!m || m.slide !== slide || m.step !== step || !s || !Array.isArray(m.scroll)) return;
  const now = place + JSON.stringify(m.scroll) + innerWidth + "x" + innerHeight;
  if (now === done) return;
  done = now;
  const list = boxes(s);
  for (const [i, to] of m.scroll) {
    const e = i < 0 ? s : list[i];
    if (!e || typeof to !== "number" || e.own === true || told.get(i) === to) continue;
    told.set(i, to);
    e.own = to === end ? false : "stage";
    e.ended = to === end;
    if (e === s || most(e) > 1) deck.scrollTo(e, to);
    else if (to && s.own !== true) { // a narrow window shows all lines, and scrolls the slide
      const l = e.getElementsByClassName("l"), line = (l[to === end ? l.length - 1 : to | 0] || e).getBoundingClientRect(), r = s.getBoundingClientRect();
      deck.put(s, s.scrollTop + (to === end ? line.bottom - r.bottom + 60 : line.top - r.top - 20));
      s.own = to === end ? false : "stage";
    }
  }
  deck.more(s);
});
addEventListener("shown", () => {
  const now = String(deck.at());
  if (now === place) return;
  place = now;
  told.clear();
});
})();
