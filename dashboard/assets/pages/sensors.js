/* The list of sensors: fetched every ten seconds while it is seen, by row transactions. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const GRID = "sensors-grid";
  const SEARCH = "sensors-search-input";
  const LIST = "/api/v1/sensors?limit=5000"; /* a large city comes in pages */
  const EVERY = 10000; /* ms */

  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.SensorStatus = ({ data }) =>
    window.React.createElement("span", { className: `presence-${data.status}` }, data.status_text);
  components.SensorAge = ({ data }) =>
    window.React.createElement("span", null, data.at ? cityops.ago(cityops.clock.now() - data.at) : "–");

  /* A column of names stands in the order that the server gives them. */
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  for (const field of ["name", "kind", "place"]) {
    functions[`${field}InOrder`] = (one, other, { data: first }, { data: second }) =>
      first[`${field}_order`] - second[`${field}_order`];
  }

  function grid() {
    if (!document.getElementById(GRID) || !window.dash_ag_grid) return null;
    try {
      return window.dash_ag_grid.getApi(GRID) || null;
    } catch {
      return null; /* not ready yet */
    }
  }

  let isAsking = false; /* requests.js ends every request: this never stands for ever */

  async function refresh() {
    const api = grid();
    if (!api || document.hidden || isAsking) return false;
    let rows;
    isAsking = true;
    try {
      const list = await cityops.readPages(LIST);
      if (list.status === 401) location.reload(); /* the server will ask for the login */
      if (list.status !== 200) return false;
      rows = list.rows;
    } catch {
      return false; /* the server is away, and the page says so (waiting.js); the next round tries again */
    } finally {
      isAsking = false;
    }
    const add = [];
    const update = [];
    for (const row of rows) {
      row.status_text = cityops.say(`presence_${row.status}`);
      (api.getRowNode(row.id) ? update : add).push(row);
    }
    add.sort((one, other) => one.name_order - other.name_order); /* pages come by id */
    const known = new Set(rows.map((row) => row.id));
    const remove = [];
    api.forEachNode((node) => {
      if (!known.has(node.id)) remove.push(node.data);
    });
    api.applyTransaction({ add, update, remove });
    select(api);
    return true;
  }

  let selected = false;

  /* The sensor of the address is the one that the list shows as chosen. */
  function select(api) {
    const id = new URL(location.href).searchParams.get("sensor");
    const node = !selected && id && api.getRowNode(id);
    if (!node) return;
    selected = true;
    node.setSelected(true, true);
    api.ensureNodeVisible(node, "middle");
  }

  function search(words) {
    const api = grid();
    if (api) api.setGridOption("quickFilterText", words);
  }
  cityops.onSearch(SEARCH, search);

  window.addEventListener("resize", () => {
    const api = grid();
    if (api) cityops.fitColumns(api);
  });

  const soon = setInterval(async () => {
    if (await refresh()) {
      cityops.fitColumns(grid());
      clearInterval(soon);
      search(cityops.fold(document.getElementById(SEARCH).value)); /* whoever was faster than the list */
      setInterval(refresh, EVERY);
    }
  }, 1000);
})();
