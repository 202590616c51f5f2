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

// What Streamlit says of a lost connection is for developers; this is for whoever works here.
const [LOST, LOST_WHAT_NOW] = {lost};
const watcher = new MutationObserver(() => {
  for (const title of document.querySelectorAll("[role=dialog] h2")) {
    const said = title.nextElementSibling;
    if (title.textContent !== "Connection error" || !said) continue;
    title.firstChild.data = LOST;
    said.hidden = true;
    said.insertAdjacentHTML("afterend", "<p></p>");
    said.nextElementSibling.textContent = LOST_WHAT_NOW;
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
