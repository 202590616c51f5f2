"use strict";
// All pages are of one application at the root: without this it would be looked for below each.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin };
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js", { scope: "/" });
}
