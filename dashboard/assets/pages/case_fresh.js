/* Pages of cases kept fresh: the page is asked for again, and its parts (data-cases-part) take the place of the old
   ones. A server that does not answer is told of in letters that carry. */
(function () {
  "use strict";
  const { cityops } = window;
  let lost = 0; /* when the server was last heard, on the steady clock; 0: it answers */

  function showLost(since) {
    const words = since
      ? `${cityops.say("lost")} · ${cityops.say("lost_for", cityops.duration(performance.now() - since))}`
      : "";
    cityops.each("[data-cases-lost]", (node) => {
      cityops.setText(node, words);
      node.hidden = !words;
    });
    cityops.setClass(document.body, "is-lost", Boolean(words));
  }

  async function ask() {
    try {
      const answer = await cityops.requests.once(location.href, { headers: { Accept: "text/html" } });
      /* The session is over: the server asks for the login. Or the case went to others: it says so. */
      if (answer.redirected || answer.status === 404) location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      lost ||= performance.now();
      showLost(lost);
      return null;
    }
  }

  /* Ask for the page again and put in what changed; `keeps(part)`: whether a part stays as it is. Says whether it came. */
  cityops.freshen = async (keeps) => {
    const page = await ask();
    if (!page) return false;
    lost = 0;
    showLost(0);
    cityops.each("[data-cases-part]", (/** @type {any} */ part) => {
      const fresh = page.querySelector(`[data-cases-part="${part.dataset.casesPart}"]`);
      if (fresh && fresh.outerHTML !== part.outerHTML && !(keeps && keeps(part))) {
        part.replaceWith(document.adoptNode(fresh));
      }
    });
    const main = /** @type {any} */ (page.querySelector("main"));
    const here = /** @type {any} */ (document.querySelector("main"));
    if (main && main.dataset.version) here.dataset.newest = main.dataset.version;
    return true;
  };
})();
