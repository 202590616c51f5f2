"use strict";
// Keeps one page for the time without a network, and nothing of anybody's books.
const KEPT = "net30-1";
const PAGES = ["/offline", "/app/static/icon-192.png"];

self.addEventListener("install", (event) => {
  // Scripts, styles and data go straight to the network: only whole pages are looked after here.
  if (event.addRoutes) {
    const modes = ["cors", "no-cors", "same-origin"].map((requestMode) => ({ requestMode }));
    event.addRoutes({ condition: { or: modes }, source: "network" });
  }
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PAGES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.registration.navigationPreload?.enable()) // a page is asked for while this wakes
      .then(() => self.clients.claim()),
  );
});

async function pageOf(event) {
  return (await event.preloadResponse) || fetch(event.request);
}

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(pageOf(event).catch(() => caches.match("/offline")));
  }
});
