// The live page. Runs in the browser as it stands: no build, no framework.
//
// Whatever comes from a panel or a configuration becomes a text node and never HTML; the Content-Security-Policy
// (trusted types) holds that line.

const ALARMS_SHOWN = 50;
const SITES_SHOWN = 100;
const FAULTS_SHOWN = 8;
const POLL_MS = 3000;
const POLL_MANY_SITES_MS = 10000;
const FETCH_TIMEOUT_MS = 8000;
const HEARD_MS = 10000;
const HEARD_MAX = 2000;

const $ = (id) => document.getElementById(id);

/** Makes an element; strings among the children become text nodes. */
function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value !== undefined && value !== null) el.setAttribute(key, String(value));
  }
  el.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return el;
}

function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

function setTone(el, tone, text) {
  el.dataset.tone = tone;
  setText(el, text);
}

// ---------------------------------------------------------------------------------------------------- numbers, times

const pad = (n) => String(n).padStart(2, "0");

/** Milliseconds since the epoch of an RFC 3339 date, fractions of a millisecond kept. */
function instant(text) {
  const match = /^(.*\.\d{3})(\d*)Z$/.exec(text ?? "");
  return match === null ? Date.parse(text) : Date.parse(`${match[1]}Z`) + Number(`0.${match[2] || 0}`);
}

function localTime(ms) {
  const d = new Date(ms);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

function localDay(ms) {
  const d = new Date(ms);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
}

/** Keeps a number and its unit on one line. */
const NBSP = "\u00a0";

/** How long, in the two units that matter. */
function span(ms) {
  if (!Number.isFinite(ms)) return "?";
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s}${NBSP}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${NBSP}min ${pad(s % 60)}${NBSP}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}${NBSP}h ${pad(Math.floor(s / 60) % 60)}${NBSP}min`;
  return `${Math.floor(s / 86400)}${NBSP}d ${Math.floor(s / 3600) % 24}${NBSP}h`;
}

/** How long one hop took. */
function took(ms) {
  if (!Number.isFinite(ms)) return "?";
  if (ms < 0) return `−${took(-ms)}`;
  if (ms < 10) return `${Math.round(ms * 10) / 10}${NBSP}ms`;
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)}${NBSP}s`;
  return span(ms);
}

function bytes(n) {
  if (n < 1024) return `${n} B`;
  if (n < 1048576) return `${(n / 1024).toFixed(0)} KiB`;
  return `${(n / 1048576).toFixed(1)} MiB`;
}

const count = (n) => n.toLocaleString("en").replaceAll(",", "\u202f");
const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;

// ------------------------------------------------------------------------------------------------------------- state

const state = {
  /** The last answer of /api/status, and when it came on this page's own clock. */
  status: undefined,
  statusAt: 0,
  /** Gateway clock minus this machine's clock, in ms: ages of alarms are told by the gateway's clock. */
  skew: 0,
  /** Alarms by id. */
  alarms: new Map(),
  /** Rows by id. */
  rows: new Map(),
  feed: "connecting",
  poll: "connecting",
  /** What the gateway said when it answered with an error. */
  trouble: "",
  /** Why the alarms could not be fetched. */
  alarmsTrouble: "",
  /** Whether a list of alarms has come since the page was opened: what comes later is new. */
  sawAlarms: false,
  lostAt: 0,
};

const gatewayNow = () => Date.now() + state.skew;
const link = () => {
  if (state.poll === "lost") return "lost";
  if (state.poll === "connecting" || state.feed === "connecting") return "connecting";
  return state.feed === "lost" ? "polling" : "live";
};

// -------------------------------------------------------------------------------------------------------- connection

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), cache: "no-store" });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(body.message ?? `HTTP ${answer.status}`), { answered: true });
  return body;
}

let pollTimer;
let polling = false;

