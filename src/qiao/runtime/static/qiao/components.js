// Alpine components (CSP build: expressions in markup are names only, logic lives here).
document.addEventListener("alpine:init", () => {
  "use strict";
  // Rows of a list picked for one action on many.
  window.Alpine.data("picking", () => ({
    picked: 0,
    init() { this.count(); },
    boxes() { return [...this.$root.querySelectorAll("input[data-pick]")]; },
    count() { this.picked = this.boxes().filter((box) => box.checked).length; },
    get any() { return this.picked > 0; },
    get none() { return this.picked === 0; },
    get label() { return window.qiao.say("%(n)s selected").replace("%(n)s", this.picked); },
    all(event) {
      for (const box of this.boxes()) box.checked = event.target.checked;
      this.count();
    },
  }));
  // A text in which colleagues are named after an @: what is typed behind it is looked for, a click puts the name in.
  window.Alpine.data("mentioning", () => ({
    asked: 0,
    begun() { return /@([^@\s,.;:!?，。；：！？、]{0,20})$/.exec(this.$refs.text.value.slice(0, this.$refs.text.selectionStart)); },
    async look() {
      const begun = this.begun(), turn = ++this.asked;
      if (!begun || !begun[1]) { this.$refs.list.replaceChildren(); return; }
      const answer = await fetch(`${this.$root.dataset.colleagues}?q=${encodeURIComponent(begun[1])}`, { headers: { "HX-Request": "true" } });
      if (turn === this.asked && answer.ok) this.$refs.list.innerHTML = await answer.text();
    },
    choose(event) {
      const found = event.target.closest("[data-user]"), begun = this.begun(), area = this.$refs.text;
      if (!found || !begun) return;
      const place = area.selectionStart, start = begun.index;
      area.setRangeText(`@${found.dataset.name} `, start, place, "end");
      const kept = document.createElement("input");
      kept.type = "hidden"; kept.name = "mention"; kept.value = found.dataset.user;
      this.$refs.picked.append(kept);
      this.$refs.list.replaceChildren();
      area.focus();
    },
    walk(event) {
      const first = this.$refs.list.querySelector("[data-user]");
      if (!first) return;
      if (event.key === "Escape") { this.$refs.list.replaceChildren(); event.stopPropagation(); }
      if (event.key === "ArrowDown") { event.preventDefault(); first.focus(); }
      if (event.key === "Enter") { event.preventDefault(); first.click(); }
    },
  }));
  // A question before something dangerous: the dialog says what will happen to whom.
  window.Alpine.data("asking", () => ({
    ask() { this.$refs.dialog.showModal(); },
    leave() { this.$refs.dialog.close(); },
  }));
});
