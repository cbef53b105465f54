// The talk without a keyboard: buttons that show while a mouse moves, or after a tap in the middle; taps
// at the sides; swipes; a wheel that moves one step and then waits until it rests. What a page can do is
// in its table of keys, so a page whose visitor may not do something has no button for it.
(() => {
const root = document.documentElement, is = (c) => root.classList.contains(c), {$, make, move, on} = deck;
const icons = { // in a box of 24 by 24
  prev: ["Back", "M15 5l-7 7 7 7"], next: ["Next", "M9 5l7 7-7 7"],
  overview: ["Overview", "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"], index: ["Find a slide", "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM14.5 14.5L20 20"],
  black: ["Black screen", "M3 5h18v13H3zM3 18L21 5"], tone: ["Light or dark", "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16v16"], full: ["Full screen", "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"],
  help: ["Help, and all that this page can do", "M9 9a3 3 0 1 1 4.3 2.7c-.8.4-1.3 1-1.3 1.9v.6M12 18v.6"],
};
const own = "a,button,summary,label,input,textarea,select,video,audio,iframe,dialog,nav,#broken,.pill,.tty[data-cols],[contenteditable],[role=tab]";
let bar, timer = 0;

// wake shows the buttons for a while, or as long as somebody is at them.
function wake() {
  root.classList.add("hand");
  clearTimeout(timer);
  timer = setTimeout(() => bar.matches(":hover") && matchMedia("(hover:hover)").matches ? wake() : rest(), 2500);
}
function rest() { root.classList.remove("hand"); }

function build() {
  bar = make("nav");
  bar.id = "controls";
  bar.lang = "en";
  bar.dir = "ltr";
  bar.ariaLabel = "Controls";
  const can = new Set(deck.keys.values());
  for (const [name, [label, d]] of Object.entries(icons)) {
    if (!can.has(name) || name === "full" && !document.fullscreenEnabled) continue;
    const b = make("button");
    b.type = "button";
    b.value = name;
    b.ariaLabel = b.title = label;
    b.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${d}"/></svg>`;
    bar.append(b);
  }
  bar.onmousedown = (e) => e.preventDefault(); // the focus stays with the slide, so keys go on to move it
  bar.onclick = (e) => { const b = e.target.closest("button"); if (b) { move[b.value](); wake(); } };
  document.body.append(bar);
  const says = () => { for (const [name, c] of [["overview", "ov"], ["black", "black"]]) $(`[value=${name}]`, bar)?.setAttribute("aria-pressed", is(c)); };
  new MutationObserver(says).observe(root, {attributeFilter: ["class"]});
  says();
}

// scrolls reports whether something from an element outwards scrolls, sideways or not; by a sign only
// where it has not come to its end. The slide itself counts only for the latter.
const scrolls = (e, sideways, sign) => {
  for (; e && e !== document.body; e = e.parentElement) {
    const slide = e.matches(".slide"), [all, seen, at] = sideways ? [e.scrollWidth, e.clientWidth, Math.abs(e.scrollLeft)] : [e.scrollHeight, e.clientHeight, e.scrollTop];
    if (all <= seen + 1 || slide && sideways || !/auto|scroll/.test(getComputedStyle(e)[sideways ? "overflowX" : "overflowY"])) continue;
    if (!slide || sign < 0 && at > 1 || sign > 0 && at + seen < all - 1) return true;
  }
  return false;
};

// ---- fingers, pens and clicks

let from = null, fingers = 0;
function down(e) {
  fingers = e.isPrimary ? 1 : fingers + 1;
  const zoomed = visualViewport?.scale > 1.05;
  from = fingers > 1 || zoomed || is("ov") || $("dialog[open]") || e.target.closest?.("#cur") ? null
    : {x: e.clientX, y: e.clientY, black: is("black"), text: String(getSelection())};
  if (from) from.touch = e.pointerType !== "mouse";
}
function up(e) {
  if (!from?.touch || e.defaultPrevented) return;
  const dx = e.clientX - from.x, dy = e.clientY - from.y;
  if (Math.abs(dx) < 45 || Math.abs(dx) < 2 * Math.abs(dy)) return;
  from = null;
  if (String(getSelection()) || scrolls(e.target, true)) return;
  dx < 0 ? move.next() : move.prev();
}
function tap(e) {
  const f = from, slide = e.target.closest?.(".slide");
  from = null;
  if (!f || e.defaultPrevented || Math.hypot(e.clientX - f.x, e.clientY - f.y) > 12) return;
  if (f.black) return is("sp") || e.target.closest("nav") ? 0 : move.black();
  if (!f.touch || !slide || is("sp") || e.target.closest(own)) return;
  const at = e.clientX / innerWidth;
  if (f.text || String(getSelection())) return getSelection().removeAllRanges();
  if (at > .3 && at < .7 || scrolls(e.target.closest(".in,.tw"), false) || scrolls(e.target, true)) return is("hand") ? rest() : wake();
  at < .5 ? move.prev() : move.next();
}

// ---- the wheel

// Events without a rest between them are one turn of the wheel, or one swipe over a pad with all its
// inertia. A turn moves the talk by a step at most, and not at all once something has scrolled.
let last = -1e9, turned = 0, spent = false;
function wheel(e) {
  const sideways = Math.abs(e.deltaX) > Math.abs(e.deltaY), by = (sideways ? e.deltaX : e.deltaY) * [1, 30, 400][e.deltaMode];
  if (e.timeStamp - last > 180) { turned = 0; spent = false; }
  last = e.timeStamp;
  if (by * turned < 0) turned = 0;
  turned += by;
  spent ||= e.ctrlKey || e.metaKey || e.defaultPrevented || is("ov") || is("sp") || visualViewport?.scale > 1.05 ||
    !!e.target.closest?.("dialog,#broken,textarea,.pill,.tty[data-cols],#edit") || scrolls(e.target, sideways, Math.sign(by));
  if (spent || Math.abs(turned) < 40) return;
  spent = true;
  by > 0 ? move.next() : move.prev();
}

function start() {
  on("pointerdown", down);
  on("pointerup", up);
  on("pointercancel", () => { from = null; });
  on("click", tap);
  if (is("sp")) return;
  on("wheel", wheel, {passive: true});
  build();
  let x, y;
  on("pointermove", (e) => { // a browser also tells of a mouse under which the page has moved
    if (e.pointerType !== "touch" && (e.clientX !== x || e.clientY !== y) && x !== undefined) wake();
    x = e.clientX;
    y = e.clientY;
  });
  visualViewport?.addEventListener("resize", () => root.classList.toggle("pinched", visualViewport.scale > 1.05));
}
document.readyState === "loading" ? on("DOMContentLoaded", start) : start();
})();
