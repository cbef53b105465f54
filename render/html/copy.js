// A button beside code and output that copies them as the author and the program wrote them: with tabs and
// with an indentation that all lines share, without line numbers and the words about lines left out.
(() => {
const doc = document, {$, all, make, on, idle} = deck;
const text = (pre) => all(".l:not(.cut)", pre).map((l) => {
  const line = l.textContent;
  return (line.trim() ? pre.dataset.indent || "" : "") + line;
}).join("").replace(/\n?$/, "\n");

// put copies in any page: those from a file may have no clipboard of their own.
async function put(what) {
  try { return await navigator.clipboard.writeText(what); } catch {}
  const was = doc.activeElement, t = make("textarea");
  t.value = what;
  t.className = "sr";
  doc.body.append(t);
  t.select();
  const done = doc.execCommand("copy");
  t.remove();
  was?.focus({preventScroll: true});
  if (!done) throw 0;
}

// dress gives a button to each box of the slide that has text.
function dress() {
  const s = deck.slides()[deck.at()[0]];
  for (const pre of s ? all(".box>.in:not(.tty)>pre", s) : []) {
    const box = pre.closest(".box");
    if ($(":scope>.cp", box)) continue;
    const b = make("button", "copy"), of = $(":scope>figcaption>span", box)?.textContent.trim();
    b.type = "button";
    b.className = "cp";
    b.lang = "en";
    b.ariaLabel = "Copy " + (!box.matches(".out") ? "code" + (of ? " · " + of : "") : of || "output");
    pre.parentElement.before(b);
  }
}

let timer = 0;
for (const name of ["shown", "grew"]) on(name, () => { timer = timer || idle(() => { timer = 0; dress(); }); });
on("click", async (e) => {
  const b = e.target.closest?.(".cp");
  if (!b) return;
  let says = "copied";
  $("#live").textContent = "";
  try { await put(text($(":scope>.in>pre", b.parentElement))); } catch { says = "not copied: select the text to copy it"; }
  $("#live").textContent = says;
  b.textContent = says.split(":")[0];
  setTimeout(() => { b.textContent = "copy"; }, 1500);
  if (e.detail && b === doc.activeElement) b.blur(); // who uses a mouse goes on with the keys of the talk
});
})();
