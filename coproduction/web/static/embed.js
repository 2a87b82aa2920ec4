// Adds a button that opens the chat in a frame. Everything is in a shadow tree with a style sheet of its own, so that
// the page's styles and ours cannot touch each other; nothing is inline, so that a strict policy of the page allows it.
// The server adds the call of this function, with the council's name and colours.
(({ name, contact, colours }) => {
  const script = document.currentScript;
  const { label = `Chat with ${name}`, close = "Close the chat", again = "Go on with the chat", position = "right", language,
    missing = "The chat cannot be reached at the moment. You can talk to a person:", retry = "Try again" } = script.dataset;
  const { origin } = new URL(script.src);
  const make = (kind, properties, ...children) => {
    const made = Object.assign(document.createElement(kind), properties);
    made.append(...children);
    return made;
  };

  const host = make("coproduction-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  // What lies on the website's own ground has two colours, of which one can always be seen.
  sheet.replaceSync(`${colours}
    :host { all: initial !important; display: block !important; }
    button { font: 600 16px/1.3 system-ui, sans-serif; min-height: 44px; min-width: 44px; padding: 8px 16px; cursor: pointer;
      color: var(--on-brand); background: var(--brand); border: 2px solid var(--on-brand); border-radius: 24px; }
    button:focus-visible { outline: 3px solid var(--focus); box-shadow: 0 0 0 6px var(--page); }
    .open, dialog { position: fixed; z-index: 2147483000; inset: auto; bottom: 16px; ${position === "left" ? "left" : "right"}: 16px; }
    .open { max-width: calc(100vw - 32px); overflow-wrap: anywhere; }
    dialog { margin: 0; padding: 0; width: min(420px, calc(100vw - 32px)); height: min(720px, calc(100dvh - 32px));
      max-width: none; max-height: none; color: var(--text); background: var(--page);
      border: 2px solid var(--brand); border-radius: 12px; overflow: hidden; }
    dialog[open] { display: flex; flex-direction: column; }
    .bar { display: flex; align-items: center; justify-content: space-between; gap: 8px; padding: 6px 8px 6px 16px;
      font: 600 16px/1.3 system-ui, sans-serif; overflow-wrap: anywhere; border-bottom: 3px solid var(--brand); }
    .bar button { flex: none; max-width: 60%; border-radius: 8px; }
    iframe { flex: 1; width: 100%; border: 0; }
    .missing { padding: 16px; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
    a { color: var(--link); display: table; padding: 10px 0; }
    a:focus-visible { outline: 3px solid var(--focus); }
    [hidden] { display: none !important; }
    @media (max-width: 480px) { dialog { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
    @media (forced-colors: active) { button:focus-visible { outline-color: Highlight; } }
  `);
  root.adoptedStyleSheets = [sheet];

  const open = make("button", { type: "button", className: "open", textContent: label });
  open.setAttribute("aria-expanded", "false");
  const shut = make("button", { type: "button", textContent: close });
  const reload = make("button", { type: "button", textContent: retry });
  const missed = make("div", { className: "missing", hidden: true }, make("p", { textContent: missing }),
    make("p", {}, contact.name,
      make("a", { href: `tel:${contact.phone.replace(/[^+\d]/g, "")}`, textContent: contact.phone }),
      make("a", { href: `mailto:${contact.email}`, textContent: contact.email })), reload);
  missed.setAttribute("role", "alert");
  const panel = make("dialog", {}, make("div", { className: "bar" }, make("span", { textContent: name }), shut), missed);
  panel.setAttribute("aria-label", label);
  root.append(open, panel);
  let frame = null;

  function stored(storage, key) {
    try {
      return window[storage].getItem(key);
    } catch {
      return null; // switched off
    }
  }

  function store(storage, key, value) {
    try {
      if (value === null) window[storage].removeItem(key);
      else window[storage].setItem(key, value);
    } catch { /* switched off: after a reload the chat is closed, or starts anew */ }
  }

  // Whether the chat was open, for as long as the tab lives: a page that is left for another one opens it again.
  const OPEN = "coproduction-chat-open";

  // To a frame that the browser refuses storage, this website gives back what the frame has to remember: which conversation
  // is the visitor's, and the key to it. Past its time it goes, whether or not the chat is opened again.
  const KEPT = `coproduction-chat ${origin}`;
  function kept() {
    const item = JSON.parse(stored("localStorage", KEPT));
    if (item && item.until > Date.now()) return item.value;
    store("localStorage", KEPT, null);
    return null;
  }

  // Where the chat covers all of the page, nothing beneath it can take the focus. Elsewhere it leaves the focus where it is.
  const narrow = matchMedia("(max-width: 480px)");
  const put = () => (narrow.matches ? panel.showModal() : (panel.open = true));

  // A page of ours says that it is there (embedded.js). The browser's own page for one that does not come says nothing.
  let heard = false;
  let watch = 0;
  function expectPage(ms) {
    clearTimeout(watch);
    watch = setTimeout(() => turnTo(missed, reload), ms);
  }
  function turnTo(part, target) {
    const focused = [frame, reload].includes(root.activeElement);
    frame.hidden = part !== frame;
    missed.hidden = part !== missed;
    if (focused) target.focus();
  }

  function load() {
    const address = new URL("/embed", origin);
    if (language) address.searchParams.set("language", language);
    frame ??= make("iframe", { title: label, onload: () => heard || expectPage(1000) });
    heard = false;
    frame.src = address.href;
    expectPage(10000);
  }

  function show() {
    if (!frame) {
      load();
      panel.append(frame);
    }
    put();
    open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    store("sessionStorage", OPEN, "yes");
  }

  open.addEventListener("click", () => {
    show();
    frame.focus();
  });
  shut.addEventListener("click", () => panel.close());
  reload.addEventListener("click", () => {
    turnTo(frame, frame);
    load();
  });
  panel.addEventListener("close", () => {
    if (panel.open) return; // it only changed its place
    open.hidden = false;
    open.textContent = label;
    open.setAttribute("aria-expanded", "false");
    store("sessionStorage", OPEN, null);
    if ([document.body, host].includes(document.activeElement)) open.focus(); // else the focus was not in the chat
  });
  narrow.addEventListener("change", () => {
    if (!panel.open) return;
    const focused = root.activeElement;
    panel.close();
    put();
    focused?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && panel.open) panel.close();
  });
  window.addEventListener("message", ({ source, origin: from, data }) => {
    if (!frame || source !== frame.contentWindow || from !== origin) return;
    if (data.coproduction === "here") {
      heard = true;
      clearTimeout(watch);
      turnTo(frame, frame);
    }
    if (data.coproduction === "close") panel.close();
    if (data.coproduction === "ask") source.postMessage({ coproduction: "kept", value: kept() }, origin);
    if (data.coproduction === "keep") store("localStorage", KEPT, data.value && JSON.stringify({ value: data.value, until: data.until }));
  });
  const add = () => {
    document.body.append(host);
    kept();
    if (!stored("sessionStorage", OPEN)) return;
    if (narrow.matches) open.textContent = again; // it would cover a page that one has just asked for
    else show();
  };
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add);
})