/** Asks for the status; also the watchdog that notices a cut cable, which an event stream does not. */
async function poll() {
  if (polling) return;
  polling = true;
  clearTimeout(pollTimer);
  try {
    const status = await ask("api/status");
    const restarted = state.status !== undefined && state.status.startedAt !== status.startedAt;
    const back = state.poll !== "ok" || restarted || state.feed !== "ok" || state.alarmsTrouble !== "";
    state.status = status;
    state.statusAt = performance.now();
    state.skew = instant(status.now) - Date.now();
    state.poll = "ok";
    if (back) refreshAlarms();
    renderStatus();
  } catch (error) {
    if (state.poll !== "lost") state.lostAt = Date.now();
    state.poll = "lost";
    state.trouble = error.answered ? error.message : "";
  }
  polling = false;
  renderLink();
  const many = (state.status?.sites.length ?? 0) > 1000;
  pollTimer = setTimeout(poll, many ? POLL_MANY_SITES_MS : POLL_MS);
}

let soonTimer;
/** Asks again shortly, once, however many events call for it. */
function pollSoon() {
  soonTimer ??= setTimeout(() => {
    soonTimer = undefined;
    poll();
  }, 400);
}

let alarmsTimer;
let alarmsAt = -Infinity;
/** Fetches the latest alarms, at most once a second. */
function refreshAlarms() {
  alarmsTimer ??= setTimeout(async () => {
    alarmsAt = performance.now();
    try {
      takeAlarms(await ask(`api/alarms?limit=${ALARMS_SHOWN}`));
      state.alarmsTrouble = "";
    } catch (error) {
      // Asked again with the next status.
      state.alarmsTrouble = error.answered ? error.message : "The alarms could not be fetched.";
    }
    alarmsTimer = undefined;
    renderAlarmsNote();
    if (state.alarmsTrouble === "" && newcomersMissing()) refreshAlarms();
  }, Math.max(0, alarmsAt + 1000 - performance.now()));
}

/**
 * The hops heard in the last seconds. The journal may be a moment behind what was told live, so a list fetched after a
 * hop was heard need not contain it.
 */
let heard = [];

function remember(id, hop) {
  const now = performance.now();
  heard = heard.filter((each) => now - each.at < HEARD_MS).slice(-HEARD_MAX);
  heard.push({ id, hop, at: now });
}

/** True while an alarm that announced itself is not in the list yet. */
function newcomersMissing() {
  const now = performance.now();
  return heard.some(({ id, hop, at }) =>
    now - at < HEARD_MS && (hop.step === "received" || hop.step === "stored") && !state.alarms.has(id)
  );
}

let source;
let reopen;
function listen() {
  clearTimeout(reopen);
  source = new EventSource("api/events");
  source.addEventListener("hello", () => {
    state.feed = "ok";
    // Whatever happened while nobody listened is in the journal.
    refreshAlarms();
    poll();
    renderLink();
  });
  source.addEventListener("hop", (event) => takeHop(JSON.parse(event.data)));
  for (const type of ["fault", "restored"]) source.addEventListener(type, () => pollSoon());
  source.addEventListener("link", (event) => takeLink(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    state.feed = "lost";
    // Is it only the stream, or the gateway?
    poll();
    renderLink();
    // The browser gives up for good on an answer that is no stream (house full, shutting down).
    if (source.readyState === EventSource.CLOSED) reopen = setTimeout(listen, 5000);
  });
}

// -------------------------------------------------------------------------------------------------------- what came in

function takeAlarms(list) {
  const first = !state.sawAlarms;
  state.sawAlarms = true;
  const known = state.alarms;
  state.alarms = new Map(list.map((alarm) => [alarm.id, alarm]));
  for (const { id, hop } of heard) addHop(state.alarms.get(id), hop);
  // On opening the page the whole list is news to it, but only what was heard live is news to whoever looks.
  const isNew = first ? (id) => heard.some((each) => each.id === id) : (id) => !known.has(id);
  const fresh = list.filter((alarm) => isNew(alarm.id));
  announce(fresh);
  renderAlarms(fresh.map((alarm) => alarm.id));
}

/** Adds a hop to an alarm that does not have it yet. */
function addHop(alarm, hop) {
  if (alarm === undefined) return;
  const at = instant(hop.at);
  const same = (each) =>
    each.step === hop.step && each.detail === hop.detail && Math.abs(instant(each.at) - at) < 2;
  if (alarm.hops.some(same)) return;
  const later = alarm.hops.findIndex((each) => instant(each.at) > at);
  alarm.hops.splice(later < 0 ? alarm.hops.length : later, 0, hop);
  if (hop.step === "delivered") alarm.state = "delivered";
}

