"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const tools = by("tools");
  const said = JSON.parse(by("words").textContent);
  const _ = (words, values = {}) => (said[words] || words).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.previousElementSibling;
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = _("Copied");
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = _("Selected");
      }
    });
  }
  if (!tools) return;
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());

  // Groups ---------------------------------------------------------------------------------------------------
  const all = [], answers = new Map(); // what is asked of a group has an answer here, empty before it is decided
  const held = (group) => group.dataset.status === "held back";
  // What is held back stays as it is suggested.
  const fitting = (group, answer) => (answer === "keep-all" && held(group) ? "accept" : answer);
  function take(groups) {
    for (const group of groups) {
      all.push(group);
      const { key, answer = "", member = 1 } = group.dataset;
      if (!key || !by("form")) continue;
      answers.set(group, { answer: fitting(group, answer), member: Number(member) || 1 });
      if (group.open) form(group);
      tell(group);
    }
    show();
  }
  async function unpack() {
    for (const part of document.querySelectorAll("script.packed")) {
      const bytes = Uint8Array.from(atob(part.textContent), (char) => char.charCodeAt(0));
      const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      const made = document.createElement("template");
      made.innerHTML = await new Response(plain).text();
      const groups = [...made.content.children];
      by("groups").append(made.content);
      take(groups);
      part.remove();
      await new Promise((done) => setTimeout(done));
    }
    if (by("packed")) by("packed").remove();
  }

  // Search and filters ---------------------------------------------------------------------------------------
  const filters = ["by-rule", "by-file", "by-safety", "by-status"].map(by).filter(Boolean);
  const texts = new Map();
  const textOf = (group) => {
    if (!texts.has(group)) texts.set(group, [...group.querySelectorAll("summary, .places")].map((each) => each.textContent).join(" ").toLowerCase());
    return texts.get(group);
  };
  const value = (id) => (by(id) ? by(id).value : "");
  function show() {
    const words = value("find").toLowerCase().split(/\s+/).filter(Boolean);
    const [rule, file, safety, status] = ["by-rule", "by-file", "by-safety", "by-status"].map(value);
    let shown = 0;
    for (const group of all) {
      const data = group.dataset;
      const decided = answers.get(group)?.answer ? "decided" : "undecided";
      const fits = (!rule || data.rule === rule) && (!file || data.path === file) && (!safety || data.safety === safety)
        && (!status || data.status === status || status === decided) && words.every((word) => textOf(group).includes(word));
      group.hidden = !fits;
      shown += fits;
    }
    by("shown").textContent = _("{n} of {all} shown", { n: shown, all: all.length });
    count();
  }
  by("find").addEventListener("input", show);
  for (const each of filters) each.addEventListener("change", show);
  by("open-all").addEventListener("click", () => {
    const open = all.some((group) => !group.hidden && !group.open);
    for (const group of all) if (!group.hidden) group.open = open;
    by("open-all").textContent = open ? _("Close all") : _("Open all");
  });

  // Decisions ------------------------------------------------------------------------------------------------
  const base = by("base") ? JSON.parse(by("base").textContent) : {};
  const words = { "accept": _("as suggested"), "keep-all": _("all stay"), "edit": _("another wording") };
  const places = (group) => group.dataset.places.split("|");
  // The form of a group is made when it is opened first.
  function form(group) {
    if (!answers.has(group) || group.querySelector(".decide")) return;
    const box = by("form").content.firstElementChild.cloneNode(true);
    const choice = (answer) => box.querySelector(`[value=${answer}]`).parentElement;
    if (held(group)) {
      choice("accept").lastElementChild.textContent = words["keep-all"];
      choice("keep-all").remove();
    }
    if (answers.get(group).answer !== "edit") choice("edit").remove();
    for (const input of box.querySelectorAll("input")) input.name = group.id;
    for (const [n, place] of places(group).entries()) box.querySelector("select").add(new Option(`${n + 1}: ${place}`, n + 1));
    group.querySelector(".body").append(box);
    tell(group);
  }
  function tell(group) {
    const { answer, member } = answers.get(group), box = group.querySelector(".decide");
    const one = answer === "keep-one" ? _("only {n} stays", { n: member }) : held(group) ? words["keep-all"] : words[answer];
    group.querySelector(".verdict").textContent = answer ? _("decided: {what}", { what: one }) : "";
    if (!box) return;
    box.querySelector("select").value = member;
    for (const input of box.querySelectorAll("input")) input.checked = input.value === answer;
  }
  let saved = true;
  // The same question in another file has the same answer.
  function decide(group, answer, member = answers.get(group).member) {
    for (const other of answers.keys()) {
      if (other.dataset.key !== group.dataset.key) continue;
      answers.set(other, { answer: fitting(other, answer), member });
      tell(other);
    }
    saved = false;
    count();
  }
  by("groups").addEventListener("toggle", (event) => { if (event.target.open) form(event.target); }, true);
  by("groups").addEventListener("change", ({ target }) => {
    const group = target.closest(".group");
    if (target.tagName === "SELECT") decide(group, "keep-one", Number(target.value));
    else decide(group, target.value);
  });
  by("groups").addEventListener("click", ({ target }) => {
    if (target.matches(".decide button")) decide(target.closest(".group"), "");
  });
  function count() {
    if (!by("bar")) return;
    const many = [...answers.values()].filter(({ answer }) => answer).length;
    by("bar").hidden = false;
    by("count").textContent = _("{n} of {all} decided", { n: many, all: answers.size });
  }
  // As Python writes JSON: a space behind each comma and colon.
  const row = (pairs) => `{${pairs.map(([key, said]) => `${JSON.stringify(key)}: ${JSON.stringify(said)}`).join(", ")}}`;
  function file() {
    const rows = new Map(Object.entries(base).map(([key, said]) => [key, row(Object.entries(said))]));
    for (const [group, { answer, member }] of answers) {
      const { key, rule, note } = group.dataset;
      if (!answer) { rows.delete(key); continue; }
      if (answer === "edit") continue;
      const pairs = [["answer", answer], ...(answer === "keep-one" ? [["member", member]] : [])];
      rows.set(key, row([...pairs, ["group", group.id.slice(2)], ["rule", rule], ["note", note]]));
    }
    const lines = [...rows.keys()].sort().map((key) => `    ${JSON.stringify(key)}: ${rows.get(key)}`);
    const body = lines.length ? `{\n${lines.join(",\n")}\n  }` : "{}";
    return `{\n  "version": 1,\n  "decisions": ${body}\n}\n`;
  }
  if (by("save")) by("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    link.download = ".dedupe-review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    saved = true;
  });
  addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });

  // Keys -----------------------------------------------------------------------------------------------------
  let at = -1;
  function go(step) {
    let next = at;
    do next += step; while (all[next] && all[next].hidden);
    if (!all[next]) return;
    if (all[at]) all[at].classList.remove("current");
    at = next;
    const group = all[at];
    group.classList.add("current");
    group.open = true;
    const head = group.querySelector("summary");
    head.focus({ preventScroll: true });
    group.scrollIntoView({ block: "start" });
  }
  by("groups").addEventListener("focusin", ({ target }) => {
    if (all[at]) all[at].classList.remove("current");
    at = all.indexOf(target.closest(".group"));
    if (all[at]) all[at].classList.add("current");
  });
  function choose(answer, member) {
    const group = all[at];
    if (answers.has(group) && !(member > places(group).length)) decide(group, answer, member);
  }
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && !/^(radio|checkbox)$/.test(event.target.type);
    if (event.key === "Escape" && event.target === by("find")) { by("find").blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !by("keys").checked) return;
    const keys = {
      "j": () => go(1), "k": () => go(-1), "/": () => by("find").focus(), "o": () => { if (all[at]) all[at].open = !all[at].open; },
      "y": () => choose("accept"), "x": () => choose("keep-all"), "u": () => choose(""),
    };
    if (keys[event.key]) keys[event.key]();
    else if (/^[1-9]$/.test(event.key)) choose("keep-one", Number(event.key));
    else return;
    event.preventDefault();
  });
  addEventListener("beforeprint", () => { for (const group of all) if (!group.hidden) group.open = true; });
  take(document.querySelectorAll("details.group"));
  unpack();
})();
