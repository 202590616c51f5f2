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
window.WebSocket = class extends window.WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("close", signInIfNeeded);
  }
};
