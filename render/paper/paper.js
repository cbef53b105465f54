// Arranges the slides for paper, and shows one after the other for pictures. slidexec runs it in the page
// that it prints, after the page's own script.
window.paper = (() => {
"use strict";
const all = (s, e) => [...e.querySelectorAll(s)];
const make = (c) => { const e = document.createElement("div"); e.className = c; return e; };

// Sheets are A4, upright but for four slides: what is on one → the width of a slide, in pixels of 96 to the inch.
const sheet = {notes: 656, 2: 656, 4: 480, 6: 318};
// Boxes need not be clipped here, and lines that do not wrap need no marks: both make files large.
const css = `
@media print{
.box,.l:not(.wraps){overflow:visible}
.l:not(.wraps)::before{content:none}
.stepped .off{visibility:hidden}
.stepped .dim:not(.still),.stepped .dim:not(.still) *{color:var(--dim)}
.sheet{width:210mm;height:296mm;padding:14mm 18mm;break-after:page;display:flex;flex-wrap:wrap;align-content:flex-start;justify-content:space-between;gap:9mm 0;overflow:clip}
.sheet.noted{height:auto;min-height:296mm;display:block}
.of2,.of6{row-gap:32mm}
.sheet.of4{width:297mm;height:209mm;padding:15mm 16mm;row-gap:11mm}
.sheet .slide{width:1280px;height:720px;min-height:0;overflow:clip;break-after:auto;zoom:var(--k)}
.frame{flex:none;border:1px solid var(--line);line-height:0}
.said{margin-top:9mm;font-size:11pt;line-height:1.5;white-space:pre-wrap;overflow-wrap:break-word}
.said>*+*{margin-top:.8em}
}`;

// last drops what an earlier step hides or dims: on paper, all of a slide is there.
function last(s) {
  deck.reveal(s, 1e9);
  for (const e of all(".dim:not(.still)", s)) e.classList.remove("dim");
}

// copy makes the page of a later step. Only the first page is the target of links and in the outline.
function copy(s) {
  const c = s.cloneNode(true);
  c.removeAttribute("id");
  for (const e of all("[id]", c)) e.removeAttribute("id");
  for (const h of all("h1,h2,h3,h4,h5,h6", c)) {
    const d = make(h.className);
    d.append(...h.childNodes);
    h.replaceWith(d);
  }
  return c;
}

const steps = (s) => +(s.dataset.steps || 1);

async function arrange(o) {
  await document.fonts.ready; // then the page fits its slide to the window anew
  const style = new CSSStyleSheet();
  style.replaceSync(css);
  document.adoptedStyleSheets = [style];
  const given = deck.slides(), pages = [];
  for (const s of o.slide ? [given[o.slide - 1]] : given) {
    const first = o.step ? o.step - 1 : 0, end = o.steps ? steps(s) - 1 : first;
    for (let n = first; n <= end; n++) pages.push({slide: n > first ? copy(s) : s, step: n, number: all("footer>:last-child", s)[0]?.textContent});
  }
  const root = document.documentElement, main = document.getElementById("deck");
  deck.changed([], 0); // from now on the page leaves its slides alone
  root.classList.toggle("stepped", o.steps || o.step > 0);
  root.classList.add("paper");
  for (const {slide, step, number} of pages) { // one at a time: measuring among a thousand would be slow
    main.replaceChildren(slide);
    o.steps || o.step ? deck.reveal(slide, step) : last(slide);
    for (const e of all("footer>:last-child", slide)) e.textContent = number;
    slide.classList.add("now");
    deck.toPaper(slide);
    mark(slide);
    slide.classList.remove("now");
  }
  root.classList.remove("paper");
  main.replaceChildren(...pages.map((p) => p.slide));
  if (o.notes) sheets(pages, 1, "notes", o);
  else if (o.perPage > 1) sheets(pages, o.perPage, o.perPage, o);
}

// mark finds the lines of code and output that wrap.
function mark(s) {
  for (const pre of all("pre", s)) {
    const one = 1.5 * parseFloat(getComputedStyle(pre).lineHeight);
    for (const l of all(".l", pre)) l.classList.toggle("wraps", l.offsetHeight > one);
  }
}

// still shows a slide at a step for a picture, and returns when it is painted.
async function still(slide, step) {
  deck.go(slide, step, true);
  document.getElementById("bar").style.display = "none";
  await document.fonts.ready;
  await Promise.all([...document.images].filter((i) => i.offsetParent).map((i) => i.decode().catch(() => {})));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

// sheets puts pages on sheets, in small. With notes, those of a page stand beneath it.
function sheets(pages, n, kind, o) {
  const width = sheet[kind];
  for (const r of document.styleSheets[0].cssRules) if (r.type === CSSRule.PAGE_RULE) r.style.setProperty("size", kind === 4 ? "297mm 210mm" : "210mm 297mm");
  const out = [];
  for (let i = 0; i < pages.length; i += n) {
    const page = make("sheet " + (o.notes ? "noted" : "of" + n));
    page.style.setProperty("--k", width / 1280);
    for (const p of pages.slice(i, i + n)) {
      const frame = make("frame");
      frame.append(p.slide);
      page.append(frame);
      if (!o.notes) continue;
      const said = make("said");
      for (const e of all(".notes", p.slide)) {
        if (o.steps && +e.dataset.due !== p.step) continue;
        const line = make("");
        line.textContent = e.textContent;
        said.append(line);
      }
      page.append(said);
    }
    out.push(page);
  }
  document.getElementById("deck").replaceChildren(...out);
}

return {arrange, still};
})();
