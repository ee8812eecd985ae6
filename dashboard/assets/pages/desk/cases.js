/* A case from an alert: filed once however often the key is pressed, with the alert's evidence; where one is open
   already, it is shown. */
(function () {
  "use strict";
  window.cityops ||= {};
  const { cityops } = window;
  cityops.desk ||= {};
  const { desk } = cityops;

  const whyNot = ({ status, content }) => {
    if (status === 403) return cityops.say("desk_case_no_post");
    return status ? content.words || content.message || String(status) : cityops.say("desk_outage");
  };

  desk.fileCase = async () => {
    const id = desk.chosen;
    if (!id) return desk.say(cityops.say("desk_none_chosen"), false);
    const open = document.querySelector("[data-open-case]");
    if (open) return location.assign(/** @type {any} */ (open).href);
    const about = `${id}/case`;
    if (desk.whyWait(about)) return desk.say(desk.whyWait(about), false);
    const title = cityops.say("desk_case_label");
    const answer = await desk.send(about, title, "/api/v1/cases", { alert: Number(id) });
    if (answer.ok) {
      const { number, similar } = answer.content;
      const more = similar ? cityops.say("desk_case_similar", similar) : "";
      desk.tell(id, cityops.say("desk_case_done", number) + more);
    } else desk.tell(id, cityops.say("desk_case_refused", whyNot(answer)), false);
    if (desk.chosen === id) desk.refresh();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-file-case]")) desk.fileCase();
  });
})();
