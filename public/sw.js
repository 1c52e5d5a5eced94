// Serves the app from this device. The build fills in the files and a version drawn from their content, so one version's
// files are never mixed with another's, also those whose names carry no digest.
const VERSION = "development";
const FILES = [];
// Programs few need: kept once they have been used.
const LATER = [];

const CACHE = `huiyin-app-${VERSION}`;
const LATER_ADDRESSES = new Set(LATER.map((file) => new URL(file, registration.scope).href));
const ADDRESSES = new Set(FILES.map((file) => new URL(file, registration.scope).href));
const HOME = new URL("index.html", registration.scope).href;
const NAMED_BY_CONTENT = /-[0-9a-f]{16}[._]/;
// Files that other programs share with the app wait here until the page takes them (src/shell/shared_files.rs).
const SHARED = "huiyin-shared";
const SHARE_TARGET = new URL("share", registration.scope).href;
// The relay answers these itself.
const NOT_OURS = /\/(healthz|metrics|ws)$/;

addEventListener("install", (event) => {
  // Names with a digest never change what they hold: what the page has just loaded is not loaded again.
  const request = (file) => new Request(new URL(file, registration.scope), { cache: NAMED_BY_CONTENT.test(file) ? "default" : "reload" });
  const requests = FILES.map(request);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

addEventListener("activate", (event) => {
  const outdated = (name) => name.startsWith("huiyin-app-") && name !== CACHE;
  const remove = async () => Promise.all((await caches.keys()).filter(outdated).map((name) => caches.delete(name)));
  event.waitUntil(remove());
});

/** Keeps the files of a form that was sent to the app, and opens the app on them. */
async function keepShared(request) {
  const home = new URL("./", registration.scope).href;
  try {
    const form = await request.formData();
    const files = [...form.values()].filter((value) => typeof value !== "string" && value.size > 0);
    const cache = await caches.open(SHARED);
    for (const [at, file] of files.entries()) {
      const key = new URL(`shared/${Date.now()}-${at}`, registration.scope).href;
      await cache.put(key, new Response(file, { headers: { "X-File-Name": encodeURIComponent(file.name) } }));
    }
  } catch (reason) {
    // A full device keeps nothing more; the file stays where it was shared from.
    console.info("The shared file could not be kept:", String(reason));
  }
  return Response.redirect(home, 303);
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "POST" && url.href === SHARE_TARGET) return event.respondWith(keepShared(event.request));
  if (event.request.method !== "GET" || url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  // Every screen has an address of its own; all of them are the one page. The files of the app have theirs.
  const own = url.origin + url.pathname;
  const wanted = event.request.mode === "navigate" && !ADDRESSES.has(own) ? HOME : own;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(wanted);
    if (kept) return kept;
    const fetched = await fetch(event.request);
    if (fetched.ok && LATER_ADDRESSES.has(wanted)) event.waitUntil(cache.put(wanted, fetched.clone()));
    return fetched;
  };
  event.respondWith(answer());
});

// A reminder opens its case: in a window that is open already, or in a new one.
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.path ?? "./", registration.scope).href;
  const open = async () => {
    const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
    const [first] = windows;
    if (!first) return clients.openWindow(target);
    await first.focus();
    return first.navigate(target).catch(() => clients.openWindow(target));
  };
  event.waitUntil(open());
});