function takeHop({ id, hop }) {
  remember(id, hop);
  const alarm = state.alarms.get(id);
  // The text of an amended alarm is in the journal, not in the hop.
  if (alarm === undefined || hop.step === "amended") refreshAlarms();
  if (alarm !== undefined) {
    addHop(alarm, hop);
    renderAlarmsSoon();
  }
  pollSoon();
}

let drawTimer;
/** Draws the alarms once for all hops of a moment. */
function renderAlarmsSoon() {
  drawTimer ??= setTimeout(() => {
    drawTimer = undefined;
    renderAlarms([]);
  }, 50);
}

function takeLink({ site, state: became }) {
  const known = state.status?.sites.find((each) => each.name === site);
  if (known !== undefined && known.state !== became) {
    known.state = became;
    renderStatus();
  }
  pollSoon();
}

let waitingWords = [];
let announceTimer;
/** Tells a screen reader what came in, not more often than it can be said. */
function announce(alarms) {
  waitingWords.push(...alarms.map((alarm) => {
    const event = alarm.events[0];
    return `Account ${alarm.account}, ${event?.label ?? alarm.protocol}${
      event?.zone ? `, zone ${event.zone}` : ""
    }.`;
  }));
  if (waitingWords.length === 0) return;
  announceTimer ??= setTimeout(() => {
    announceTimer = undefined;
    const words = waitingWords.length > 3 ? `${waitingWords.length} new alarms.` : waitingWords.join(" ");
    waitingWords = [];
    setText($("announce"), words);
  }, 1500);
}

// ------------------------------------------------------------------------------------------------------------ drawing

const ROLES = { spt: "SPT · at the premises", rct: "RCT · at the receiving centre" };
const SITE_STATES = {
  "failed": ["bad", "Failed"],
  "setting-up": ["warn", "Setting up"],
  "unknown": ["idle", "Not heard"],
  "connected": ["good", "Connected"],
};
const SITE_ORDER = Object.keys(SITE_STATES);
const LINKS = {
  connecting: ["idle", "Connecting"],
  live: ["good", "Live"],
  polling: ["warn", "Live events interrupted, retrying"],
  lost: ["bad", "Connection lost, retrying"],
};

function renderLink() {
  const now = link();
  document.body.dataset.link = now;
  setTone($("link"), ...LINKS[now]);
  const lost = now === "lost";
  const box = $("lost");
  if (lost) {
    const seen = state.status === undefined
      ? "Nothing has been received yet."
      : "What is shown below is from then.";
    setText(
      box,
      state.trouble === ""
        ? `Connection lost at ${localTime(state.lostAt)}, retrying. ${seen}`
        : `No answer since ${localTime(state.lostAt)}, retrying. ${state.trouble} ${seen}`,
    );
    setTone($("health"), "idle", "Health not known");
  }
  box.hidden = !lost;
  renderTitle();
}

function renderTitle() {
  const { status } = state;
  const faults = status?.health.faults.length ?? 0;
  const mark = link() === "lost" ? "lost · " : faults > 0 ? `(${faults}) ` : "";
  const title = `${mark}${status?.name ?? "Tocsin"}`;
  if (document.title !== title) document.title = title;
}

const OUTPUT_STATES = {
  present: ["good", "Present"],
  absent: ["bad", "Absent"],
  unknown: ["", "Not asked yet"],
};
const ROUTE_MODES = {
  first: "the first that accepts",
  all: "each of them",
  "by-account": "the first rule that fits the account",
};

