/* The cases of a wall: the strip of numbers, and beside the map who is late. Python counts; this puts it in its place. */
(function () {
  "use strict";
  const cityops = window.cityops;
  const { each, make, setText, setClass, say, resize } = cityops;
  let isOn = false; /* the scene of the cases is shown */

  const numberOf = (cases, name) => {
    const value = cases[name];
    return value === undefined ? "–" : name === "on_time" ? `${value}%` : String(value);
  };

  function makeLine() {
    const line = make("li", "");
    make("span", "", line);
    make("b", "", line);
    return line;
  }

  function showDepartments(departments) {
    each("[data-case-departments]", (list) => {
      resize(list, Math.max(1, departments.length), makeLine);
      const lines = departments.length ? departments : [{ zh: say("case_none_late"), en: say("case_none_late") }];
      lines.forEach((department, position) => {
        setText(list.children[position].firstElementChild, cityops.wall.name(department));
        setText(list.children[position].lastElementChild, String(department.overdue ?? ""));
      });
    });
  }

  /** @param {Picture} picture */
  function show({ cases = {} }) {
    const some = cases.open !== undefined;
    each("[data-case-strip]", (node) => {
      node.hidden = !some;
    });
    each("[data-case-panel]", (node) => {
      node.hidden = !(isOn && some);
    });
    each("[data-case-number]", (node) => {
      setText(node, numberOf(cases, node.dataset.caseNumber));
      setClass(node.parentElement, "is-late", node.dataset.caseNumber === "overdue" && (cases.overdue ?? 0) > 0);
    });
    if (some) showDepartments(cases.departments);
  }

  cityops.caseScene = {
    show: (wanted, picture) => {
      if (wanted === isOn) return;
      isOn = wanted;
      show(picture);
    },
  };
  cityops.live.listen((picture, patch) => {
    if (document.querySelector(".wall") && cityops.touches(patch, ["cases"])) show(picture);
  });
})();
