// Lists the slides, and finds words in all that they say: a number goes first, then titles, then text, code
// and outputs. A jump goes to the step that reveals the words and marks them there until the talk moves on;
// while they are marked, the list opens with them again, and Enter goes to the next slide that has them.
(() => {
const {all, at, go, make, on, slides, titleOf} = deck, $ = (s) => deck.$("#index" + s);
const lower = (text) => text.replaceAll("\u0130", "I").toLowerCase(); // of letters, only that one gets longer
const known = new WeakMap(); // what slides say: searching the document itself would take too long for a key
let marked = "", again = false;

// read returns the text of a slide, with a line feed between blocks, and its nodes with their places.
function read(s) {
  const nodes = [], walk = document.createTreeWalker(s.firstElementChild, 4);
  let text = "", block, n;
  while (n = walk.nextNode()) {
    const b = n.parentElement.closest("button,p,li,td,th,.l,.t");
    if (b?.matches("button")) continue;
    if (b !== block) text += "\n";
    block = b;
    nodes.push([n, text.length]);
    text += n.data;
  }
  return [text, nodes];
}

// says returns the title of a slide, all that it says, and that in small letters.
function says(s) {
  if (!known.has(s)) {
    const [text] = read(s);
    known.set(s, [titleOf(s), text, lower(text)]);
  }
  return known.get(s);
}

// warm reads all slides, a few at a time, so that the first key finds them read.
function warm(i) {
  for (const s of slides().slice(i, i + 50)) says(s);
  if (i < slides().length) setTimeout(warm, 0, i + 50);
}

// excerpt shows where on a slide a word is.
function excerpt([, text, low], word) {
  const i = low.indexOf(word), from = Math.max(0, i - 30), to = i + word.length;
  return make("small", (from ? "…" : "") + text.slice(from, i), make("mark", text.slice(i, to)), text.slice(to, to + 60));
}

const typed = () => lower($(" input").value).split(/[\s/]+/).filter(Boolean);

function fill() {
  const words = typed(), most = words[0] ? 30 : 200, ranks = [[], [], []], list = slides();
  list.forEach((s, i) => {
    if (!words[0] && i >= most) return;
    const [title, , text] = says(s), head = i + 1 + " " + lower(title), rest = words.filter((w) => !head.includes(w));
    if (rest.every((w) => text.includes(w))) ranks[+words[0] === i + 1 ? 0 : rest[0] ? 2 : 1].push([i, rest[0]]);
  });
  const rows = ranks.flat();
  $(" ol").replaceChildren(...rows.slice(0, most).map(([i, word]) => {
    const b = make("button", make("span", i + 1), make("span", says(list[i])[0], word ? excerpt(says(list[i]), word) : ""));
    b.value = i;
    if (i === at()[0]) { b.className = "cur"; b.ariaCurrent = "true"; }
    return make("li", b);
  }));
  $(" p").textContent = words[0] ? rows.length + " found" : "";
}

// jump goes to a slide and marks words there.
function jump(i, words) {
  const [text, nodes] = read(slides()[i]), low = lower(text), ranges = [];
  for (const w of words) {
    let k = 0;
    const node = (to) => { while (nodes[k + 1]?.[1] <= to) k++; return [nodes[k][0], to - nodes[k][1]]; };
    for (let p = -w.length; (p = low.indexOf(w, p + w.length)) >= 0 && ranges.length < 500;) {
      const r = new Range();
      r.setStart(...node(p));
      const [last, off] = node(p + w.length - 1);
      r.setEnd(last, off + 1);
      ranges.push(r);
    }
  }
  const first = ranges[0]?.startContainer.parentElement;
  deck.grid(false);
  go(i, +(first?.closest("[data-step]")?.dataset.step || 0));
  if (!first) return;
  marked = "" + at();
  CSS.highlights?.set("found", new Highlight(...ranges));
  deck.reach([first]);
}
on("shown", () => {
  if (!marked || marked === "" + at()) return;
  marked = "";
  CSS.highlights?.delete("found");
});

deck.move.index = () => {
  const input = $(" input"), d = $("");
  for (const e of all(".slide [data-key]", document)) known.delete(e.closest(".slide")); // programs may have printed more
  again = !!marked;
  if (!again) input.value = "";
  input.oninput = () => { again = false; fill(); };
  fill();
  d.showModal();
  warm(0);
  input.select();
  $(" .cur")?.scrollIntoView({block: "center"});
  if (matchMedia("(pointer:coarse)").matches) $(" .cur")?.focus(); // else half of a phone is its keyboard
  d.onclick = (e) => { const b = e.target.closest("li button"); if (b) { d.close(); jump(+b.value, typed().filter((w) => +w !== +b.value + 1)); } };
  d.onkeydown = (e) => {
    const rows = all("li button", d), i = rows.indexOf(document.activeElement), cur = again ? rows.findIndex((b) => b.className) : -1;
    if (e.key === "ArrowDown") rows[Math.min(Math.max(i, cur) + 1, rows.length - 1)]?.focus();
    else if (e.key === "ArrowUp") (i > 0 ? rows[i - 1] : input).focus();
    else if (e.key === "Enter" && i < 0) rows[(cur + 1) % rows.length]?.click();
    else return;
    e.preventDefault();
  };
};
})();
