"use strict";
const WORDS = {
  fr: {
    title: "État d’AutoTrack", up: "Tout fonctionne", slow: "Tout fonctionne, mais avec du retard", down: "Une partie ne répond pas",
    wait: "Vérification…", lost: "La passerelle ne répond pas", states: { up: "en ligne", slow: "lent", down: "arrêté" },
    services: "Services", post: "Messages et mails", at: "Vérifié à", ms: "ms", average: "en moyenne",
    names: {
      gateway: ["Passerelle", "l’entrée de toutes les requêtes"], auth: ["Comptes", "inscription, connexion, réglages"],
      vehicles: ["Véhicules", "entretiens, plans, rappels"], billing: ["Abonnements", "offres, paiements, factures"],
      documents: ["Documents", "dépôt et lecture des factures"], ai: ["Assistant", "diagnostics et conseils"],
      notifications: ["Notifications", "annonces et mails"],
    },
    messages: "Messages entre services", mail: "Mails",
    waiting: (n, s) => n === 0 ? "rien n’attend" : `${n} en attente, le plus ancien depuis ${s} s`, aside: (n) => `${n} mis de côté pour l’exploitant`,
    sent: (ago) => `dernier envoi ${ago}`, never: "aucun envoi pour l’instant", delayed: (n) => `${n} en attente du serveur de mail`,
  },
  en: {
    title: "AutoTrack status", up: "Everything works", slow: "Everything works, but late", down: "A part does not answer",
    wait: "Checking…", lost: "The gateway does not answer", states: { up: "up", slow: "slow", down: "down" },
    services: "Services", post: "Messages and mail", at: "Checked at", ms: "ms", average: "on average",
    names: {
      gateway: ["Gateway", "the door of every request"], auth: ["Accounts", "registration, sign-in, settings"],
      vehicles: ["Vehicles", "maintenance, plans, reminders"], billing: ["Subscriptions", "plans, payments, invoices"],
      documents: ["Documents", "invoices stored and read"], ai: ["Assistant", "diagnoses and advice"],
      notifications: ["Notifications", "news and mail"],
    },
    messages: "Messages between services", mail: "Mail",
    waiting: (n, s) => n === 0 ? "nothing waits" : `${n} waiting, the oldest for ${s} s`, aside: (n) => `${n} set aside for the operator`,
    sent: (ago) => `last sent ${ago}`, never: "nothing sent yet", delayed: (n) => `${n} waiting for the mail server`,
  },
  es: {
    title: "Estado de AutoTrack", up: "Todo funciona", slow: "Todo funciona, pero con retraso", down: "Una parte no responde",
    wait: "Comprobando…", lost: "La pasarela no responde", states: { up: "en línea", slow: "lento", down: "caído" },
    services: "Servicios", post: "Mensajes y correo", at: "Comprobado a las", ms: "ms", average: "de media",
    names: {
      gateway: ["Pasarela", "la entrada de todas las peticiones"], auth: ["Cuentas", "registro, acceso, ajustes"],
      vehicles: ["Vehículos", "mantenimiento, planes, recordatorios"], billing: ["Suscripciones", "planes, pagos, facturas"],
      documents: ["Documentos", "facturas guardadas y leídas"], ai: ["Asistente", "diagnósticos y consejos"],
      notifications: ["Notificaciones", "avisos y correo"],
    },
    messages: "Mensajes entre servicios", mail: "Correo",
    waiting: (n, s) => n === 0 ? "nada en espera" : `${n} en espera, el más antiguo desde hace ${s} s`, aside: (n) => `${n} apartados para el operador`,
    sent: (ago) => `último envío ${ago}`, never: "ningún envío por ahora", delayed: (n) => `${n} a la espera del servidor de correo`,
  },
};
const language = (navigator.languages || ["fr"]).map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) || "fr";
const say = WORDS[language];
const KEPT = 40;
const lately = new Map(); // milliseconds of each service since the page was opened
const [summary, services, post, when] = ["summary", "services", "post", "when"].map((id) => document.getElementById(id));
document.documentElement.lang = language;
document.title = say.title;
document.getElementById("services-title").textContent = say.services;
document.getElementById("post-title").textContent = say.post;

function show(state, text) {
  summary.className = state;
  if (summary.textContent !== text) summary.textContent = text; // a screen reader is told of changes only
}

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function curve(values) {
  const box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  box.setAttribute("viewBox", `0 0 ${KEPT - 1} 20`);
  box.setAttribute("preserveAspectRatio", "none");
  box.setAttribute("aria-hidden", "true");
  const most = Math.max(20, ...values);
  const line = document.createElementNS(box.namespaceURI, "polyline");
  const first = KEPT - values.length;
  line.setAttribute("points", values.map((value, at) => `${first + at},${19 - 18 * value / most}`).join(" "));
  box.append(line);
  return box;
}

function row(title, detail, state, milliseconds, picture) {
  const item = make("li");
  const name = make("div");
  name.append(make("strong", "", title), make("small", "", detail));
  const speed = milliseconds === null || milliseconds === undefined ? "" : `${Math.round(milliseconds)} ${say.ms}`;
  item.append(name, ...(picture ? [picture] : []), make("span", "ms", speed), make("span", `state ${state}`, say.states[state]));
  if (!picture) name.className = "wide";
  return item;
}

function service(part) {
  const [title, detail] = say.names[part.name] || [part.name, ""];
  const known = lately.get(part.name) || [];
  if (part.milliseconds !== null) known.push(part.milliseconds);
  lately.set(part.name, known.slice(-KEPT));
  const average = known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  const item = row(title, detail, part.state, part.milliseconds, known.length > 1 ? curve(lately.get(part.name)) : null);
  if (average !== null) item.title = `${Math.round(average)} ${say.ms} ${say.average}`;
  return item;
}

function ago(moment) {
  const seconds = Math.min(0, Math.round((new Date(moment) - Date.now()) / 1000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, size]) => -seconds >= size) || ["second", 1];
  return format.format(Math.round(seconds / size), unit);
}

function messages(found) {
  const waiting = say.waiting(found.waiting, Math.round(found.seconds));
  const detail = found.set_aside > 0 ? `${waiting} · ${say.aside(found.set_aside)}` : waiting;
  return row(say.messages, detail, found.state, null, null);
}

function mail(found) {
  const detail = found.delayed > 0 ? say.delayed(found.delayed) : found.last_sent_at ? say.sent(ago(found.last_sent_at)) : say.never;
  return row(say.mail, detail, found.state, null, null);
}

async function look() {
  try {
    const answer = await fetch("/status/now", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    show(now.state, say[now.state]);
    services.replaceChildren(...now.services.map(service));
    post.replaceChildren(messages(now.messages), mail(now.mail));
    when.textContent = `${say.at} ${new Date().toLocaleTimeString(language)}`;
  } catch {
    show("down", say.lost);
    services.replaceChildren();
    post.replaceChildren();
  }
  setTimeout(look, document.hidden ? 15000 : 3000);
}

show("wait", say.wait);
look();
