
"use strict";
(() => {
  const find = (what) => document.querySelector(what);
  const ages = [["day", 86400], ["hour", 3600], ["minute", 60]];
  for (const time of document.querySelectorAll("time.age")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const unit = ages.find(([, length]) => seconds >= 2 * length);
    if (unit) time.textContent = `${Math.floor(seconds / unit[1]).toLocaleString("en")} ${unit[0]}s ago`;
  }
  const table = find("main table");
  if (!table) return;
  const body = table.tBodies[0], written = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const texts = new Map(written.map((row) => [row, row.textContent.toLowerCase()]));
  const words = find("#words"), status = find("#status"), order = find("#order");
  const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  let sorted = null, falls = false;

  const value = (row, column) => {
    const cell = row.cells[column], said = cell.dataset.sort ?? (heads[column].dataset.kind ? "" : cell.textContent);
    return said.trim();
  };
  const number = (text) => (text.includes("T") ? Date.parse(text) : Number(text));
  const sort = (column, falling) => {
    sorted = column;
    falls = falling;
    const numeric = heads[column].dataset.kind === "number", sign = falling ? -1 : 1;
    const rows = written.map((row) => [row, value(row, column)]);
    rows.sort(([, a], [, b]) => {
      if (!a || !b) return !a - !b; // what is not known comes last, whichever way
      return sign * (numeric ? number(a) - number(b) : compare(a, b));
    });
    body.append(...rows.map(([row]) => row));
    heads.forEach((head, at) => {
      if (at === column) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    order.value = `${column} ${falling ? "falls" : "rises"}`;
  };
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of written) {
      const fits = !status.value || row.dataset.status.split(",").includes(status.value);
      row.hidden = !(fits && wanted.every((word) => texts.get(row).includes(word)));
      shown += !row.hidden;
    }
    const all = written.length.toLocaleString("en");
    find("#shown").textContent = shown === written.length ? `${all} shown` : `${shown.toLocaleString("en")} of ${all} shown`;
  };
  const keep = () => { // what is shown stays when the page is loaded again, and can be sent as a link
    const kept = new URLSearchParams();
    if (words.value) kept.set("words", words.value);
    if (status.value) kept.set("status", status.value);
    if (sorted !== null) kept.set("sort", order.value);
    history.replaceState(null, "", kept.size ? `#${kept}` : location.pathname + location.search);
  };

  order.add(new Option("failed first, then name", ""));
  heads.forEach((head, column) => {
    if ("fixed" in head.dataset) return;
    const title = head.textContent, numeric = head.dataset.kind === "number";
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: title });
    button.addEventListener("click", () => { sort(column, sorted === column ? !falls : numeric); keep(); });
    head.replaceChildren(button);
    for (const way of numeric ? ["falls", "rises"] : ["rises", "falls"]) {
      const told = { falls: numeric ? "highest first" : "Z to A", rises: numeric ? "lowest first" : "A to Z" }[way];
      order.add(new Option(`${title}, ${told}`, `${column} ${way}`));
    }
  });
  order.addEventListener("change", () => {
    if (order.value) sort(Number(order.value.split(" ")[0]), order.value.endsWith("falls"));
    else {
      body.append(...written);
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      sorted = null;
    }
    keep();
  });
  for (const control of [words, status]) control.addEventListener("input", () => { filter(); keep(); });
  find(".controls").addEventListener("submit", (event) => event.preventDefault());
  find(".controls").hidden = false;

  const kept = new URLSearchParams(location.hash.slice(1));
  words.value = kept.get("words") ?? "";
  if ([...status.options].some((one) => one.value === kept.get("status"))) status.value = kept.get("status");
  if ([...order.options].some((one) => one.value && one.value === kept.get("sort"))) {
    sort(Number(kept.get("sort").split(" ")[0]), kept.get("sort").endsWith("falls"));
  }
  filter();
})();