function renderStatus() {
  const { status } = state;
  setText($("name"), status.name);
  setText($("role"), ROLES[status.role] ?? status.role);
  const { health } = status;
  if (health.ok) setTone($("health"), "good", "All well");
  else setTone($("health"), "bad", plural(health.faults.length, "fault", "faults"));
  renderFaults(health.faults);
  renderGauges(status);
  renderSites(status);
  renderRows($("outputs"), status.outputs, (output) => [
    named(output.name, [output.language, output.where], output.counters),
    h("td", { role: "cell" }, badge(...OUTPUT_STATES[output.state] ?? ["bad", output.state])),
    h(
      "td",
      { role: "cell", class: "num" },
      count(output.queued),
      output.inFlight === undefined ? "" : h("span", { class: "sub" }, "one in flight"),
    ),
  ]);
  renderRows($("inputs"), status.inputs, (input) => [
    named(input.name, [input.language, input.where], input.counters),
    h(
      "td",
      { role: "cell" },
      input.mode === "raw" ? "by the AE" : input.mode === "pass-through" ? "after the AE" : "when stored",
      h("span", { class: "sub" }, input.mode),
    ),
    h("td", { role: "cell", class: "num" }, count(input.connections)),
  ]);
  const routes = status.routes ?? [];
  renderRows($("routes"), routes, (route) => [
    named(route.name, [], {}),
    h("td", { role: "cell" }, ROUTE_MODES[route.mode], h("span", { class: "sub" }, route.outputs.join(", "))),
    h("td", { role: "cell", class: "num" }, route.mode === "first" ? count(route.queued) : ""),
  ]);
  $("routes").hidden = routes.length === 0;
  $("outputs-card").hidden = status.outputs.length === 0;
  $("inputs-card").hidden = status.inputs.length === 0;
  const counters = Object.entries(status.counters);
  redraw($("counters"), counters.flatMap(([name, n]) => [h("dt", {}, name), h("dd", {}, count(n))]));
  $("counters").parentElement.hidden = counters.length === 0;
  setText($("foot"), `Tocsin ${status.version} · times are of this device, ages by the gateway's clock`);
  renderTitle();
}

const drawn = new WeakMap();
/** Replaces what is inside, unless it would look the same: whoever reads or selects is not disturbed. */
function redraw(parent, children) {
  const next = h("div", {}, children);
  const key = next.outerHTML;
  if (drawn.get(parent) === key) return;
  drawn.set(parent, key);
  parent.replaceChildren(...next.childNodes);
}

function badge(tone, words) {
  return h("span", { class: "badge", "data-tone": tone }, words);
}

function counterWords(counters) {
  return Object.entries(counters).filter(([, n]) => n !== 0).map(([name, n]) => `${name} ${count(n)}`).join(
    " · ",
  );
}

function named(name, subs, counters) {
  const words = counterWords(counters);
  return h(
    "td",
    { role: "cell" },
    h("span", { class: "name" }, name),
    subs.filter(Boolean).map((sub) => h("span", { class: "sub" }, sub)),
    words ? h("span", { class: "sub counts" }, words) : "",
  );
}

function renderRows(table, list, cells) {
  redraw(table.tBodies[0], list.map((item) => h("tr", { role: "row" }, cells(item))));
}

function renderFaults(faults) {
  $("faults-box").hidden = faults.length === 0;
  const more = faults.length - FAULTS_SHOWN;
  setText($("faults-more"), more > 0 ? `and ${count(more)} more; /healthz lists them all` : "");
  redraw(
    $("faults"),
    faults.slice(0, FAULTS_SHOWN).map(({ rule, message, since }) =>
      h(
        "li",
        {},
        h("p", {}, message),
        h(
          "p",
          { class: "rule" },
          h("b", {}, rule),
          h("span", {}, `since ${localDay(instant(since))} ${localTime(instant(since))}`),
        ),
      )
    ),
  );
}

function gauge(title, value, note, tone) {
  return h(
    "div",
    {},
    h("dt", {}, title),
    h("dd", { "data-tone": tone }, value, note ? h("small", {}, ` ${note}`) : ""),
  );
}

function renderGauges({ role, sites, outputs, journal, startedAt, now }) {
  const connected = sites.filter((site) => site.state === "connected").length;
  const failed = sites.filter((site) => site.state === "failed").length;
  const waiting = Object.entries(journal.waiting);
  const total = waiting.reduce((sum, [, n]) => sum + n, 0);
  const present = outputs.filter((output) => output.state === "present").length;
  const absent = outputs.filter((output) => output.state === "absent").length;
  const lanes = waiting.filter(([, n]) => n > 0).map(([lane, n]) => `${lane} ${count(n)}`).join(", ");
  redraw($("gauges"), [
    gauge(
      role === "spt" ? "Paths connected" : "Sites connected",
      count(connected),
      `of ${count(sites.length)}${failed > 0 ? ` · ${count(failed)} failed` : ""}`,
      failed > 0 ? "bad" : undefined,
    ),
    outputs.length === 0 ? null : gauge(
      "Outputs present",
      count(present),
      `of ${outputs.length}`,
      absent > 0 ? "bad" : undefined,
    ),
    gauge("Alarms waiting", count(total), lanes, total > 0 ? "warn" : undefined),
    gauge("Alarms stored", count(journal.stored), `journal ${bytes(journal.bytes)}`),
    gauge("Running for", span(instant(now) - instant(startedAt)).replace(/ \d+\ss$/, ""), ""),
  ]);
}

