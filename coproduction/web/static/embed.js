// Adds a button that opens the chat in a frame. Everything is in a shadow tree with a style sheet of its own, so that
// the page's styles and ours cannot touch each other; nothing is inline, so that a strict policy of the page allows it.
(() => {
  const script = document.currentScript;
  const { label = "Chat", close = "Close the chat", position = "right", language } = script.dataset;
  const origin = new URL(script.src).origin;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  const host = document.createElement("coproduction-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; display: block !important; }
    button { font: 600 16px/1.3 system-ui, sans-serif; min-height: 44px; min-width: 44px; padding: 8px 16px; cursor: pointer;
      color: #fff; background: #23211d; border: 2px solid #fff; border-radius: 24px; }
    button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px; }
    .open, .panel { position: fixed; z-index: 2147483000; bottom: 16px; ${position === "left" ? "left" : "right"}: 16px; }
    .panel { display: flex; flex-direction: column; width: min(420px, calc(100vw - 32px)); height: min(680px, calc(100dvh - 32px));
      background: #fff; border: 2px solid #23211d; border-radius: 12px; overflow: hidden; }
    .panel button { align-self: flex-end; border-radius: 8px; margin: 4px; }
    iframe { flex: 1; width: 100%; border: 0; }
    [hidden] { display: none !important; }
    @media (prefers-color-scheme: dark) { .panel { background: #23211d; border-color: #fff; } button:focus-visible { outline-color: #9db9ff; } }
    @media (max-width: 480px) { .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
  `);
  root.adoptedStyleSheets = [sheet];

  const open = make("button", { type: "button", className: "open", textContent: label });
  open.setAttribute("aria-expanded", "false");
  const panel = make("div", { className: "panel", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  const shut = make("button", { type: "button", textContent: close });
  panel.append(shut);
  root.append(open, panel);
  let frame = null;

  // Whether the chat was open, for as long as the tab lives: a page that is left for another one opens it again.
  const OPEN = "coproduction-chat-open";
  function remember(isOpen) {
    try {
      sessionStorage.setItem(OPEN, isOpen ? "yes" : "no");
    } catch { /* storage is switched off: the chat is closed after a reload */ }
  }
  function wasOpen() {
    try {
      return sessionStorage.getItem(OPEN) === "yes";
    } catch {
      return false;
    }
  }

  function show() {
    if (!frame) {
      const address = new URL("/embed", origin);
      if (language) address.searchParams.set("language", language);
      frame = make("iframe", { src: address.href, title: label });
      panel.append(frame);
    }
    panel.hidden = false;
    open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    remember(true);
  }

  function hide() {
    panel.hidden = true;
    open.hidden = false;
    open.setAttribute("aria-expanded", "false");
    remember(false);
    open.focus();
  }

  open.addEventListener("click", () => {
    show();
    frame.focus();
  });
  shut.addEventListener("click", hide);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) hide();
  });
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === origin && event.data === "coproduction-close") hide();
  });
  const add = () => {
    document.body.append(host);
    if (wasOpen()) show(); // the focus stays where it is
  };
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add);
})();
