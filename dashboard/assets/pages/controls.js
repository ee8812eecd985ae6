/* What Dash's own controls lack for people who cannot see them or use no mouse.
   Each control stands in a group that has a name. Its radio buttons are a radio group, not a listbox with buttons
   inside its options; a drop-down takes the focus itself instead of a hidden field before it.
   A date picker speaks the language of the page, its parts have names, and its cross takes keys. */
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

  /* Dash takes the first of these whose language the browser prefers, else the first there is: give it but one. */
  if (window.cityops.language === "zh") {
    const localize = { month: (month) => `${month + 1}月`, day: (day) => "日一二三四五六"[day] };
    window.dateFns = { locale: { page: { code: "zh-CN", localize, formatLong: {}, options: {} } } };
  }

  function setWords(node, key) {
    const words = window.cityops.say(key);
    if (node.getAttribute("aria-label") !== words) node.setAttribute("aria-label", words);
  }

  /* The box around a date is no control itself: the field in it is. */
  function mendDates() {
    each(".dash-datepicker-input-wrapper[aria-haspopup]", (box) => {
      for (const name of ["aria-haspopup", "aria-labelledby", "aria-disabled"]) box.removeAttribute(name);
    });
    each(".dash-datepicker-input-wrapper[aria-expanded]", (box) => {
      window.cityops.setClass(box, "is-open", box.getAttribute("aria-expanded") === "true");
      box.removeAttribute("aria-expanded");
    });
    each(".dash-datepicker-input, .dash-datepicker-content", setName);
    each(".dash-datepicker-controls input", (field) => setWords(field, "year"));
    each(".dash-datepicker-controls .dash-dropdown", (list) => setWords(list, "month"));
    each(".dash-datepicker-month-nav:first-child", (button) => setWords(button, "month_before"));
    each(".dash-datepicker-month-nav:last-child", (button) => setWords(button, "month_after"));
    each(".dash-datepicker-clear", (cross) => {
      setWords(cross, "clear_date");
      if (cross.role === "button") return;
      cross.role = "button";
      cross.tabIndex = 0;
      cross.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") cross.click();
      });
    });
  }

  function mend() {
    mendDates();
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
    attributeFilter: ["role", "aria-selected", "tabindex", "aria-expanded"],
  });
})();