const byName = new Intl.Collator("en", { numeric: true }).compare;

function renderSites({ role, sites }) {
  setText($("sites-title"), role === "spt" ? "Paths to the RCT" : "Sites");
  $("filter-box").hidden = sites.length <= 20;
  $("sites").hidden = sites.length === 0;
  $("sites-empty").hidden = sites.length > 0;
  const wanted = $("filter").value.trim().toLowerCase();
  const found = sites
    .filter((site) =>
      `${site.name} ${site.account ?? ""} ${site.address ?? ""}`.toLowerCase().includes(wanted)
    )
    .sort((a, b) => SITE_ORDER.indexOf(a.state) - SITE_ORDER.indexOf(b.state) || byName(a.name, b.name));
  const shown = found.slice(0, SITES_SHOWN);
  setText(
    $("sites-note"),
    found.length > shown.length
      ? `the first ${shown.length} of ${count(found.length)}, worst first`
      : wanted !== ""
      ? `${count(found.length)} found`
      : "",
  );
  renderRows($("sites"), shown, (site) => [
    named(
      site.name,
      [site.account === undefined ? "" : `account ${site.account}`, site.address],
      site.counters,
    ),
    h("td", { role: "cell" }, badge(...(SITE_STATES[site.state] ?? ["idle", site.state]))),
    // Only the last proof ticks, so it is left empty here and filled by tick().
    h("td", { role: "cell", class: "num", "data-proof": site.name }),
  ]);
  tick();
}

/** Moves everything that grows older by itself. When the connection is lost, nothing moves: it is not known. */
function tick() {
  setText($("clock"), localTime(Date.now()));
  if (state.status === undefined || link() === "lost") return;
  const since = performance.now() - state.statusAt;
  const ages = new Map(state.status.sites.map((site) => [site.name, site.lastProofAgeMs]));
  for (const cell of document.querySelectorAll("[data-proof]")) {
    const age = ages.get(cell.dataset.proof);
    setText(cell, age === undefined ? "none yet" : span(age + since));
  }
  for (const el of document.querySelectorAll("[data-waiting-since]")) {
    setText(el, `waiting ${span(gatewayNow() - Number(el.dataset.waitingSince))}`);
  }
}

function renderAlarms(fresh) {
  const body = $("alarms").tBodies[0];
  const alarms = [...state.alarms.values()].slice(0, ALARMS_SHOWN);
  $("alarms").hidden = alarms.length === 0;
  $("alarms-empty").hidden = alarms.length > 0;
  renderAlarmsNote();
  for (const [id, row] of state.rows) {
    if (state.alarms.has(id)) continue;
    row.remove();
    state.rows.delete(id);
  }
  let after = null;
  for (const alarm of alarms) {
    let row = state.rows.get(alarm.id);
    if (row === undefined) {
      row = h("tr", {
        role: "row",
        "data-alarm": alarm.id,
        class: fresh.includes(alarm.id) ? "fresh" : null,
      });
      state.rows.set(alarm.id, row);
    }
    drawAlarm(row, alarm);
    const place = after === null ? body.firstChild : after.nextSibling;
    if (row !== place) body.insertBefore(row, place);
    after = row;
  }
  tick();
}

function renderAlarmsNote() {
  const alarms = [...state.alarms.values()];
  const waiting = alarms.filter((alarm) => alarm.state === "waiting").length;
  setText(
    $("alarms-note"),
    state.alarmsTrouble !== ""
      ? `Not up to date: ${state.alarmsTrouble}`
      : waiting > 0
      ? `${waiting} of these ${alarms.length} waiting`
      : "",
  );
}

