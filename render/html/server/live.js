// In a page that a server gave out: takes what the server says has changed, and tells it what the
// viewer wants. The windows of one browser share a stream of events, because a browser has only six
// connections for all of them: the window that holds a lock reads it and passes it on.
(() => {
"use strict";
const root = document.documentElement, $ = (s, in_ = document) => in_.querySelector(s);
const all = (s, in_) => [...in_.querySelectorAll(s)];
const role = $('meta[name="slidexec-role"]').content, looks = role === "follow"; // and does nothing else
const own = (name) => "slidexec-" + role + name; // what other roles in this browser do not share
const me = Math.random().toString(36).slice(2), bus = navigator.locks ? new BroadcastChannel(own("")) : null; // locks want a safe connection, or this machine
let [boot, number] = $('meta[name="slidexec-state"]').content.split(".");
number = +number;
let version = 0, ahead = null, later = []; // the deck's, in which slides are counted; what is said of a later one
let drawn = 0; // the state of the drawings
let build = "", stream = null, seen = Date.now(), held = null;
let together = sessionStorage.getItem(own("-alone")) !== "1", follows = sessionStorage.getItem("slidexec-follow") === "1";
let linked = location.hash !== "" && !sessionStorage.getItem(own("-been")); // the visitor asked for this place
sessionStorage.setItem(own("-been"), "1");

if (new URLSearchParams(location.search).has("token")) history.replaceState(null, "", location.pathname + location.hash);

// ---- what the server says

const names = ["hello", "slides", "output", "broken", "mended", "stage", "ink", "edits", "beat"];
const on = {
  hello(m) {
    if (build && build !== m.build) return location.reload();
    build = m.build;
    if (m.stale) return refetch();
    bad(m.broken);
    on.edits(m.edits);
    sure = drawn = 0;
    later = [];
    const again = !looks && told !== boot;
    if (again && live.now) restore(m.stage);
    if (again) pieces = []; // all drawings have what waits, and count slides as the server does now
    if (again) for (const i of deck.ink.all()) live.ink(i);
    on.ink({...(m.ink || {rev: 0, deck: version, all: true, inks: []}), ...(again && {all: false, base: 0})});
    told = boot;
    if (m.stage) on.stage(m.stage);
    send();
    size();
  },
  edits(m) { live.edits = m || {}; unsaved(); },
  slides, output, broken: bad, mended: () => bad(null), beat() {}, peer,
  net(text) { online = !text; pill("net", text); },
  stage(m) { // it may be said before, or come after, the edit that moved its slide
    if (linked && m.slide >= 0) alone(m.slide !== deck.at()[0] || m.step !== deck.at()[1]);
    if (m.slide >= 0) linked = false;
    ahead = m.deck > version ? m : null;
    if (m.rev < sure) return;
    if (m.deck !== version) m = {...m, slide: -1};
    const mine = {...(sending && flying), ...unsent}, placing = "slide" in mine || "black" in mine;
    m = {...m, ...mine, ...timed(mine), ...(placing && here())}; // what is done here is newer
    if (!placing && m.slide >= 0 && (m.slide !== live.now?.slide || m.step !== live.now.step || m.black !== live.now.black)) moved = Date.now();
    hear(m);
    if (!placing) staged();
  },
  ink(m) {
    if (m.deck > version) later.push(m);
    if (m.deck !== version) return;
    if (!m.all && m.base > drawn) return catchUp();
    if (m.rev && m.rev <= drawn) return;
    drawn = m.rev;
    if (m.all) deck.ink.send();
    const waiting = m.all ? pieces.filter((p) => p.deck === version) : []; // the server may not have had them yet
    deck.ink.take({...m, inks: [...m.inks, ...waiting]});
  },
  sketch(m) { deck.ink.take({inks: [m]}); },
};

// take handles one event. Those with an id come in order and without gaps, or are asked for.
function take(e) {
  seen = Date.now();
  if (held) return void held.push(e);
  if (e.id) {
    const [b, n] = e.id.split(".");
    if (b !== boot) return refetch();
    if (n <= number) return;
    if (n > number + 1) return catchUp();
    number = +n;
  }
  on[e.name](JSON.parse(e.data));
}

// hold keeps events until something that was asked for has come.
async function hold(ask) {
  if (held) return;
  held = [];
  let then = [];
  try { then = await ask(); } catch { setTimeout(catchUp, 2000); }
  const afterwards = held;
  held = null;
  for (const e of [...then, ...afterwards]) take(e);
  if (online) send();
}

const catchUp = () => hold(async () => {
  const r = await fetch("missed?since=" + boot + "." + number);
  if (!r.ok) throw r.status;
  return (await r.json()).map((e) => ({...e, data: JSON.stringify(e.data)}));
});

// refetch replaces the slides by what the server has now; the place in the deck stays.
const refetch = () => hold(async () => {
  const r = await fetch(location.pathname);
  if (!r.ok) throw r.status;
  const page = new DOMParser().parseFromString(await r.text(), "text/html");
  const [at] = deck.at(), hash = deck.slides()[at]?.dataset.hash;
  [boot, number] = $('meta[name="slidexec-state"]', page).content.split(".");
  number = +number;
  head({title: page.title, look: $("#look", page)?.textContent, author: $('meta[name="author"]', page)?.content, lang: page.documentElement.lang, rtl: page.documentElement.dir === "rtl", dark: "scheme" in page.documentElement.dataset});
  version = +$("#deck", page).dataset.version;
  rules($("style", page).textContent);
  $("#deck").replaceChildren(...$("#deck", page).childNodes);
  const now = [...document.getElementsByClassName("slide")];
  for (const s of now) s.hidden = true;
  for (const s of document.getElementsByClassName("set")) s.hidden = true;
  show(now, now.find((s) => s.dataset.hash === hash) || now[Math.min(at, now.length - 1)]);
  if (stream) listen();
  return [];
});

const sheet = new CSSStyleSheet();
let known = null;
document.adoptedStyleSheets.push(sheet);

const worn = new CSSStyleSheet(); // the theme that came after the page
document.adoptedStyleSheets.unshift(worn);

// wear shows the page in the colours of another theme.
function wear(look) {
  const was = $("#look")?.sheet;
  if (!look) return;
  if (was) was.disabled = true;
  worn.replaceSync(look);
  for (let i = sheet.cssRules.length; i--;) if (sheet.cssRules[i].selectorText?.startsWith(".q")) sheet.deleteRule(i); // mixed with the old ones
  known = null;
}

// rules adds those that are new; the same class always has the same rule.
function rules(css) {
  if (!css) return;
  if (!known) known = new Set([...document.styleSheets[0].cssRules].map((r) => r.cssText));
  const more = new CSSStyleSheet();
  more.replaceSync(css);
  for (const r of more.cssRules) {
    if (known.has(r.cssText)) continue;
    known.add(r.cssText);
    sheet.insertRule(r.cssText, sheet.cssRules.length);
  }
}

function parse(html) {
  const t = document.createElement("template");
  t.innerHTML = html;
  return t.content;
}

// show has the page show a slide of a list that has changed.
function show(list, s) {
  const i = Math.max(0, list.indexOf(s));
  deck.changed(list, i);
  if (placed() && together && live.now.slide !== i) live.now = {...live.now, slide: i};
}

// head changes what all of the page goes by.
function head(m) {
  wear(m.look);
  if (document.title !== m.title) document.title = $("h1").textContent = m.title;
  if (root.lang !== m.lang) root.lang = m.lang;
  if (m.rtl) root.dir = "rtl";
  else root.removeAttribute("dir");
  if (m.dark) root.dataset.scheme = "dark";
  else delete root.dataset.scheme;
  const by = $('meta[name="author"]');
  if ((by?.content || "") === (m.author || "")) return;
  by?.remove();
  if (m.author) document.head.append(Object.assign(document.createElement("meta"), {name: "author", content: m.author}));
}

function slides(m) {
  version = m.version;
  const list = [...deck.slides()], cur = list[deck.at()[0]], focus = document.activeElement?.dataset.run;
  const inside = cur?.contains(document.activeElement);
  let now = cur, moved;
  const named = document.title !== m.title;
  head(m);
  rules(m.css);
  for (const c of [...m.splices].reverse()) {
    const fresh = [...parse(c.html.join("")).children], gone = list.slice(c.at, c.at + c.remove), next = list[c.at];
    for (const s of fresh) s.hidden = true;
    if (next) next.before(...fresh);
    else (list.at(-1)?.parentElement || $("#deck")).append(...fresh);
    const i = gone.indexOf(cur);
    if (i >= 0) now = fresh[Math.min(i, fresh.length - 1)] || list[c.at + c.remove] || list[c.at - 1];
    moved = moved || fresh.find((s) => s.dataset.hash === cur?.dataset.hash);
    for (const s of gone) {
      const set = s.parentElement;
      s.remove();
      if (set.className === "set" && !set.firstElementChild) set.remove();
    }
    list.splice(c.at, c.remove, ...fresh);
  }
  if (now !== cur && moved) now = moved;
  show(list, now);
  if (named || m.splices.some((c) => c.remove !== c.html.length)) number_(0, list);
  unsaved();
  if (ahead && ahead.deck <= version) on.stage(ahead);
  later.splice(0).forEach(on.ink);
  if (inside && now !== cur) ((focus && $(`[data-run="${CSS.escape(focus)}"]`, now)) || now)?.focus({preventScroll: true});
  if (follows && now === cur && m.changed >= 0) deck.go(m.changed, 999);
}

// number_ corrects what slides say about their place, some at a time, when nothing else is to be done.
let numbering = 0;
function number_(from, list, turn = ++numbering) {
  if (turn !== numbering) return;
  const n = list.length, to = Math.min(n, from + 400), set = (e, text) => { if (e && e.textContent !== text) e.textContent = text; };
  for (let i = from; i < to; i++) {
    const s = list[i], id = "s" + (i + 1), label = s.getAttribute("aria-label").replace(/^\d+ of \d+/, (i + 1) + " of " + n);
    const foot = s.lastElementChild;
    if (s.id !== id) s.id = id;
    if (s.getAttribute("aria-label") !== label) s.setAttribute("aria-label", label);
    if (foot?.className === "made") for (const [c, k] of [["no", i + 1], ["of", n]]) for (const e of all("." + c, foot)) set(e, "" + k);
    else if (foot?.tagName === "FOOTER") { set(foot.firstElementChild, document.title); set(foot.lastElementChild, (i + 1) + " / " + n); }
  }
  if (to < n) setTimeout(() => number_(to, list, turn), 10);
}

function output(m) {
  const list = deck.slides(), cur = list[deck.at()[0]], key = CSS.escape(m.key);
  rules(m.css);
  for (const b of m.boxes) {
    const box = all(`[data-key="${key}"]`, list[b.slide])[b.nth];
    const fresh = parse(b.html).firstElementChild;
    if (!box || !renew(box, fresh, b.keep)) return refetch();
  }
  for (const i of m.on) for (const b of all(`[data-run="${key}"]`, list[i])) {
    b.dataset.state = m.state;
    const word = () => b.textContent.replace(/^\W+/, ""), name = b.ariaLabel.slice(word().length);
    b.textContent = {"": "▶\uFE0E run", done: "↻ run again"}[m.state] || "■ stop";
    b.ariaLabel = word() + name;
  }
  if (!m.on.includes(deck.at()[0])) return;
  for (const b of m.boxes) if (b.slide === deck.at()[0]) changed.add(all(`[data-key="${key}"]`, cur)[b.nth]);
  cur.fresh = true;
  if (!drawing) requestAnimationFrame(grow);
  drawing = true;
  dispatchEvent(new Event("output"));
  const said = $(`[data-key="${key}"]:not([hidden])>figcaption`, cur);
  if (m.state === "done") $("#live").textContent = said ? all("span", said).map((e) => e.textContent).join(": ") : "";
}

// grow fits the slide to what programs printed, once a frame however many messages came: outputs that were
// at their end stay there, and those that changed come into view.
const changed = new Set();
let drawing = false;
function grow() {
  drawing = deck.slides()[deck.at()[0]].fresh = false;
  const boxes = [...changed].filter((b) => b.isConnected && b.checkVisibility());
  changed.clear();
  deck.grew();
  const ins = boxes.map((b) => $(":scope>.in", b)).filter((e) => e && e.ended !== false);
  for (const e of ins) deck.put(e, e.scrollHeight);
  if (ins.length) deck.more(deck.slides()[deck.at()[0]]);
  for (const b of boxes) { // a narrow window shows all lines, and scrolls the slide
    const inn = $(":scope>.in", b), lines = inn?.getElementsByClassName("l"), last = lines?.[lines.length - 1];
    deck.reach([last && inn.ended !== false && inn.scrollHeight <= inn.clientHeight + 1 ? last : b]);
  }
  clocks();
}

// renew makes a box like a fresh one that lacks the first pieces of the output. What was scrolled
// stays so; what was at its end goes on with it.
function renew(box, fresh, keep) {
  const [was, is] = [box, fresh].map((b) => $(":scope>.in>pre>samp", b)), focus = box.contains(document.activeElement) && document.activeElement;
  if (keep && !(was && is && was.children.length >= keep)) return false;
  box.className = fresh.className;
  box.hidden = fresh.hidden;
  if (!was || !is) box.replaceChildren(...fresh.childNodes);
  else {
    const pre = was.parentElement, inn = pre.parentElement, like = is.closest(".in");
    $(":scope>figcaption", box)?.remove();
    const caption = $(":scope>figcaption", fresh);
    if (caption) box.prepend(caption);
    const high = inn.style.maxHeight; // as it was fitted
    for (const a of [...inn.attributes]) if (!like.hasAttribute(a.name)) inn.removeAttribute(a.name);
    for (const a of like.attributes) inn.setAttribute(a.name, a.value);
    inn.style.maxHeight = high;
    pre.className = is.parentElement.className;
    while (was.childNodes.length > keep) was.lastChild.remove();
    was.append(...is.childNodes);
    while (pre.nextSibling) pre.nextSibling.remove();
    while (is.parentElement.nextSibling) inn.append(is.parentElement.nextSibling);
  }
  if (focus && !focus.isConnected) ($("[data-run]", box) || box.closest(".slide")).focus({preventScroll: true});
  return true;
}

// clocks has the time of running programs go on.
let ticking = 0;
function clocks() {
  clearTimeout(ticking);
  const s = deck.slides()[deck.at()[0]], rows = s ? all(".st[data-ms]", s) : [], now = performance.now();
  for (const e of rows) {
    if (e.since === undefined) e.since = now - e.dataset.ms;
    const text = e.textContent.match(/^\S+ \S+/) + " " + duration(now - e.since);
    if (e.textContent !== text) e.textContent = text;
  }
  if (rows.length) ticking = setTimeout(clocks, 100);
}
function duration(ms) {
  if (ms < 99.5) return Math.round(ms) + " ms";
  if (ms < 9950) return (ms / 1000).toFixed(1).replace(".0", "") + " s";
  const s = Math.round(ms / 1000);
  return s < 60 ? s + " s" : Math.floor(s / 60) + " min " + s % 60 + " s";
}

// pill says something in a corner; bad shows what is wrong with the deck over it.
function pill(id, text) {
  let e = document.getElementById(id);
  if (!text) return void e?.remove();
  if (!e) {
    e = document.createElement("div");
    e.id = id;
    e.className = "pill";
    e.setAttribute("role", "status");
    document.body.append(e);
  }
  e.textContent = text;
}
let saying = 0;
function say(text) {
  pill("said", text);
  clearTimeout(saying);
  saying = setTimeout(pill, 3000, "said", "");
}
// unsaved marks the programs that are not as in their file.
let marked = false;
function unsaved() {
  const any = Object.keys(live.edits).length > 0;
  if (any || marked) for (const b of all(".slide [data-run]", $("#deck"))) b.classList.toggle("unsaved", b.dataset.run in live.edits);
  marked = any;
}
function bad(m) {
  $("#broken")?.remove();
  if (!m) return;
  rules(m.css);
  const e = document.createElement("div");
  e.id = "broken";
  e.setAttribute("role", "alert");
  e.append(parse(m.html));
  document.body.append(e);
}

// ---- the stream

function listen() {
  stream?.close();
  seen = Date.now();
  const es = stream = new EventSource("events?since=" + boot + "." + number);
  const pass = (e) => { take(e); bus?.postMessage(e); };
  for (const name of names) es.addEventListener(name, (e) => pass({name, id: e.lastEventId && name !== "hello" && name !== "stage" && name !== "ink" && name !== "edits" && name !== "beat" ? e.lastEventId : "", data: e.data}));
  const net = (text) => pass({name: "net", data: JSON.stringify(text)});
  es.onopen = () => net("");
  es.onerror = () => {
    setTimeout(() => { if (stream === es && es.readyState === EventSource.CONNECTING) net("not connected"); }, 1000);
    if (es.readyState !== EventSource.CLOSED) return;
    fetch("missed").then((r) => r.status === 403, () => false).then((strange) => { // a server with another token
      net(strange ? "slidexec was started again: open the address that it printed" : "not connected");
      setTimeout(() => { if (stream === es) listen(); }, strange ? 10_000 : 1500);
    });
  };
}
function connect() {
  if (!bus) return listen();
  bus.onmessage = (e) => take(e.data);
  navigator.locks.request(own(""), () => { listen(); return new Promise(() => {}); });
  catchUp();
}

// After a sleep, a connection may be dead without anybody having said so.
function awake() {
  if (Date.now() - seen < 40_000) return;
  stream ? listen() : catchUp();
  seen = Date.now();
}

// ---- what the viewer wants

// post returns the answer if the server took it, false if it refused, and null where it cannot be reached or is another one, or
// where it cannot follow the stage from a deck as old as this window's: the window is catching up.
async function post(path, body) {
  try {
    const r = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body), signal: path === "stage" ? AbortSignal.timeout(5000) : null});
    if (r.ok) return r;
    if (r.status === 403 || r.status === 429 || r.status === 503 && path === "ink" || path === "stage" && (r.status === 412 || r.status >= 500)) return null;
    say((await r.text()).replace(/^slidexec: /, ""));
    return false;
  } catch { return null; }
}

