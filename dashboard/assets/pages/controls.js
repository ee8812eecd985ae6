/* What Dash's own controls lack for people who cannot see them or use no mouse.
   Each control stands in a group that has a name. Its radio buttons are a radio group, not a listbox with buttons
   inside its options; a drop-down takes the focus itself instead of a hidden field before it. */
(function () {
  "use strict";
  const nameOf = (node) => node.closest("[role=group][aria-label]")?.getAttribute("aria-label");
  const each = window.cityops.each;

  /* The open list hangs at the end of the page, far from the button that opened it. */
  const opener = () => document.querySelector(".dash-dropdown[aria-expanded=true]");

  function setName(node) {
    const name = nameOf(node) || (opener() && nameOf(opener()));
    if (name && node.getAttribute("aria-label") !== name) node.setAttribute("aria-label", name);
  }

  function mend() {
    each(".dash-options-list[role=listbox]", (list) => list.setAttribute("role", "radiogroup"));
    each(".dash-options-list:not([aria-label]), .dash-dropdown-content:not([aria-label])", setName);
    each(".dash-dropdown-search:not([aria-label])", (field) => field.setAttribute("aria-label", field.placeholder));
    each(".dash-options-list-option[role]", (option) => option.removeAttribute("role"));
    each(".dash-options-list-option[aria-selected]", (option) => option.removeAttribute("aria-selected"));
    each(".dash-dropdown-focus-target[tabindex='0']", (field) => field.setAttribute("tabindex", "-1"));
    each(".dash-dropdown[tabindex='-1']", (button) => button.setAttribute("tabindex", "0"));
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["role", "aria-selected", "tabindex"],
  });
})();
