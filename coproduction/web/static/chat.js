// The chat page: talks to the chat API and shows the conversation. All text from outside goes in as text, never as HTML.

const find = (id) => document.getElementById(id);
const [chat, log, notice, status, retry, field] = ["chat", "log", "notice", "status", "retry", "text"].map(find);
const words = chat.dataset;
const labels = JSON.parse(find("labels").textContent);

const STORE = "coproduction-chat";
const REMEMBERED_MS = words.resumeHours * 3600 * 1000;
const WAITING_SHOWN_MS = 500;
const ANSWER_MS = 20000;
const RETRY_PAUSES_MS = [1000, 2000, 4000];
const NEXT_TRY_MS = 15000; // after those, for as long as the page is open
const WEBSITE_MS = 3000; // its answer; a website that only frames the page gives none
const DRAFT = "coproduction-draft";
const typesWithoutTouch = matchMedia("(pointer: fine)").matches;
const restingPlace = typesWithoutTouch ? field : log; // on a touch screen the field would bring up the keyboard

let state = null; // { conversation, token, at, pending?: { body, shown, key } }
let busy = false;
let elsewhere = false; // whether another tab remembers something newer
let lastTask = null;
let nextTry = 0;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
    this.gone = status === 404 || status === 401;
  }
}

// What the browser remembers

const storage = (() => {
  try {
    return localStorage;
  } catch {
    return null; // switched off, or refused to a frame
  }
})();

let website = null; // around a frame without storage, once it has answered: { origin, kept }

// A frame without storage asks the website around it to remember (embed.js). Only the configured ones may frame this page.
async function meetWebsite() {
  if (words.websites === undefined || storage || website) return;
  website = await new Promise((resolve) => {
    addEventListener("message", ({ source, origin, data }) => {
      const known = source === parent && words.websites.split(" ").includes(origin);
      if (known && data?.coproduction === "kept") resolve({ origin, kept: data.value });
    });
    parent.postMessage({ coproduction: "ask" }, "*");
    setTimeout(() => resolve(null), WEBSITE_MS);
  });
}

function remember() {
  const kept = state && JSON.stringify({ ...state, at: Date.now() });
  if (website) {
    website.kept = kept;
    parent.postMessage({ coproduction: "keep", value: kept, until: Date.now() + REMEMBERED_MS }, website.origin);
    return;
  }
  try {
    if (kept) storage.setItem(STORE, kept);
    else storage.removeItem(STORE);
  } catch { /* there is none: the chat works, a reload starts anew */ }
}

function remembered() {
  try {
    const stored = JSON.parse(website ? website.kept : storage.getItem(STORE));
    if (/^[\w-]+$/.test(stored.conversation) && Date.now() - stored.at < REMEMBERED_MS) return stored;
  } catch { /* nothing, or nothing of ours */ }
  remember(); // what is too old goes
  return null;
}

// What is being typed lasts through a reload, and goes with the tab.
function keepDraft() {
  try {
    sessionStorage.setItem(DRAFT, field.value);
  } catch { /* as above */ }
}

function write(text) {
  field.value = text;
  keepDraft();
}

function takeUpDraft() {
  field.value ||= find("plain-text")?.value || "";
  try {
    field.value ||= sessionStorage.getItem(DRAFT) || "";
  } catch { /* as above */ }
}

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Requests

const TOO_LONG = 413;
const PASSED = 409;
const FULL = 507; // trying again at once does not help: it says what to do instead

async function request(method, path, body, key) {
  const headers = { "Content-Type": "application/json" };
  if (state) headers.Authorization = `Bearer ${state.token}`;
  if (key) headers["Idempotency-Key"] = key;
  const options = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
  for (const pause of [...RETRY_PAUSES_MS, null]) {
    const answer = await attempt(path, options);
    if (answer) return answer;
    if (pause === null) throw new Error("unreachable");
    tell(words.retrying);
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

async function attempt(path, options) {
  let response, content;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout?.(ANSWER_MS) });
    content = await response.json();
  } catch {
    return null;
  }
  if (response.status >= 500 && response.status !== FULL) return null;
  if (!response.ok) throw new Refused(response.status, content.error.message);
  return content;
}

const messagesPath = () => `/api/conversations/${state.conversation}/messages`;

// What happens

async function begin(started) {
  await meetWebsite();
  if (await goOn(state || remembered())) return [];
  const turn = started || await request("POST", "/api/conversations", { language: words.language });
  state = { conversation: turn.conversation, token: turn.token };
  if (await goOn(state, turn.conversation)) return []; // another tab was faster
  const fresh = show(turn);
  bringIntoView(fresh.at(-1));
  return fresh;
}

