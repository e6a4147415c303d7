// Of pages that `kit preview` serves, and of no others: reloads the page when there is a newer one, keeping the place, and
// says at its foot what is being made, or what is wrong.
"use strict";
(() => {
  const { page, version } = document.currentScript.dataset;
  const key = `kit-preview ${location.pathname}`;
  const folds = () => [...document.querySelectorAll("main details")];
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (kept) {
    sessionStorage.removeItem(key);
    folds().forEach((fold, number) => { fold.open = kept.open.includes(number); });
    history.scrollRestoration = "manual";
    const back = () => scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    back();
    addEventListener("load", () => { back(); history.scrollRestoration = "auto"; });
  }

  const bar = document.createElement("div");
  bar.id = "kit-preview";
  bar.setAttribute("role", "status");
  bar.hidden = true;
  document.body.append(bar);
  const say = (text, wrong) => {
    bar.textContent = text;
    bar.hidden = !text;
    bar.style.cssText = "position:fixed;left:0;right:0;bottom:0;z-index:1000;padding:.5rem 1rem;white-space:pre-line;"
      + "max-height:40vh;overflow:auto;font:14px/1.4 system-ui,sans-serif;color:#fff;"
      + `background:${wrong ? "#9b1c1c" : "#1f2937"};display:${text ? "block" : "none"}`;
  };

  const hear = (event) => {
    const told = JSON.parse(event.data);
    say(told.text, told.wrong);
    if ((told.pages[page] ?? "") === version) return;
    const open = folds().flatMap((fold, number) => (fold.open ? [number] : []));
    sessionStorage.setItem(key, JSON.stringify({ x: scrollX, y: scrollY, open }));
    location.reload();
  };
  // A browser opens six connections to a server at most: tabs in the background do without.
  let events = null;
  const follow = () => {
    if (events) events.close();
    events = document.hidden ? null : new EventSource("/preview-events");
    if (!events) return;
    events.onmessage = hear;
    events.onerror = () => say("The preview has ended: this page no longer follows the files.", true);
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => events && events.close());
  follow();
})();
