// Light or dark: as the speaker chose for all windows that follow, or a reader in this browser; without a choice, as the
// deck says, or else the system. It is known before anything is painted.
(() => {
const {$, on} = deck, root = document.documentElement, tones = ["light", "dark"], key = "slidexec-scheme", system = matchMedia("(prefers-color-scheme:dark)");
const role = $('meta[name="slidexec-role"]')?.content, free = !role || role === "follow"; // to choose for itself
let told = tones.find((t) => root.classList.contains(t)) || "", mine = "";
try { mine = free && localStorage.getItem(key) || ""; } catch {} // pages from a disk may have no storage

function choose(tone) {
  mine = tone;
  try { tone ? localStorage.setItem(key, tone) : localStorage.removeItem(key); } catch {}
}
function apply() {
  for (const t of tones) root.classList.toggle(t, (mine || told) === t);
}
deck.move.tone = () => {
  const usual = told || tones.find((t) => t === root.dataset.scheme) || tones[+system.matches];
  const to = tones[+((mine || usual) === "light")];
  if (free) choose(to === usual ? "" : to);
  if (role !== "follow") window.live?.stage?.({tone: told = to});
  apply();
  $("#live").textContent = to;
};
on("stage", ({detail: {tone}}) => {
  if (tone === undefined || tone === told) return;
  told = tone;
  if (!role) choose(tone); // the other window of this file
  apply();
});
apply();
})();