// The server knows this browser's conversation too, from a cookie that scripts cannot read: so that the plain chat, with
// which someone may have begun, is the same one. It says which it is; in a frame without cookies that is ours.
async function goOn(known, shown) {
  if (!known && !words.session) return false;
  const told = known && { conversation: known.conversation, token: known.token };
  const { conversation, token } = await request("POST", "/chat/session", told);
  state = conversation === known?.conversation ? known : conversation ? { conversation, token } : null;
  words.session = "yes";
  remember();
  return state && conversation !== shown && resume();
}

async function resume() {
  try {
    const { pending } = state;
    const refused = pending && await finishPending();
    const turn = await request("GET", `/api/conversations/${state.conversation}`);
    if (turn.messages.length === log.querySelectorAll(".message").length) return true;
    const focused = log.contains(document.activeElement);
    log.replaceChildren();
    showHistory(turn.messages, pending && !refused);
    bringIntoView(show(turn).at(-1) || log.lastElementChild.lastElementChild);
    if (focused) (answerGroups().at(-1) || restingPlace).focus({ preventScroll: true });
    if (refused) blame(refused);
    return true;
  } catch (error) {
    if (!error.gone) throw error;
    state = null;
    remember();
    return false;
  }
}

// Another tab of this browser went on in the interview, or left it: so does this one, as soon as it can.
function takeUp() {
  if (!elsewhere || busy || !state || state.pending) return;
  elsewhere = false;
  const theirs = JSON.parse(storage.getItem(STORE));
  if (!theirs || theirs.pending) return;
  if (theirs.conversation !== state.conversation) log.replaceChildren();
  state = theirs;
  work(resume);
}

async function finishPending() {
  let refused = null;
  try {
    await request("POST", messagesPath(), state.pending.body, state.pending.key);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    giveBack(state.pending);
    refused = error;
  }
  delete state.pending;
  remember();
  return refused;
}

// Words that were not taken are the citizen's again, before newer ones.
function giveBack({ body }) {
  if (body.text !== undefined) write([body.text, field.value].filter(Boolean).join("\n"));
}

function send(body, shown) {
  if (busy || !state) return;
  if (!state.pending) {
    state.pending = { body, shown, key: newKey() };
    remember();
    addMessage({ author: "citizen", text: shown }).classList.add("pending");
    if (body.text === field.value) write("");
    bringIntoView(log.lastElementChild);
  }
  work(deliver);
}

async function deliver() {
  const { body, key } = state.pending;
  const bubble = log.querySelector(".pending");
  try {
    const turn = await request("POST", messagesPath(), body, key);
    bubble.classList.remove("pending");
    delete state.pending;
    remember();
    moveTo(show(turn), body.text !== undefined);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    giveBack(state.pending);
    if (error.gone) return anew(words.gone);
    bubble.remove();
    delete state.pending;
    remember();
    if (error.status === PASSED) await resume();
    if (body.text === undefined) return tell(error.message);
    blame(error);
    field.focus();
  }
}

async function anew(why = "", started = null) {
  await fetch("/chat/session", { method: "DELETE" });
  words.session = "";
  state = null;
  remember();
  log.replaceChildren();
  moveTo(await begin(started));
  tell(why);
}

// Another interview of the same person, linked with this one by a number that says nothing else.
async function another() {
  try {
    await anew("", await request("POST", "/api/conversations", { language: words.language, after: state.conversation }));
  } catch (error) {
    if (!error.gone) throw error;
    await anew();
  }
}

async function work(task) {
  if (busy) return;
  setBusy(true);
  lastTask = task;
  clearTimeout(nextTry);
  tell("");
  const waiting = setTimeout(() => tell(words.waiting), WAITING_SHOWN_MS);
  try {
    await task();
    if (status.textContent === words.waiting || status.textContent === words.retrying) tell("");
  } catch (error) {
    const refused = error instanceof Refused;
    tell(refused ? error.message : navigator.onLine ? words.failed : words.offline, true);
    if (!refused) nextTry = setTimeout(() => work(task), NEXT_TRY_MS);
  } finally {
    clearTimeout(waiting);
    setBusy(false);
    takeUp();
  }
}

// What is shown

function setBusy(value) {
  busy = value;
  for (const button of chat.querySelectorAll("button")) button.setAttribute("aria-disabled", value);
}

