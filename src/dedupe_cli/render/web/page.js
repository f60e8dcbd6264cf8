"use strict";
(() => {
  const all = [...document.querySelectorAll("details.group")];
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

  // Search and filters ---------------------------------------------------------------------------------------
  const filters = ["by-rule", "by-file", "by-safety", "by-status"].map(by).filter(Boolean);
  const texts = new Map();
  const textOf = (group) => {
    if (!texts.has(group)) texts.set(group, group.textContent.toLowerCase());
    return texts.get(group);
  };
  const value = (id) => (by(id) ? by(id).value : "");
  function show() {
    const words = value("find").toLowerCase().split(/\s+/).filter(Boolean);
    const [rule, file, safety, status] = ["by-rule", "by-file", "by-safety", "by-status"].map(value);
    let shown = 0;
    for (const group of all) {
      const data = group.dataset;
      const decided = Boolean(answerOf(group));
      const fits = (!rule || data.rule === rule) && (!file || data.path === file) && (!safety || data.safety === safety)
        && (!status || data.status === status || status === (decided ? "decided" : "undecided"))
        && words.every((word) => textOf(group).includes(word));
      group.hidden = !fits;
      shown += fits;
    }
    by("shown").textContent = _("{n} of {all} shown", { n: shown, all: all.length });
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
  const boxes = new Map();
  for (const group of all) {
    const box = group.querySelector("fieldset.decide");
    if (!box) continue;
    box.hidden = false;
    boxes.set(group, box);
    box.addEventListener("change", (event) => {
      if (event.target.tagName === "SELECT") box.querySelector("input[value=keep-one]").checked = true;
      decided(group);
    });
    box.querySelector(".undecide").addEventListener("click", () => {
      for (const input of box.querySelectorAll("input")) input.checked = false;
      decided(group);
    });
  }
  function answerOf(group) {
    const box = boxes.get(group);
    const input = box && box.querySelector("input:checked");
    return input ? input.value : "";
  }
  const words = { "accept": _("as suggested"), "keep-all": _("all stay"), "edit": _("another wording") };
  function verdict(group) {
    const answer = answerOf(group);
    const one = answer === "keep-one" ? _("only {n} stays", { n: boxes.get(group).querySelector("select").value })
      : group.dataset.status === "held back" ? _("all stay") : words[answer];
    group.querySelector(".verdict").textContent = answer ? _("decided: {what}", { what: one }) : "";
  }
  let saved = true;
  // The same question in another file has the same answer.
  function alike(group) {
    return [...boxes.keys()].filter((other) => other !== group && other.dataset.key === group.dataset.key);
  }
  function decided(group) {
    const answer = answerOf(group);
    for (const other of alike(group)) {
      const box = boxes.get(other);
      box.querySelector("select").value = boxes.get(group).querySelector("select").value;
      for (const input of box.querySelectorAll("input")) input.checked = input.value === answer;
      verdict(other);
    }
    saved = false;
    verdict(group);
    count();
  }
  function count() {
    if (!by("bar")) return;
    const many = [...boxes.keys()].filter(answerOf).length;
    by("bar").hidden = false;
    by("count").textContent = _("{n} of {all} decided", { n: many, all: boxes.size });
  }
  // As Python writes JSON: a space behind each comma and colon.
  const row = (pairs) => `{${pairs.map(([key, said]) => `${JSON.stringify(key)}: ${JSON.stringify(said)}`).join(", ")}}`;
  function file() {
    const rows = new Map(Object.entries(base).map(([key, said]) => [key, row(Object.entries(said))]));
    for (const [group, box] of boxes) {
      const { key, rule, note } = group.dataset;
      const answer = answerOf(group);
      if (!answer) { rows.delete(key); continue; }
      if (answer === "edit") continue;
      const pairs = [["answer", answer]];
      if (answer === "keep-one") pairs.push(["member", Number(box.querySelector("select").value)]);
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
  for (const group of all) group.addEventListener("focusin", () => {
    if (all[at]) all[at].classList.remove("current");
    at = all.indexOf(group);
    group.classList.add("current");
  });
  function choose(answer, member) {
    const group = all[at], box = boxes.get(group);
    if (!box) return;
    if (member) {
      const list = box.querySelector("select");
      if (member > list.options.length) return;
      list.value = String(member);
    }
    const inputs = [...box.querySelectorAll("input")];
    // What is held back stays as it is suggested.
    const said = answer && !inputs.some((input) => input.value === answer) ? "accept" : answer;
    for (const input of inputs) input.checked = input.value === said;
    decided(group);
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
  for (const group of boxes.keys()) verdict(group);
  show();
  count();
})();
