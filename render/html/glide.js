// Lets code change before the eye where a slide shows another version of what its neighbour has, or of the
// block before it: lines that both versions have glide to their new places, and in lines that have changed
// the words do. New lines and words fade in, old ones fade out where they stood. Where a slide was is
// measured while nothing moves and nothing else is to be done, so that a key never waits for it, and who
// goes on quickly sees no gliding. Words that move are copies above the slide, which is never changed.
(() => {
const {all, make, on, rect, css, idle} = deck, doc = document, still = matchMedia("(prefers-reduced-motion:reduce)");
const most = 200, many = 400, long = 80, near = 4; // lines of a block, words of a slide and of a line, lines to compare
const appear = [{opacity: 0}, {opacity: 0, offset: .4}, {opacity: 1}], vanish = [{opacity: 1}, {opacity: 0, offset: .4}, {opacity: 0}];
const range = doc.createRange();
let here = null; // the slide that was measured last: its number and its blocks
let turn = 0, going = [];
const layer = make("pre"); // for copies of words
layer.ariaHidden = "true";

// blocks returns the code on a slide: for each block its lines, with their text, place and size, and
// whether the whole line is to be seen.
function blocks(s) {
  return all(".box:not(.out):not(.tty) pre", s).filter((p) => !p.closest(".off") && p.checkVisibility()).map((pre) => {
    const size = parseFloat(css(pre).fontSize), box = rect(pre.parentElement);
    const lines = all(".l", pre).slice(0, most).map((e) => {
      const r = rect(e);
      return {e, text: e.textContent.trimEnd(), x: r.left, y: r.top, right: r.right, size, seen: r.top > Math.max(box.top, 0) - 1 && r.bottom < Math.min(box.bottom, innerHeight) + 1};
    });
    return Object.assign(lines, {pre});
  });
}

// words returns the words and signs of a line that is to be seen, nothing of a very long one.
function words(l) {
  const out = [], walk = doc.createTreeWalker(l.e, 4);
  for (let n; l.seen && (n = walk.nextNode());) for (const m of n.data.matchAll(/[!-/:-@[-^`{-~]|[^\s!-/:-@[-^`{-~]+/g)) out.push({text: m[0], n, from: m.index});
  return out.length > long ? [] : out;
}

// place measures the words of a line. If one is broken at the end of a row, the line counts as one without words.
function place(l) {
  for (const w of l.words) {
    range.setStart(w.n, w.from);
    range.setEnd(w.n, w.from + w.text.length);
    const {left: x, top: y, height} = rect(range), c = css(w.n.parentElement);
    if (height > 2 * l.size) return l.words = [];
    Object.assign(w, {x, y, size: l.size, css: `position:absolute;left:${x}px;top:${y}px;font-size:${l.size}px;line-height:${height}px;font-weight:${c.fontWeight};font-style:${c.fontStyle};color:${c.color}`});
  }
  return l.words;
}

// common returns the pairs of equal lines, or words, of two lists in their order, as many as there are.
function common(a, b) {
  const m = b.length + 1, best = new Uint8Array((a.length + 1) * m), out = [];
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) {
    const at = i * m + j;
    best[at] = a[i].text === b[j].text ? best[at + m + 1] + 1 : Math.max(best[at + m], best[at + 1]);
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i].text === b[j].text) out.push([a[i++], b[j++]]);
    else if (best[(i + 1) * m + j] >= best[i * m + j + 1]) i++;
    else j++;
  }
  return out;
}

const written = (l) => l.text !== "", letters = (list) => list.map((w) => w.text).join("").length;

// changed returns the pairs of lines between equal ones that say much the same, with the words they share.
function changed(old, now, pairs) {
  const out = [];
  let i = 0, j = 0;
  for (const [a, b] of [...pairs, []]) {
    const was = old.slice(i, i = a ? old.indexOf(a) : most), is = now.slice(j, j = b ? now.indexOf(b) : most);
    let next = 0;
    is.forEach((l, k) => {
      let best = .5, found;
      for (let o = Math.max(next, k - near); o < was.length && o <= k + near; o++) {
        const wrote = was[o].words || [], both = common(wrote, l.words ||= words(l));
        const part = 2 * letters(both.map(([w]) => w)) / (letters(wrote) + letters(l.words)); // nothing of nothing is no number
        if (part > best) {
          best = part;
          found = [was[o], l, new Map(both.map(([w, v]) => [v, w]))];
          next = o + 1;
        }
      }
      if (found && place(l)[0]) out.push(found);
    });
    i++;
    j++;
  }
  return out;
}

const play = (e, frames) => going.push(e.animate(frames, {duration: 420, easing: "cubic-bezier(.3,.1,.2,1)"}));

// travel moves an element from an old place to its own.
function travel(e, a, b) {
  const dx = a.x - b.x, dy = a.y - b.y, k = a.size / b.size, transformOrigin = "0 0";
  if (Math.abs(dx) + Math.abs(dy) > 1 || Math.abs(k - 1) > .01) play(e, [{transformOrigin, transform: `translate(${dx}px,${dy}px) scale(${k})`}, {transformOrigin, transform: "none"}]);
}

// copy puts a word above the slide.
function copy(w) {
  const e = make("span", w.text);
  e.style.cssText = w.css;
  layer.append(e);
  return e;
}

// glide shows how an old version becomes the present one. The old one may stay to be seen.
function glide(old, now, stays) {
  const pairs = common(old, now), turned = changed(old, now, pairs), kept = pairs.filter(([a]) => written(a)).length + turned.length;
  if (!kept || 2 * kept < Math.min(old.filter(written).length, now.filter(written).length)) return; // another program
  const known = new Set([...pairs, ...turned].flat()), lost = old.filter((l) => !known.has(l)).flatMap((l) => l.words || []);
  for (const [a, b] of pairs) travel(b.e, a, b);
  for (const b of now) if (!known.has(b)) play(b.e, appear);
  for (const [a, b, of] of turned) {
    const kept = [...of.values()], clipPath = `inset(0 ${b.right - b.words[0].x}px 0 0)`;
    play(b.e, [{clipPath}, {clipPath}]); // the copies are its text, but its number stays
    for (const w of b.words) of.has(w) ? travel(copy(w), of.get(w), w) : play(copy(w), appear);
    lost.push(...a.words.filter((w) => !kept.includes(w)));
  }
  if (!stays) for (const w of lost) play(copy(w), vanish);
  layer.style.cssText = `position:fixed;inset:0;z-index:1;overflow:hidden;pointer-events:none`;
  doc.body.append(layer);
}

function stop() {
  for (const a of going) a.cancel();
  going = [];
  layer.replaceChildren();
  layer.remove();
}

on("shown", () => {
  const [at, step] = deck.at(), s = deck.slides()[at], root = doc.documentElement.classList, mine = ++turn, was = here, away = root.contains("ov") || root.contains("sp");
  here = null;
  if (was?.s !== s || was.step !== step || away) stop();
  if (!s || still.matches || away) return;
  if (was && was.s !== s && Math.abs(was.at - at) === 1 && was.blocks.length && s.querySelector(".box:not(.out) pre")) {
    const now = blocks(s);
    was.blocks.slice(0, now.length).forEach((b, i) => glide(b, now[i]));
  }
  else if (was?.blocks.length && was.s === s && step === was.step + 1) { // another version of a block appears, out of the one before it
    const now = blocks(s);
    now.forEach((b, i) => {
      if (i && !was.blocks.some((o) => o.pre === b.pre)) glide(was.blocks.find((o) => o.pre === now[i - 1].pre) || now[i - 1], b, true);
    });
  }
  Promise.allSettled(going.map((a) => a.finished)).then(() => {
    if (mine !== turn) return;
    stop();
    idle(() => {
      if (mine !== turn || !s.isConnected || s.hidden) return;
      here = {s, at, step, blocks: blocks(s)};
      let left = many;
      for (const l of here.blocks.flat()) {
        if (left > 0) l.words = words(l), left -= l.words.length, place(l);
      }
    });
  });
});
for (const e of ["keydown", "resize"]) on(e, stop, true); // no key waits for what runs
})();