function tell(text, failed = false) {
  status.textContent = text;
  if (!failed && document.activeElement === retry) restingPlace.focus({ preventScroll: true });
  retry.hidden = !failed;
  notice.classList.toggle("failed", failed);
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
}

// Why what was typed was not taken, tied to the field; invalid it is only where other words would help.
function blame(refused) {
  tell(refused.message);
  if (refused.status === TOO_LONG) field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "status");
}

function show(turn) {
  const fresh = turn.messages.filter((message) => !find(message.id)).map((message) => addMessage(message));
  dropPassedChoices();
  showProgress(turn.progress);
  showKeeping(turn.suggestions);
  find("another").hidden = !turn.suggestions || Boolean(turn.messages.at(-1)?.question);
  return fresh;
}

// What was said before is there to be read, and not announced again; an answer that was missed is.
function showHistory(messages, missed) {
  const history = element("div", "history");
  history.setAttribute("aria-live", "off");
  log.append(history);
  const known = missed ? messages.map(({ author }) => author).lastIndexOf("citizen") + 1 : messages.length;
  for (const message of messages.slice(0, known)) addMessage(message, history);
}

// Buttons stay in the latest answer and on the latest cards; to change what was said before there is "Go back".
function dropPassedChoices() {
  const latestCards = [...log.querySelectorAll(".cards")].at(-1);
  const latestWords = [...log.querySelectorAll(".citizen")].at(-1);
  for (const choices of log.querySelectorAll(".choices")) {
    const passed = latestWords && choices.compareDocumentPosition(latestWords) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (passed && !latestCards?.contains(choices)) choices.remove();
  }
}

function showProgress({ answered, total }) {
  const bar = find("progress");
  bar.hidden = !total;
  Object.assign(bar.querySelector("progress"), { max: total || 1, value: answered });
  bar.querySelector("span").textContent = words.progress.replace("{answered}", answered).replace("{total}", total);
}

function showKeeping(address) {
  find("keeping").hidden = !address;
  if (address) find("keeping").querySelector("a").href = address;
}

function moveTo(fresh, typed) {
  const message = fresh[0];
  if (!message) return;
  bringIntoView(find("keeping"));
  bringIntoView(fresh.at(-1));
  if (message.getBoundingClientRect().top < 0) message.scrollIntoView(); // not all of it fits: where the answer begins
  // The log announces the message: the focus goes beside its words, so that they are read once.
  const answers = answerGroups().filter((group) => fresh.some((item) => item.contains(group)));
  const place = (typed && typesWithoutTouch && field) || answers[0] || restingPlace;
  place.focus({ preventScroll: true });
}

const answerGroups = () => [...log.querySelectorAll(".cards, .choices")];

function bringIntoView(item) {
  item?.scrollIntoView({ block: "nearest" });
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function addMessage(message, place = log) {
  const item = element("div", `message ${message.author}`);
  if (message.id) item.id = message.id;
  const text = element("p", "text");
  text.append(element("span", "hidden", message.author === "citizen" ? words.you : words.assistant), " ");
  text.append(...(message.author === "citizen" ? [citizenWords(message.text)] : withLinks(message.text)));
  item.append(text);
  const choices = message.choices || [];
  const cards = message.cards || [];
  if (cards.length) {
    item.classList.add("wide");
    const list = group("cards", words.suggestions);
    list.append(...cards.map((card, n) => cardOf(card, n + 1, choices.filter((choice) => choice.card === card.id))));
    item.append(list);
  }
  const others = choices.filter((choice) => !cards.some((card) => card.id === choice.card));
  if (others.length) item.append(buttons(others, words.answer, message.question && !cards.length));
  place.append(item);
  return item;
}

function citizenWords(text) {
  const spoken = element("span", "", text);
  spoken.dir = "auto";
  return spoken;
}

function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, n) => {
    if (n % 2 === 0) return part;
    const link = element("a", "", part);
    Object.assign(link, { href: part, target: "_blank", rel: "noopener noreferrer" });
    return link;
  });
}

function group(className, name) {
  const made = element("div", className);
  made.tabIndex = -1;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  return made;
}

function buttons(choices, name, numbered) {
  const made = group("choices", name);
  choices.forEach((choice, n) => {
    const button = element("button");
    button.type = "button";
    if (numbered) button.append(element("b", "", n + 1), " ");
    button.append(choice.title);
    button.addEventListener("click", () => send({ choice: choice.id }, choice.title));
    made.append(button);
  });
  return made;
}

// Cards

