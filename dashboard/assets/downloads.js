/* Files that a page offers: fetched within a limit, so that a server that does not answer is told of. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const taken = new Set();

  const nameOf = (answer) => (/filename="([^"]*)"/.exec(answer.headers.get("Content-Disposition")) || [])[1] || "";

  function keep(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000); /* the browser has taken it by then */
  }

  async function take(address, label) {
    if (taken.has(address)) return cityops.notice(cityops.say("file_waits", label), false);
    taken.add(address);
    try {
      const answer = await cityops.requests.once(address, { cache: "no-store" }, label, cityops.requests.FILE_LIMIT);
      if (answer.redirected) return location.reload(); /* the server asks for the login */
      if (answer.ok) keep(await answer.blob(), nameOf(answer));
      else cityops.notice(cityops.say(answer.status === 429 ? "file_busy" : "file_refused", label), false);
    } catch {
      cityops.notice(cityops.say("file_failed", label), false);
    } finally {
      taken.delete(address);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[download]");
    if (!link || !link.href.startsWith(location.origin) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    take(link.href, link.textContent.trim());
  });
})();