// program has the server run or stop programs.
async function program(path, body) {
  if (await post(path, body) === null) say("not connected: programs cannot be run or stopped now");
}

// The stage is where this window is, and keys act on it at once: the server is told, and other windows
// by it. Where it cannot be reached, this window goes on alone, takes those of the same browser
// along, and says when the server is back where it is and since when: of windows that went on alone
// for themselves, the one that moved last is right. A server that was started again knows nothing, so it
// is told all.
const nothing = {slide: -1, step: 0, black: false, invite: false, pointer: null, spot: false, zoom: null, scroll: [], tone: "", size: null, planned: 0, elapsed: 0, running: false};
let told = boot; // the run of the server that was told
let unsent = null, flying = null, sending = false, sure = 0, sent = 0; // changes; the stage that has those which were sent
let online = true, failed = 0, late = false, moved = 0, heard = 0;

const placed = () => live.now?.slide >= 0;
const day = 864e5; // more time than that is never told, as the server takes no more
const timed = (change) => change && "elapsed" in change ? {elapsed: Math.round(Math.min(live.spent(), day))} : {};
const here = () => { const [slide, step] = deck.at(); return together ? {slide, step} : {}; };

// hear takes a stage as it is from now on.
function hear(m) {
  live.now = m;
  heard = performance.now();
  dispatchEvent(new CustomEvent("stage", {detail: m}));
}