function drawAlarm(row, alarm) {
  const key = JSON.stringify(alarm);
  if (drawn.get(row) === key) return;
  drawn.set(row, key);
  const open = row.querySelector("details")?.open ?? false;
  row.replaceChildren(
    whenCell(alarm),
    accountCell(alarm),
    eventCell(alarm),
    wayCell(alarm, open),
    stateCell(alarm),
  );
}

function whenCell({ events, storedAt }) {
  const at = instant(events[0]?.receivedAt ?? storedAt);
  const said = events[0]?.occurredAt;
  const off = said === undefined ? 0 : Math.abs(instant(said) - at);
  const today = localDay(at) === localDay(Date.now());
  return h(
    "td",
    { role: "cell", class: "when" },
    h("time", { datetime: events[0]?.receivedAt ?? storedAt }, localTime(at)),
    today ? "" : h("span", { class: "sub" }, localDay(at)),
    off < 60000
      ? ""
      : h("span", { class: "sub" }, `panel says ${localDay(instant(said))} ${localTime(instant(said))}`),
  );
}

function accountCell({ account, origin }) {
  return h(
    "td",
    { role: "cell", class: "who-account" },
    h("span", { class: "account" }, account === "" ? "none" : account),
    h("span", { class: "sub" }, origin),
  );
}

function eventCell({ events }) {
  return h("td", { role: "cell", class: "what" }, events.map(eventBlock));
}

function eventBlock(event) {
  const where = [["area", event.area], ["zone", event.zone], ["user", event.user], ["device", event.device]]
    .filter(([, value]) => value !== undefined).map(([word, value]) => `${word} ${value}`);
  if (event.qualifier === "restore") where.unshift("restore");
  if (event.qualifier === "status") where.unshift("status");
  return h(
    "div",
    { class: "event" },
    h("span", { class: "code" }, event.code),
    h("span", { class: "label" }, event.label),
    where.length === 0 ? "" : h("span", { class: "sub" }, where.join(" · ")),
    event.text === undefined ? "" : h("div", { class: "text" }, event.text),
    event.flags.length === 0
      ? ""
      : h("div", {}, event.flags.map((flag) => h("span", { class: "flag" }, flag))),
    (event.lost ?? []).map((lost) => h("span", { class: "sub lost" }, `Lost at ${lost}`)),
  );
}

function wayCell({ hops }, open) {
  const times = hops.map((hop) => instant(hop.at));
  const trail = hops.map((hop, i) =>
    h(
      "li",
      { "data-step": hop.step },
      hop.step,
      i === 0 ? "" : h("i", {}, ` +${took(times[i] - times[i - 1])}`),
    )
  );
  const rows = hops.map((hop, i) =>
    h(
      "li",
      {},
      `${localTime(times[i])}.${String(new Date(times[i]).getMilliseconds()).padStart(3, "0")} ${hop.step} `,
      h("code", {}, hop.detail),
    )
  );
  const total = hops.length < 2 ? "" : ` in ${took(times[times.length - 1] - times[0])}`;
  return h(
    "td",
    { role: "cell", class: "way" },
    h("ol", { class: "trail" }, trail),
    h(
      "details",
      { open: open ? "" : null },
      h("summary", {}, `${plural(hops.length, "hop", "hops")}${total}`),
      h("ol", { class: "hops" }, rows),
    ),
  );
}

function stateCell(alarm) {
  const last = alarm.hops[alarm.hops.length - 1]?.step;
  const cell = h("td", { role: "cell", class: "state" });
  if (alarm.state === "delivered") {
    cell.append(badge("good", "Delivered"));
    return cell;
  }
  cell.append(last === "refused" ? badge("bad", "Refused") : badge("warn", "Waiting"));
  cell.append(h("span", { class: "sub", "data-waiting-since": instant(alarm.storedAt) }));
  return cell;
}

// -------------------------------------------------------------------------------------------------------------- start

$("filter").addEventListener("input", () => state.status && renderSites(state.status));
setInterval(tick, 500);
// A page that was hidden or asleep may be far behind.
document.addEventListener("visibilitychange", () => document.hidden || poll());
addEventListener("online", () => poll());
listen();
poll();
