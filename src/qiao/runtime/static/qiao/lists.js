// Lists: cells edited where they stand. What a cell is and may become the server says; here only the hands.
(() => {
  "use strict";
  const on = (name, act) => document.addEventListener(name, act);
  const before = new WeakMap();  // the cell as it was while its control stands there

  const rowOf = (cell) => cell.closest("[data-row]");
  const open = (cell) => {
    const place = cell.closest("[data-cells]");
    if (!place || cell.classList.contains("q-cell-open")) return;
    const kept = cell.cloneNode(true), row = rowOf(cell), column = cell.dataset.edit;
    const url = `${place.dataset.cells}&column=${encodeURIComponent(column)}&row=${encodeURIComponent(row.dataset.row)}`;
    // Wired at once: who types and presses Enter faster than the usual pause would send the form past htmx.
    window.htmx.ajax("GET", url, { target: cell, swap: "outerHTML" }).then(() => {
      const now = row.querySelector(`[data-edit="${CSS.escape(column)}"]`);
      if (!now?.classList.contains("q-cell-open")) return;
      before.set(now, kept);
      const control = now.querySelector("input:not([type=hidden]), select, textarea, button");
      control?.focus();
      if (control?.type === "text") control.select();
    });
  };
  const leave = (cell) => {
    const kept = before.get(cell);
    if (!kept) return;
    cell.replaceWith(kept);
    kept.focus();
  };

  on("click", (event) => {
    const leaving = event.target.closest?.("[data-cell-leave]");
    if (leaving) { leave(leaving.closest(".q-cell-open")); return; }
    const cell = event.target.closest?.("td[data-edit]");
    if (!cell || event.target.closest("a, button, input, select, label, form") || String(window.getSelection())) return;
    open(cell);
  });
  on("keydown", (event) => {
    const form = event.target.closest?.(".q-cell-form");
    if (form) {
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); leave(form.closest(".q-cell-open")); }
      if (event.key === "Enter" && event.target.matches("select, input[type=checkbox]")) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if ((event.key === "Enter" || event.key === "F2") && event.target.matches?.("td[data-edit]")) {
      event.preventDefault();
      open(event.target);
    }
  });
  // A control that comes back with an error stands for the same cell as before.
  on("htmx:beforeSwap", (event) => {
    const cell = event.detail.target;
    if (!cell.matches?.(".q-cell-open")) return;
    const kept = before.get(cell), row = rowOf(cell), column = cell.dataset.edit;
    setTimeout(() => {
      const now = row?.querySelector(`[data-edit="${CSS.escape(column)}"]`);
      if (!now) return;
      if (now.classList.contains("q-cell-open")) { if (kept) before.set(now, kept); now.querySelector("[aria-invalid], input:not([type=hidden]), select")?.focus(); }
      else now.focus();
    }, 60);
  });

  const tell = (text, undo) => {
    const spot = document.getElementById("q-said");
    if (!spot) return;
    const line = document.createElement("span");
    line.textContent = text;
    spot.replaceChildren(line);
    if (undo) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn btn-sm"; button.dataset.undo = undo;
      button.textContent = window.qiao.say("Undo");
      spot.append(button);
    }
  };
  const again = () => window.htmx.ajax("GET", window.location.pathname + window.location.search, { target: "#q-list-body" });
  on("cellSaved", (event) => tell(event.detail.said, event.detail.undo));
  on("cardMoved", (event) => {
    document.getElementById("q-panel")?.close();
    tell(event.detail.said, event.detail.undo);
    again();
  });
  on("listUndone", (event) => { tell(event.detail.said, ""); again(); });
  // A card dragged into another lane asks for what the edit of its column asks for, in the side panel.
  let dragged = "";
  const laneOf = (event) => event.target.closest?.(".q-lane");
  const unmark = () => { for (const lane of document.querySelectorAll(".q-lane-over")) lane.classList.remove("q-lane-over"); };
  on("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card) return;
    dragged = card.dataset.card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
  });
  on("dragover", (event) => {
    const lane = dragged && laneOf(event);
    if (!lane) return;
    event.preventDefault();
    unmark();
    lane.classList.add("q-lane-over");
  });
  on("dragend", () => { dragged = ""; unmark(); });
  on("drop", (event) => {
    const lane = dragged && laneOf(event);
    if (!lane) return;
    event.preventDefault();
    const from = document.querySelector(`[data-card="${CSS.escape(dragged)}"]`)?.closest(".q-lane");
    const url = `${lane.closest("[data-lanes]").dataset.lanes}&row=${encodeURIComponent(dragged)}&to=${encodeURIComponent(lane.dataset.lane)}`;
    if (from !== lane) window.htmx.ajax("GET", url, { target: "#q-panel-body" });
    dragged = "";
    unmark();
  });

  on("click", (event) => {
    const button = event.target.closest?.("[data-undo]");
    if (!button) return;
    button.disabled = true;
    window.htmx.ajax("POST", button.dataset.undo, { target: "#q-said", swap: "none" });
  });
})();
