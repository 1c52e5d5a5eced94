// Keeps a copy of the app on this device, so that it opens with no network. Hosts without HTTPS cannot, and the app works
// without. A newer version found while the app is open waits until every tab has been closed: no form is lost to it.
if ("serviceWorker" in navigator && isSecureContext) {
  addEventListener("load", () => {
    navigator.serviceWorker.register(new URL("sw.js", document.baseURI), { updateViaCache: "none" }).catch((reason) => {
      console.info("The app is not kept for offline use:", String(reason));
    });
  });
}