// stage changes what the windows that go together show; changes that come while one is on its way
// are sent as one. Until the server has said the last of them, what it says is older than what is
// shown here: following it would go back and forth.
function stage(change) {
  if (looks) return;
  unsent = {...unsent, ...change};
  if ("slide" in change || "black" in change) moved = Date.now();
  hear({...nothing, ...live.now, elapsed: live.spent(), ...change});
  if (!online) share();
  else send();
}

// Drawings go to the server in pieces, in their order. A piece may arrive twice.
let pieces = [];
async function draws() {
  const list = pieces;
  for (let n; list === pieces && list.length && !list.busy;) {
    const i = list[0], points = i.points && [...i.points];
    for (n = 1; points && list[n]?.stroke === i.stroke && list[n].deck === i.deck && points.length + list[n].points.length <= 3000; n++) points.push(...list[n].points);
    list.busy = true;
    const took = await post("ink", {...i, points});
    list.busy = false;
    if (took === null) return void setTimeout(draws, 2000);
    list.splice(0, n);
  }
}

async function send() {
  if (sending || held || !unsent) return; // while the page is fetched anew, slides are counted in no version
  sending = true;
  while (unsent) {
    const now = flying = unsent, body = {...now, by: me + "." + ++sent};
    unsent = null;
    if ("slide" in now) Object.assign(body, here(), {deck: version});
    Object.assign(body, timed(now));
    if (late && moved) body.ago = Math.min(Math.max(Date.now() - moved, 1), day);
    const took = await post("stage", body);
    if (took !== null) {
      late = false;
      if (took) sure = +took.headers.get("Slidexec-Stage");
      if (failed && online) pill("net", "");
      failed = 0;
      continue;
    }
    unsent = {...now, ...unsent};
    if (++failed > 1) pill("net", "not connected"); // the stream may not have noticed yet
    share();
    setTimeout(() => online && send(), 2000); // it may have been for a moment
    break;
  }
  sending = false;
  if (live.now && !unsent) staged();
}