function cardOf(card, number, choices) {
  const item = find("card").content.firstElementChild.cloneNode(true);
  item.querySelector("h2").textContent = `${number}. ${card.title}`;
  const values = { ...card, effort: timeOf(card), company: labelled("company", card.company), place: placeOf(card), dates: datesOf(card) };
  for (const part of item.querySelectorAll("[data-field]")) fill(part, values[part.dataset.field]);
  if (choices.length) item.append(buttons(choices, card.title, false));
  return item;
}

function fill(part, value) {
  const isLink = part.matches("a");
  if (!value?.length || (isLink && !/^https?:\/\//i.test(value))) {
    (part.parentElement.matches("div, p") ? part.parentElement : part).remove();
  } else if (isLink) part.href = value;
  else if (Array.isArray(value)) part.append(...value.map((line) => element("li", "", line)));
  else part.textContent = value;
}

function labelled(question, codes) {
  if (codes === null || codes === undefined) return "";
  const parts = String(codes).split(/[\s,]+/);
  return parts.every((code) => labels[question][code]) ? parts.map((code) => labels[question][code]).join(" · ") : String(codes);
}

function timeOf({ minutes, effort }) {
  if (minutes >= 120) return words.hours.replace("{n}", Math.round(minutes / 30) / 2);
  if (minutes > 0) return words.minutes.replace("{n}", minutes);
  return String(effort) === "0" ? words.noTime : labelled("effort", effort);
}

function placeOf({ place, address }) {
  return [labelled("place", place), address].filter(Boolean).join(" – ");
}

function datesOf({ starts_on: starts, ends_on: ends }) {
  const day = (date) => new Date(`${date}T00:00`).toLocaleDateString(words.locale, { dateStyle: "long" });
  if (!starts && ends) return words.until.replace("{date}", day(ends));
  return [...new Set([starts, ends].filter(Boolean))].map(day).join(" – ");
}

// Controls

function submit(event) {
  event.preventDefault();
  if (field.value.trim()) send({ text: field.value }, field.value);
  else field.focus();
}

find("form").addEventListener("submit", submit);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
for (const button of find("quick").children) {
  button.addEventListener("click", () => send({ text: button.textContent }, button.textContent));
}
function ask(link) {
  find("linked").hidden = !link;
  find("sure").showModal();
}

find("another").addEventListener("click", () => busy || ask(true));
find("anew").addEventListener("click", () => {
  if (busy) return;
  if (log.querySelector(".citizen")) ask(false);
  else work(() => anew());
});
find("sure").addEventListener("close", ({ target }) => {
  if (target.returnValue === "yes") work(find("linked").hidden ? () => anew() : another);
  target.returnValue = "";
});
field.addEventListener("input", () => {
  keepDraft();
  if (field.hasAttribute("aria-describedby")) tell("");
});
addEventListener("online", () => {
  if (!retry.hidden) work(lastTask);
  else if (!busy) tell("");
});
addEventListener("offline", () => tell(words.offline));
addEventListener("storage", ({ key }) => {
  elsewhere ||= key === STORE;
  takeUp();
});
if (words.websites !== undefined) {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !find("sure").open) parent.postMessage({ coproduction: "close" }, "*");
  });
}
retry.addEventListener("click", () => work(lastTask));

// Leave room for the controls at the bottom when a message is brought into view. Where the keyboard of a phone
// leaves too little for them to stay there, the field goes to the lower edge, and the question stays above it.
function leaveRoom() {
  const composer = find("composer");
  const stays = getComputedStyle(composer).position === "sticky";
  document.documentElement.style.scrollPaddingBottom = `${(stays ? composer.offsetHeight : 0) + 16}px`;
  if (!stays && document.activeElement === field) field.scrollIntoView({ block: "end" });
}
new ResizeObserver(leaveRoom).observe(find("composer"));
addEventListener("resize", leaveRoom);
field.addEventListener("focus", leaveRoom);

// When the script comes late, the plain chat may be in use: something is typed, or on its way. Then that stays, and the
// script has its turn with the next page.
function isInUse(plain) {
  const shown = getComputedStyle(plain).visibility === "visible" && plain.querySelector("form");
  return shown && (navigator.userActivation?.hasBeenActive || plain.contains(document.activeElement));
}

if (isInUse(find("plain"))) {
  const focused = document.activeElement; // dropped when all is loaded, if the address names a place: after each form it does
  addEventListener("load", () => focused.focus({ preventScroll: true }));
} else {
  takeUpDraft();
  find("plain").remove();
  chat.hidden = false;
  work(begin);
}
