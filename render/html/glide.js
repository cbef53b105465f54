// Lets the lines of code that two neighbouring slides have in common glide to their new places, so that
// the eye sees what has changed; new lines fade in. Where a slide was is measured while nothing else is
// to be done, so that a key never waits for it, and who goes on quickly sees no gliding. Where a step of a
// slide shows another version of the code before it, the lines of that one come out of this one.
(() => {
const {all, on} = deck, still = matchMedia("(prefers-reduced-motion:reduce)"), most = 200; // lines of a block
const idle = window.requestIdleCallback || ((f) => setTimeout(f, 50));
let here = null; // the slide that was measured last: its number and its blocks
let turn = 0, going = [];

// blocks returns the code on a slide: for each block its lines, with their text, place and size.
function blocks(s) {
  return all(".box:not(.out):not(.tty) pre", s).filter((p) => !p.closest(".off") && p.checkVisibility()).map((pre) => {
    const size = parseFloat(getComputedStyle(pre).fontSize);
    const lines = all(".l", pre).slice(0, most).map((e) => {
      const r = e.getBoundingClientRect();
      return {e, text: e.textContent.trimEnd(), x: r.left, y: r.top, size};
    });
    return Object.assign(lines, {pre});
  });
}

// common returns the pairs of equal lines of two blocks in their order, as many as there are.
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

const written = (l) => l.text !== "";

function glide(old, now) {
  const pairs = common(old, now), kept = pairs.filter(([a]) => written(a)).length;
  if (!kept || 2 * kept < Math.min(old.filter(written).length, now.filter(written).length)) return; // another program
  const moved = new Set(pairs.map(([, b]) => b));
  const timing = {duration: 420, easing: "cubic-bezier(.3,.1,.2,1)"};
  for (const [a, b] of pairs) {
    const dx = a.x - b.x, dy = a.y - b.y, k = a.size / b.size;
    if (Math.abs(dx) + Math.abs(dy) < 1 && Math.abs(k - 1) < .01) continue;
    going.push(b.e.animate([{transformOrigin: "0 0", transform: `translate(${dx}px,${dy}px) scale(${k})`}, {transformOrigin: "0 0", transform: "none"}], timing));
  }
  for (const b of now) if (!moved.has(b)) going.push(b.e.animate([{opacity: 0}, {opacity: 0, offset: .4}, {opacity: 1}], timing));
}

on("shown", () => {
  const [at, step] = deck.at(), s = deck.slides()[at], root = document.documentElement.classList, mine = ++turn, was = here;
  here = null;
  if (was?.s !== s || was.step !== step) {
    for (const a of going) a.cancel();
    going = [];
  }
  if (!s || still.matches || root.contains("ov") || root.contains("sp")) return;
  if (was && was.s !== s && Math.abs(was.at - at) === 1 && was.blocks.length && s.querySelector(".box:not(.out) pre")) {
    const now = blocks(s);
    was.blocks.slice(0, now.length).forEach((b, i) => glide(b, now[i]));
  }
  else if (was?.blocks.length && was.s === s && step === was.step + 1) { // another version of a block appears, out of the one before it
    const now = blocks(s);
    now.forEach((b, i) => {
      if (i && !was.blocks.some((o) => o.pre === b.pre)) glide(now[i - 1], b);
    });
  }
  idle(() => { if (mine === turn && s.isConnected && !s.hidden) here = {s, at, step, blocks: blocks(s)}; });
});
})();