// share tells the other windows of this browser, while the server cannot.
function share() {
  late = true;
  bus?.postMessage({name: "peer", data: JSON.stringify({...live.now, ...here(), elapsed: live.spent(), deck: version})});
}
function peer(m) {
  if (m.deck !== version) return;
  unsent = null;
  hear(m);
  staged();
  unsent = {...here(), black: m.black}; // the other one may be gone by then
  moved = Date.now();
  late = true;
}

// restore says to a server that was started again where the talk stands.
function restore(stage) {
  const {black, planned, running, tone} = live.now;
  const place = !placed() || stage?.slide >= 0 ? {} : {...here(), black};
  const clock = stage?.running || stage?.elapsed ? {} : {planned: stage?.planned || planned, running, elapsed: 0};
  unsent = {...place, ...clock, ...(tone && {tone}), ...unsent};
  late = true;
}

// staged shows the stage here: now, or by way of a transition.
let quiet = false;
function staged(now) {
  const m = live.now, [at, step] = deck.at(), desk = root.classList.contains("sp");
  root.classList.toggle("black", !!m.black && together && !desk);
  if (together && m.slide >= 0 && (m.slide !== at || m.step !== step)) {
    if (!now && m.slide !== at && deck.turn?.(() => staged(true))) return;
    quiet = true;
    deck.go(m.slide, m.step);
    quiet = false;
  }
  dispatchEvent(new CustomEvent("staged", {detail: together ? m : null}));
}
addEventListener("deck", (e) => {
  linked = false;
  if (quiet || !together) return;
  if (looks) alone(true);
  else stage({...e.detail, ...(live.now?.invite && {invite: false})});
});

