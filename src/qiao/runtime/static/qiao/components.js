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
  // A question before something dangerous: the dialog says what will happen to whom.
  window.Alpine.data("asking", () => ({
    ask() { this.$refs.dialog.showModal(); },
    leave() { this.$refs.dialog.close(); },
  }));
});
