"use strict";
const WORDS = {
  fr: { up: "Tout fonctionne", down: "Une partie ne répond pas", wait: "Vérification…", lost: "La passerelle ne répond pas", ok: "en ligne", bad: "arrêté", at: "Vérifié à" },
  en: { up: "Everything works", down: "A part does not answer", wait: "Checking…", lost: "The gateway does not answer", ok: "up", bad: "down", at: "Checked at" },
  es: { up: "Todo funciona", down: "Una parte no responde", wait: "Comprobando…", lost: "La pasarela no responde", ok: "en línea", bad: "caído", at: "Comprobado a las" },
};
const language = (navigator.languages || ["fr"]).map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) || "fr";
const say = WORDS[language];
const summary = document.getElementById("summary");
const parts = document.getElementById("parts");
const when = document.getElementById("when");
document.documentElement.lang = language;

function show(state, text) {
  summary.className = state;
  if (summary.textContent !== text) summary.textContent = text;
}

function line(part) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const state = document.createElement("span");
  name.textContent = part.name;
  state.textContent = part.up ? say.ok : say.bad;
  state.className = part.up ? "up" : "down";
  item.append(name, state);
  return item;
}

async function look() {
  try {
    const answer = await fetch("/api/health", { cache: "no-store" });
    const house = await answer.json();
    show(house.status, house.status === "up" ? say.up : say.down);
    parts.replaceChildren(...house.services.map(line));
    when.textContent = say.at + " " + new Date().toLocaleTimeString(language);
  } catch {
    show("down", say.lost);
    parts.replaceChildren();
  }
  setTimeout(look, document.hidden ? 15000 : 3000);
}

show("wait", say.wait);
look();
