/* The little that HTML cannot do alone. Every page works without it. */
(() => {
  "use strict";
  const all = (selector, root = document) => root.querySelectorAll(selector);

  // A number and its code, as copied from a letter, a PDF or the link in the QR code (DOMAIN R3).
  const PAIR = /\b([GKW][0-9A-Z]{4}-?[0-9A-Z]{5})\b[^0-9A-Z]+(?:[A-Z-]+:?\s+)*([0-9A-Z]{4}(?:[- ]?[0-9A-Z]{4}){3})\b/;

  function fill(form, text) {
    const found = PAIR.exec(text.toUpperCase());
    if (!found) return false;
    form.elements.number.value = found[1];
    form.elements.code.value = found[2];
    return true;
  }

  for (const form of all("form[data-pair]")) {
    if (location.hash.length > 1) {
      const text = decodeURIComponent(location.hash.slice(1));
      // The code must not stay in the address bar or the history (DOMAIN S6).
      if (fill(form, text)) history.replaceState(null, "", location.pathname + location.search);
    }
    form.addEventListener("paste", (event) => {
      if (fill(form, event.clipboardData.getData("text"))) {
        event.preventDefault();
        (form.querySelector("[data-claim]") ?? form.querySelector("button")).focus();
      }
    });
  }

  // A course voucher's code is one string that carries its number; a link brings it in the part of the
  // address that no server sees, and it must not stay there (DOMAIN S6).
  const CODE = /\bK[0-9A-Z]{4}-?[0-9A-Z]{5}(?:-?[0-9A-Z]{4}){4}\b/;

  for (const form of all("form[data-code]")) {
    const field = form.elements.code;
    const take = (text) => {
      const found = CODE.exec(text.toUpperCase());
      if (!found) return false;
      field.value = found[0];
      return true;
    };
    const arrive = () => {
      if (location.hash.length < 2) return;
      let text = "";
      try { text = decodeURIComponent(location.hash.slice(1)); } catch { return; }
      if (!take(text)) return;
      history.replaceState(null, "", location.pathname + location.search);
    };
    const show = () => field.dispatchEvent(new Event("filled"));
    addEventListener("hashchange", () => { arrive(); show(); });
    addEventListener("load", () => {
      arrive();
      // A form that comes back shows its course again.
      if (field.value && !field.hasAttribute("aria-invalid")) setTimeout(show, 20);  // once htmx listens
    });
    field.addEventListener("paste", (event) => {
      if (!take(event.clipboardData.getData("text"))) return;
      event.preventDefault();
      show();
    });
  }

  // Copying a code, where the browser lets us.
  for (const code of all("[data-copy]")) {
    if (!navigator.clipboard) break;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain copy";
    button.textContent = code.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = code.dataset.copied;
    });
    code.after(button);
  }

  // Ticking all of a page; the list may be replaced in place, so this listens from above.
  const offer = () => { for (const box of all("[data-all]")) box.parentElement.hidden = false; };
  document.addEventListener("htmx:after:swap", offer);
  offer();
  document.addEventListener("change", (event) => {
    const ticked = event.target;
    if (ticked.matches("[data-all]")) {
      for (const box of all(`[name="${ticked.dataset.all}"]`, ticked.form)) box.checked = ticked.checked;
    } else if (ticked.matches("[type=checkbox]") && !ticked.checked && ticked.form) {
      // One less than all is not all.
      for (const box of all(`[data-all="${ticked.name}"]`, ticked.form)) box.checked = false;
    }
  });

  // Looking for a row in long lists that stand on the page as a whole.
  for (const field of all("[data-sift]")) {
    const groups = [...all(field.dataset.sift)].map((group) => [group, [...all("li", group)]]);
    const wasOpen = new Map(groups.map(([group]) => [group, group.open]));
    const told = field.parentElement.querySelector("[role=status]");
    field.parentElement.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const [group, rows] of groups) {
        let here = 0;
        for (const row of rows) {
          const text = row.textContent.toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          if (!row.hidden) here += 1;
        }
        count += here;
        group.hidden = here === 0;
        group.open = words.length ? here > 0 : wasOpen.get(group);
      }
      told.textContent = count ? "" : field.dataset.none;
    });
    // Enter here means: look, not order.
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  // A redeemed code leaves its field: where the page is changed in place, what was typed would stay.
  document.addEventListener("htmx:after:swap", () => {
    for (const field of all(".claim input")) field.value = field.defaultValue;
  });

  // How much of a text field is left.
  for (const field of all("textarea[data-most]")) {
    const line = field.parentElement.querySelector("[data-left]");
    const count = () => {
      const left = Number(field.dataset.most) - [...field.value].length;
      line.hidden = false;
      line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("#", String(Math.abs(left)));
    };
    field.addEventListener("input", count);
    count();
  }

  // Typing an amount of one's own chooses it.
  for (const wish of all(".wish input")) {
    wish.addEventListener("input", () => {
      if (wish.value.trim()) document.getElementById("amount-free").checked = true;
    }, true);
  }
  for (const free of all("#amount-free")) {
    free.addEventListener("click", () => document.getElementById("wish").focus());
  }

  // One press is enough; the server would not order twice either (QUALITY F6).
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (event.submitter?.matches(".order")) event.submitter.disabled = true;
    });
    addEventListener("pageshow", () => {
      for (const button of all(".order", form)) button.disabled = false;
    });
  }

  // What was looked for stands in the address, so that it can be passed on and come back to. The page may
  // be replaced in place, so this listens from above.
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-address]")) return;
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  });

  // What went wrong is read first.
  const summary = document.getElementById("summary");
  if (summary) summary.focus();
})();