// alone has this window go on its own, or with the talk. A window on its own says so.
function alone(on) {
  together = !on;
  sessionStorage.setItem(own("-alone"), on ? "1" : "");
  pill("alone", on ? "on its own" : "");
  if (on) {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = "back to the talk";
    b.onclick = deck.move.together;
    $("#alone").append(" ", b);
  }
  root.classList.toggle("black", !on && !!live.now?.black && !root.classList.contains("sp"));
  if (on) dispatchEvent(new CustomEvent("staged", {detail: null}));
}

const keysHere = () => {
  const s = deck.slides()[deck.at()[0]];
  return s ? [...new Set(all("[data-run],[data-key]", s).map((e) => e.dataset.run || e.dataset.key))] : [];
};
const live = window.live = {
  now: null, edits: {}, looks, say, pill, post, stage,
  tell(change) { if (together) stage(change); },
  ink(i) {
    if (!together || looks) return;
    pieces.push({...i, deck: version});
    if (!online) bus?.postMessage({name: "sketch", data: JSON.stringify(i)});
    draws();
  },
  notes: async () => { const r = await fetch("notes"); if (!r.ok) throw r.status; return r.json(); },
  run: (...keys) => program("run", {keys}), stop: (...keys) => program("stop", {keys}),
  spent: () => (live.now?.elapsed || 0) + (live.now?.running ? performance.now() - heard : 0), // of the talk, in ms
};
Object.assign(deck.move, {
  run() { const k = keysHere(); if (k.length) live.run(...k); },
  stop() { const k = keysHere(); if (k.length) live.stop(...k); },
  again() { program("run", {again: true}); },
  follow() {
    follows = !follows;
    sessionStorage.setItem("slidexec-follow", follows ? "1" : "");
    say(follows ? "following edits" : "not following edits");
  },
  speaker() { window.open("speaker", "slidexec-speaker", "width=1280,height=800"); },
  together() {
    alone(together);
    if (together) say("together with the other windows");
    if (live.now) staged();
  },
});
const black = deck.move.black;
deck.move.black = () => { black(); if (together) stage({black: root.classList.contains("black")}); };
addEventListener("click", (e) => {
  const b = e.target.closest?.("[data-run]");
  if (b && !looks) program(b.dataset.state === "queued" || b.dataset.state === "running" ? "stop" : "run", {keys: [b.dataset.run]});
});

// size tells the desk how wide the audience sees the slides; a phone held upright is not the hall.
function size() {
  const now = [innerWidth, innerHeight];
  if (looks || root.classList.contains("sp") || !together || now[0] < now[1] || String(live.now?.size) === String(now)) return;
  stage({size: now});
}
let sized = 0;
addEventListener("resize", () => { clearTimeout(sized); sized = setTimeout(size, 300); });

function start() {
  version = +$("#deck").dataset.version;
  root.classList.add(role);
  if (!together) alone(true);
  clocks();
  addEventListener("shown", clocks);
  connect();
  setInterval(awake, 5000);
  for (const e of ["online", "pageshow", "visibilitychange"]) addEventListener(e, awake);
}
document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
