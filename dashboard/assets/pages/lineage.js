/* The drawer that says where a number comes from. What it says is made on the server (pages/domain/lineage); here it
   is opened, goes back a step, and gives the focus back to the number that it was opened from. */
(function () {
  "use strict";
  const ASKED = "domain-lineage-asked";
  const drawer = () => document.getElementById("domain-lineage");
  const body = () => document.getElementById("domain-lineage-body");
  let steps = []; /* what was asked, the newest last */
  let opener = null; /* the key of the number, should its element be another one by then */
  let number = 0;

  const asOf = () => document.querySelector("[data-as-of]")?.dataset.asOf || "";

  function ask(question) {
    drawer().classList.add("is-waiting");
    drawer().querySelector("[data-lineage-back]").hidden = steps.length < 2;
    window.dash_clientside.set_props(ASKED, { data: { ...question, as_of: asOf(), number: ++number } });
  }

  function open(question) {
    const dialog = drawer();
    if (!dialog) return;
    steps.push(question);
    if (!dialog.open) {
      opener = question.figure || null;
      dialog.showModal();
    }
    ask(question);
  }

  function back() {
    steps.pop();
    ask(steps.at(-1));
    body().focus();
  }

  const QUESTIONS = {
    "[data-figure]": (node) => ({ figure: node.dataset.figure, shown: node.dataset.shown || "" }),
    "[data-numbers]": (node) => ({ chart: node.dataset.numbers }),
    "[data-behind]": (node) => ({ behind: node.dataset.behind }),
  };

  document.addEventListener("click", (event) => {
    if (event.target === drawer()) return drawer().close(); /* beside it, on the backdrop */
    if (event.target.closest?.("[data-lineage-back]")) return back();
    for (const [selector, question] of Object.entries(QUESTIONS)) {
      const node = event.target.closest?.(selector);
      if (node) return open(question(node));
    }
  });

  /* The key that a chart has put on a point (pages/domain/lineage/keys.py). An area's code, which chooses the area, has
     no dot and is none. */
  const keyOf = ({ customdata }) => [customdata].flat().find((part) => String(part ?? "").includes("."));

  /* Several lines have a point at one time: the one is meant that is nearest to where was clicked. */
  function openPoint(plot, { points, event }) {
    const known = points.filter(keyOf);
    if (!known.length) return;
    const at = event.clientY - plot.querySelector(".nsewdrag").getBoundingClientRect().top;
    const away = ({ yaxis, y }) => Math.abs(yaxis.d2p(y) - at);
    open({ figure: keyOf(known.toSorted((one, other) => away(one) - away(other))[0]) });
  }

  const heard = new WeakMap(); /* chart -> what hears its clicks */
  document.addEventListener(
    "pointerdown",
    (event) => {
      const plot = event.target.closest?.(".domain-chart .js-plotly-plot");
      if (!plot?.on) return;
      if (!heard.has(plot)) heard.set(plot, (click) => openPoint(plot, click));
      plot.removeListener("plotly_click", heard.get(plot)); /* one that was drawn anew hears nothing any more */
      plot.on("plotly_click", heard.get(plot));
    },
    true,
  );

  /* Dash has drawn the answer: nothing is waited for any more, and reading begins at its top. */
  new MutationObserver((changes) => {
    const shown = body();
    if (!shown || !changes.some((change) => shown.contains(change.target))) return;
    drawer().classList.remove("is-waiting");
    shown.scrollTop = 0;
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-lineage-answer"] });

  document.addEventListener(
    "close",
    (event) => {
      if (event.target !== drawer()) return;
      steps = [];
      if (document.activeElement !== document.body || !opener) return;
      document.querySelector(`.domain-main [data-figure="${CSS.escape(opener)}"]`)?.focus();
    },
    true,
  );
})();
