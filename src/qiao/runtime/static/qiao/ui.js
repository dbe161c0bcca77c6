// Behaviour of the frame: the side panel, menus, refusals, a busy line, drafts, charts and maps on demand.
// No inline code and no eval: the content security policy forbids both.
(() => {
  "use strict";
  const texts = () => JSON.parse(document.getElementById("q-texts")?.textContent || "{}");
  const say = (text) => texts()[text] || text;
  window.qiao = { say };
  const on = (name, act) => document.addEventListener(name, act);

  // The site's token for requests that change something.
  on("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
  });

  // A refusal of something that was read stands where the content would; of something written, above the page.
  on("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status < 400 || requestConfig.verb === "get") return;
    if (!xhr.responseText.includes("q-refusal")) return;  // a form that comes back with its errors
    event.detail.target = document.getElementById("q-alerts");
    event.detail.swapOverride = "innerHTML";
    window.scrollTo({ top: 0 });
  });
  const complain = (text) => {
    const box = document.createElement("div");
    box.className = "q-notice q-tone-bad";
    box.setAttribute("role", "alert");
    const line = document.createElement("div");
    line.textContent = text;
    box.append(line);
    document.getElementById("q-alerts")?.replaceChildren(box);
  };
  on("htmx:sendError", () => complain(say("The connection failed; nothing was saved. Check the network and try again.")));
  on("htmx:timeout", () => complain(say("The server took too long or is not reachable.")));

  // A place shows what was asked for last: an older answer that comes late (a filter still on its way when a
  // heading was clicked) neither replaces it nor changes the address.
  const asked = new WeakMap();
  on("htmx:beforeRequest", (event) => { asked.set(event.detail.target, event.detail.xhr); });
  on("htmx:beforeOnLoad", (event) => {
    const { xhr, target, requestConfig } = event.detail;
    if (requestConfig.verb === "get" && asked.get(target) !== xhr) event.preventDefault();
  });

  // A thin line above the page, only when the server needs longer than a blink.
  let waiting = 0, timer = 0;
  const settle = () => {
    waiting = Math.max(0, waiting - 1);
    if (!waiting) { clearTimeout(timer); document.documentElement.classList.remove("q-is-busy"); }
  };
  on("htmx:beforeRequest", () => {
    if (!waiting++) timer = setTimeout(() => document.documentElement.classList.add("q-is-busy"), 300);
  });
  on("htmx:afterRequest", settle);

  // A question that takes long can be stopped: the page gives it a name, and whichever process answers looks for it.
  let run = "", runTimer = 0, asker = null;
  const bar = () => document.querySelector("[data-running]");
  const stopRun = () => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    fetch(bar().dataset.running, { method: "POST", body: new URLSearchParams({ run }), headers: { "X-CSRFToken": token } });
  };
  on("htmx:configRequest", (event) => {
    if (!event.detail.target?.hasAttribute?.("data-stoppable") || !bar()) return;
    if (run) stopRun();  // nobody waits for the older question any more
    run = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    asker = event.detail.elt;
    event.detail.headers["X-Qiao-Run"] = run;
    clearTimeout(runTimer);
    runTimer = setTimeout(() => { bar().hidden = false; }, 500);
  });
  on("htmx:afterRequest", (event) => {
    if (!run || event.detail.requestConfig?.headers["X-Qiao-Run"] !== run) return;
    clearTimeout(runTimer);
    run = "";
    bar().hidden = true;
  });
  on("click", (event) => {
    if (!run || !event.target.closest?.("[data-running] button")) return;
    stopRun();
    window.htmx.trigger(asker, "htmx:abort");
  });

  // Side panel: whatever is loaded into it opens it.
  on("htmx:afterSwap", (event) => {
    const panel = document.getElementById("q-panel");
    if (event.detail.target.id === "q-panel-body" && panel && !panel.open) panel.showModal();
    if (event.detail.target.id === "q-tab") event.detail.target.querySelector("h2, h3")?.focus?.();
  });
  on("click", (event) => {
    const panel = document.getElementById("q-panel");
    if (event.target === panel) panel.close();  // a click on the backdrop
  });

  // A figure of a table opens its explanation; one address a cell would double a large table's size as attributes.
  on("click", (event) => {
    const cell = event.target.closest?.("a[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || !document.getElementById("q-panel")) return;
    event.preventDefault();
    window.htmx.ajax("GET", cell.href, "#q-panel-body");
  });

  // Tabs: mark the open one.
  on("htmx:afterRequest", (event) => {
    const tab = event.detail.elt;
    if (!event.detail.successful || !tab.matches?.("[data-tab]")) return;
    for (const other of tab.parentElement.children) {
      other.classList.toggle("here", other === tab);
      if (other === tab) other.setAttribute("aria-current", "page"); else other.removeAttribute("aria-current");
    }
  });

  // Of more tabs than a phone is wide the open one is in sight.
  on("DOMContentLoaded", () => document.querySelector(".q-tabs .here")?.scrollIntoView({ block: "nearest", inline: "center" }));

  // Menus close on a click elsewhere and on Escape; "/" leads to the search.
  on("click", (event) => {
    for (const menu of document.querySelectorAll("details.q-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  on("click", (event) => {
    const button = event.target.closest?.("[data-toggle]");
    if (!button) return;
    const open = document.querySelector(button.dataset.toggle).classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
  on("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.q-menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const palette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (palette || (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey)) {
      const search = document.getElementById("q-search");
      if (search) { event.preventDefault(); search.focus(); }
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest?.(".q-search")) walkHits(event);
  });
  const walkHits = (event) => {
    const stops = [...event.target.closest(".q-search").querySelectorAll("input[type=search], .q-search-hits a")];
    const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  };

  // Charts and maps: their libraries come only with the first of them on the page.
  const loaded = new Map();
  const load = (url) => {
    if (!loaded.has(url)) {
      loaded.set(url, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loaded.get(url);
  };
  const loadAll = async (urls) => { for (const url of urls.split(" ")) await load(url); };
  const draw = async (root) => {
    const find = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    const charts = find("[data-chart]"), maps = find("[data-map]");
    if (charts.length) { await loadAll(document.body.dataset.charts); charts.forEach((spot) => window.qiao.drawChart(spot)); }
    if (maps.length) {
      if (!document.querySelector("link[data-leaflet]")) {
        const link = document.createElement("link");
        link.rel = "stylesheet"; link.href = document.body.dataset.mapCss; link.dataset.leaflet = "";
        document.head.append(link);
      }
      await loadAll(document.body.dataset.maps);
      maps.forEach((spot) => window.qiao.drawMap(spot));
    }
  };
  on("htmx:load", (event) => { draw(event.detail.elt); });

  // What scrolls in its own box is reached by keyboard and has a name.
  on("htmx:load", (event) => {
    for (const box of event.detail.elt.querySelectorAll?.(".q-scroll:not([tabindex])") || []) {
      const name = box.closest(".q-card, section, figure, main")?.querySelector("h1, h2, h3, figcaption");
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", (name || document.querySelector("h1"))?.textContent.trim() || document.title);
    }
  });

  // A form that came back with errors: lead the reader to their summary.
  on("htmx:load", (event) => event.detail.elt.querySelector?.('form[method="post"] [data-focus]')?.focus());

  on("click", (event) => { if (event.target.closest?.("[data-print]")) window.print(); });

  // An upload tells how far it is.
  on("htmx:xhr:progress", (event) => {
    const bar = event.target.closest?.("[data-uploading]")?.querySelector("progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = 100 * event.detail.loaded / event.detail.total;
  });

  // Drafts: what was typed survives a closed tab, on this device, until it is sent.
  const keep = (form) => {
    const key = `qiao-draft:${form.dataset.draft}`;
    const fields = () => [...form.elements].filter((f) => f.name && !["hidden", "password", "file"].includes(f.type));
    const stored = JSON.parse(localStorage.getItem(key) || "null");
    const untouched = !form.querySelector(".q-field-bad");
    if (stored && untouched) {
      for (const field of fields()) {
        if (!(field.name in stored)) continue;
        if (field.type === "checkbox" || field.type === "radio") field.checked = stored[field.name].includes(field.value);
        else field.value = stored[field.name][0] ?? "";
      }
      tellDraft(form, key);
    }
    form.addEventListener("input", () => {
      const values = {};
      for (const field of fields()) {
        if ((field.type === "checkbox" || field.type === "radio") && !field.checked) { values[field.name] ??= []; continue; }
        (values[field.name] ??= []).push(field.value);
      }
      localStorage.setItem(key, JSON.stringify(values));
    });
    form.addEventListener("submit", () => localStorage.removeItem(key));
  };
  const tellDraft = (form, key) => {
    const note = document.createElement("div"), discard = document.createElement("button");
    note.className = "q-notice q-tone-info";
    discard.type = "button"; discard.className = "q-link-button"; discard.textContent = say("Discard the draft");
    discard.addEventListener("click", () => { localStorage.removeItem(key); form.reset(); note.remove(); });
    const line = document.createElement("div");
    line.append(say("A draft from this device was restored."), " ", discard);
    note.append(line);
    form.prepend(note);
  };
  on("htmx:load", (event) => { for (const form of event.detail.elt.querySelectorAll?.("form[data-draft]") || []) keep(form); });

  on("click", (event) => { if (event.target.closest?.("[data-print]")) window.print(); });

  // Notifications in this browser: asks the browser for a subscription and hands it to the server.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  on("click", async (event) => {
    const button = event.target.closest?.("[data-push-key]");
    if (!button) return;
    try {
      if (!("serviceWorker" in navigator) || !("PushManager" in window)) throw new Error("none");
      await navigator.serviceWorker.register("/sw.js");
      const ready = await navigator.serviceWorker.ready;
      const subscription = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(button.dataset.pushKey) });
      const body = new URLSearchParams({ subscription: JSON.stringify(subscription) });
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(button.dataset.pushUrl, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!answer.ok) throw new Error("refused");
      window.location.reload();
    } catch {
      complain(say("This browser cannot be notified. It needs an HTTPS address and your permission."));
    }
  });
})();
