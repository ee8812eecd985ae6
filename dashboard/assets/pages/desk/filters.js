/* The filters of the queue. They live in the address, so that a link shows a colleague the same queue. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;
  const SEARCH = "desk-search-input";
  const SELECTS = ["domain", "district", "stand"];

  const filters = (desk.filters = { severity: new Set(), domain: "", district: "", stand: "", mine: false, q: "" });

  function read() {
    const asked = new URL(location.href).searchParams;
    filters.severity = new Set((asked.get("severity") || "").split(",").filter((one) => /^[1-4]$/.test(one)));
    SELECTS.forEach((name) => (filters[name] = asked.get(name) || ""));
    filters.mine = asked.get("mine") === "1";
    filters.q = cityops.fold(asked.get("q") || "");
  }

  /* Write what is chosen into the address, without a step in the browser's history. */
  desk.writeAddress = () => {
    const address = new URL(location.href);
    const wanted = {
      severity: [...filters.severity].sort().join(","),
      domain: filters.domain,
      district: filters.district,
      stand: filters.stand,
      mine: filters.mine ? "1" : "",
      q: filters.q,
      alert: desk.chosen || "",
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  };

  desk.isFiltered = () =>
    filters.severity.size > 0 || SELECTS.some((name) => filters[name]) || filters.mine || filters.q !== "";

  const me = () => (document.querySelector("[data-me]") || { dataset: {} }).dataset.me;
  const stands = {
    "": () => true,
    waiting: (alert) => desk.isWaiting(alert),
    taken: (alert) => alert.acknowledged && !desk.isAside(alert),
    aside: (alert) => desk.isAside(alert),
  };

  /* Which words find an alert the server says; a number finds the alert that has it. */
  const hasWords = (alert) => {
    const text = `${alert.search} ${cityops.fold([alert.by, alert.assigned, alert.id].join(" "))}`;
    return filters.q.split(/\s+/).every((word) => text.includes(word));
  };

  /* Return the present filters as a function of an alert. */
  desk.passes = () => {
    const name = me();
    const stand = stands[filters.stand] || stands[""];
    return (alert) =>
      (!filters.severity.size || filters.severity.has(String(alert.severity))) &&
      (!filters.domain || alert.domain === filters.domain) &&
      (!filters.district || alert.area.startsWith(filters.district)) &&
      stand(alert) &&
      (!filters.mine || alert.by === name || alert.assigned === name) &&
      (!filters.q || hasWords(alert));
  };

  function changed() {
    desk.writeAddress();
    desk.showFilters();
    desk.show(new Set());
  }

  desk.toggleSeverity = (severity) => {
    if (!filters.severity.delete(severity)) filters.severity.add(severity);
    changed();
  };
  desk.toggleMine = () => {
    filters.mine = !filters.mine;
    changed();
  };
  desk.clearFilters = () => {
    Object.assign(filters, { severity: new Set(), domain: "", district: "", stand: "", mine: false, q: "" });
    changed();
  };

  /* Make the controls say what is chosen. */
  desk.showFilters = () => {
    cityops.each("[data-severity]", (node) =>
      node.setAttribute("aria-pressed", String(filters.severity.has(node.dataset.severity))),
    );
    cityops.each("[data-mine]", (node) => node.setAttribute("aria-pressed", String(filters.mine)));
    cityops.each("[data-select]", (node) => {
      const value = filters[node.dataset.select];
      if (value && ![...node.options].some((option) => option.value === value)) node.add(new Option(value, value));
      node.value = value;
      cityops.setClass(node, "is-chosen", Boolean(value));
    });
    cityops.each("[data-filter-icon]", (node) => {
      node.hidden = !(filters.domain in cityops.domains);
      node.className = `icon icon-${filters.domain}`;
    });
    const search = document.getElementById(SEARCH);
    if (search && search.value !== filters.q && document.activeElement !== search) search.value = filters.q;
    cityops.each("[data-clear]", (node) => (node.hidden = !desk.isFiltered()));
  };

  /* The districts are those of the live picture; they come after the page. */
  desk.nameDistricts = (ranking) => {
    const select = document.querySelector("[data-select=district]");
    if (!select || !ranking || select.options.length > Object.keys(ranking).length) return;
    for (const [code, district] of Object.entries(ranking).sort(([, one], [, other]) => one.order - other.order)) {
      const found = [...select.options].find((option) => option.value === code);
      if (found) found.text = district[cityops.language];
      else select.add(new Option(district[cityops.language], code));
    }
    select.value = filters.district;
  };

  read();

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-severity], [data-mine], [data-clear]");
    if (!button) return;
    if (button.dataset.severity) desk.toggleSeverity(button.dataset.severity);
    else if ("mine" in button.dataset) desk.toggleMine();
    else desk.clearFilters();
  });
  document.addEventListener("change", (event) => {
    const select = event.target.closest?.("[data-select]");
    if (!select) return;
    filters[select.dataset.select] = select.value;
    changed();
  });
  cityops.onSearch(SEARCH, (words) => {
    filters.q = words;
    changed();
  });
})();
