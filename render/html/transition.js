// Shows how one slide becomes the next one, in the way that data-turn names. The browser takes a picture of
// the old slide first, so the slide changes a frame later. Who asks for more before then gets all at once: no
// key waits, and none finds the talk where it was. Where the browser cannot do it, slides just change.
(() => {
const {at, move, on, slides, steps} = deck, doc = document, root = doc.documentElement, still = matchMedia("(prefers-reduced-motion:reduce)");
let due, going;

// end makes the change that is due, and ends the transition that runs.
function end() {
  due?.();
  going?.skipTransition();
  due = going = null;
}

// turn shows the change that f makes, which it does soon. Where nothing is to be shown, it returns false
// and leaves the change to its caller.
deck.turn = (f) => {
  end();
  if (!doc.startViewTransition || still.matches || doc.hidden || ["ov", "sp", "black"].some((c) => root.classList.contains(c))) return false;
  const [from] = at(), once = due = () => {
    const change = f;
    f = null;
    change?.();
    if (change) root.toggleAttribute("data-back", at()[0] < from);
  };
  going = doc.startViewTransition(once);
  going.ready.catch(() => {}); // it was ended before it began
  return true;
};

// A step within a slide is none, and a jump is one for nobody's eyes.
for (const name of ["next", "prev", "nextSlide", "prevSlide"]) {
  const go = move[name];
  move[name] = (e) => {
    end();
    const [i, step] = at(), within = name === "next" ? step < steps(slides()[i]) - 1 : name === "prev" && step > 0;
    if (within || i === (name < "p" ? slides().length - 1 : 0) || !deck.turn(() => go(e))) go(e);
  };
}
for (const e of ["keydown", "pointerdown"]) on(e, end, true);
})();
