"use strict";
// All pages are of one application at the root: without this it would be looked for below each.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin };
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js", { scope: "/" });
}

// A session that has ended lets no page connect again: then the way leads to the sign-in, and back.
async function signInIfNeeded() {
  try {
    const answer = await fetch("/_stcore/host-config", { cache: "no-store" });
    if (answer.status === 401) {
      window.location.assign("/login?after=" + encodeURIComponent(window.location.pathname + window.location.search));
    }
  } catch {
    // No network, or the server starts anew: the page tries again by itself.
  }
}

// The first screen's figures stand in the page itself until the program has drawn the same, and what
// stands above them, or says why it does not. Somebody who has scrolled meanwhile stays where they are.
const TILES = ".stMain .tiles";
const INSTEAD = ".stMain [data-testid=stAlert], [role=dialog]";
const ENDED = "[data-test-script-state=notRunning] .stMain h1";
const UNDRAWN = ".stMain [data-testid=stSkeleton]"; // holds the place of what comes in a file of its own
const UNDRAWN_MS_MAX = 5000;
let last = 0; // the timer after which it is not waited for any longer
let late = false;
function isDrawn() {
  const tiles = document.querySelector(TILES);
  if (document.querySelector(INSTEAD)) return true;
  if (!tiles && !document.querySelector(ENDED)) return false;
  last ||= setTimeout(() => { late = true; takeOver(); }, UNDRAWN_MS_MAX);
  const place = document.querySelector(UNDRAWN);
  const below = tiles && place && tiles.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING;
  return !place || below || late;
}
function takeOver() {
  const atOnce = document.getElementById("at-once");
  if (atOnce && !isDrawn()) return;
  if (!atOnce && document.readyState === "loading") return;
  drawing.disconnect();
  clearTimeout(last);
  const main = document.querySelector(".stMain");
  const scrolled = atOnce?.scrollTop;
  atOnce?.remove();
  if (main && scrolled) main.scrollTop = scrolled;
}
const drawing = new MutationObserver(takeOver);
document.addEventListener("DOMContentLoaded", () => {
  const program = document.getElementById("program");
  const begin = () => document.body.append(program.content);
  if (program && document.hidden) begin();
  else if (program) requestAnimationFrame(() => setTimeout(begin)); // after they are painted
});
drawing.observe(document, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });

// It keeps how wide somebody has drawn the sidebar: beside it stands what is seen first.
const wide = Number.parseInt(localStorage.getItem("sidebarWidth") ?? "", 10);
if (wide) document.documentElement.style.setProperty("--sidebar-chosen", `${wide}px`);

// What Streamlit says of a lost connection is for developers; this is for whoever works here.
const [LOST, LOST_WHAT_NOW] = {lost};
const watcher = new MutationObserver(() => {
  for (const title of document.querySelectorAll("[role=dialog] h2")) {
    const said = title.nextElementSibling;
    if (title.textContent !== "Connection error" || !said) continue;
    title.firstChild.data = LOST;
    const words = said.cloneNode(false); // with the room that it leaves at its edges
    words.textContent = LOST_WHAT_NOW;
    said.hidden = true;
    said.after(words);
  }
});
window.WebSocket = class extends window.WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("open", () => watcher.disconnect());
    this.addEventListener("close", () => watcher.observe(document, { childList: true, subtree: true }));
    this.addEventListener("close", signInIfNeeded);
  }
};
