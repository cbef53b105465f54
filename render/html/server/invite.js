// In a served page: the addresses at which others take part, as QR codes, and the one for the audience over
// the slides.
(() => {
"use strict";
const root = document.documentElement, $ = (s) => document.querySelector(s);

const links = live.links = async () => {
  const r = await fetch("links");
  if (!r.ok) throw r.status;
  return r.json();
};

// card draws an address: its code, what it is for, and the address itself for those who type it.
const card = live.card = (l) => {
  const e = document.createElement("figure"), says = document.createElement("figcaption"), a = document.createElement("a"), ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", `0 0 ${l.size} ${l.size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "QR code: " + l.does);
  path.setAttribute("d", l.path);
  svg.append(path);
  a.href = a.textContent = l.url;
  says.append(l.does, a);
  if (l.near) says.append("Only this machine reaches this address. For others, start slidexec with --listen or --public-url.");
  e.append(svg, says);
  return e;
};

// invitation shows the audience where to follow the talk.
let codes = null;
async function invitation(on) {
  if (!on) return void $("#invite")?.remove();
  if ($("#invite")) return;
  const e = document.createElement("dialog"), x = $("#help .x").cloneNode(true);
  e.id = "invite";
  e.tabIndex = -1;
  e.setAttribute("aria-label", "Follow this talk");
  document.body.append(e);
  try { codes = codes || await links(); } catch { e.remove(); return live.say("not connected: the address is not known"); }
  e.append(card({...codes.find((l) => l.role === "follow"), does: "Follow this talk on your own screen"}), x);
  e.onclose = () => { if (e.isConnected && live.now?.invite) deck.move.invite(); };
  if (!e.isConnected) return;
  e.showModal();
  e.focus(); // itself, so that Enter goes on with the talk
}
if (!live.looks) addEventListener("stage", ({detail: m}) => { if (!root.classList.contains("sp")) invitation(m.invite); });
deck.move.invite = () => live.stage({invite: !live.now?.invite});
})();
