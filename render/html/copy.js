// A button beside code and output that copies them as the author and the program wrote them: with tabs and
// with an indentation that all lines share, without line numbers and the words about lines left out.
(() => {
"use strict";
const text = (pre) => [...pre.querySelectorAll(".l:not(.cut)")].map((l) => {
  const line = l.textContent;
  return (line.trim() ? pre.dataset.indent || "" : "") + line;
}).join("").replace(/\n?$/, "\n");

// put copies in any page: those from a file may have no clipboard of their own.
async function put(what) {
  try { return await navigator.clipboard.writeText(what); } catch {}
  const was = document.activeElement, t = document.createElement("textarea");
  t.value = what;
  t.className = "sr";
  document.body.append(t);
  t.select();
  const done = document.execCommand("copy");
  t.remove();
  was?.focus({preventScroll: true});
  if (!done) throw 0;
}

// dress gives a button to each box of the slide that has text.
function dress() {
  const s = deck.slides()[deck.at()[0]];
  for (const pre of s?.querySelectorAll(".box>.in:not(.tty)>pre") || []) {
    const box = pre.closest(".box");
    if (box.querySelector(":scope>.cp")) continue;
    const b = document.createElement("button"), of = box.querySelector(":scope>figcaption>span")?.textContent.trim();
    b.type = "button";
    b.className = "cp";
    b.lang = "en";
    b.textContent = "copy";
    b.ariaLabel = "Copy " + (!box.matches(".out") ? "code" + (of ? " · " + of : "") : of || "output");
    pre.parentElement.before(b);
  }
}

let timer = 0;
const idle = window.requestIdleCallback || ((f) => setTimeout(f, 50));
for (const name of ["shown", "grew"]) addEventListener(name, () => { timer = timer || idle(() => { timer = 0; dress(); }); });
addEventListener("click", async (e) => {
  const b = e.target.closest?.(".cp");
  if (!b) return;
  let says = "copied";
  document.getElementById("live").textContent = "";
  try { await put(text(b.parentElement.querySelector(":scope>.in>pre"))); } catch { says = "not copied: select the text to copy it"; }
  document.getElementById("live").textContent = says;
  b.textContent = says.split(":")[0];
  setTimeout(() => { b.textContent = "copy"; }, 1500);
  if (e.detail && b === document.activeElement) b.blur(); // who uses a mouse goes on with the keys of the talk
});
})();
