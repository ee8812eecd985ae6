/* Lists that the API hands out in pages, read to their end by the header Link (dashboard/api/page_links.py). */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  const NEXT = /<([^>]*)>;\s*rel="next"/;

  /* The address of the next page; "" on the last one. */
  const nextPage = (link) => (NEXT.exec(link || "") || ["", ""])[1];

  /* All rows of a list, and the status of the answer that ended it: rows are whole only with status 200. */
  cityops.readPages = async (address, fetch = window.fetch) => {
    const rows = [];
    for (let next = address; next;) {
      const answer = await fetch(next);
      if (!answer.ok) return { rows: [], status: answer.status };
      rows.push(...(await answer.json()));
      next = nextPage(answer.headers.get("Link"));
    }
    return { rows, status: 200 };
  };
})();
