// A browser that zooms makes the window smaller, counted in its pixels, and a slide fits its window: its text
// would stay as small as before. deck.zoom says how much a reader zoomed, and slides grow by that.
(() => {
let ratio = devicePixelRatio, wide = innerWidth, outer = outerWidth;
const steps = [1.1, 1.2, 1.25, 1.33, 1.5, 1.67, 1.75, 2, 2.4, 2.5, 3, 4, 5]; // of browsers
const near = (z) => steps.find((s) => Math.abs(z / s - 1) < .02) || 1;

// A zoomed page is in a window whose width is the page's by that factor. Where there is more than toolbars beside
// the page (a panel, another page around it), or fingers zoom, nothing is known.
function guess() {
  const z = near(outerWidth / innerWidth);
  return top === self && !matchMedia("(pointer:coarse)").matches && devicePixelRatio / z > .99 && z * innerHeight < outerHeight + 9 ? z : 1;
}
deck.zoom = 1;

// Later, pixels grow by as much as the page gets narrower, in a window that stays as it is. Browsers may tell of
// the two one after the other, in any order, and of the window when it is there.
let due = 0;
function later() {
  due = setTimeout(() => {
    const was = deck.zoom;
    size(1);
    if (deck.zoom !== was) deck.go(...deck.at(), true);
  }, 300);
}
function size(late) {
  const by = devicePixelRatio / ratio, still = !outer || outer === outerWidth;
  clearTimeout(due);
  if (still && Math.abs(innerWidth * by / wide - 1) < .02) deck.zoom = near(deck.zoom * by);
  else if (still && !late) return later();
  else if (by !== 1) deck.zoom = 1; // another screen
  [ratio, wide, outer] = [devicePixelRatio, innerWidth, outerWidth];
  deck.zoom = Math.max(deck.zoom, guess());
  if (!outer) later();
}
size(1);
addEventListener("resize", () => size());
})();
